/** The folder that holds installed plugins, their configurations, and what running hosts say. Paths only; reading makes nothing. */
import { lstatSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { VmPluginError } from "../../errors.ts";
import { privateFolder } from "../../storage/private-folder.ts";

export class Home {
  /** Absolute. */
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /**
   * VM_PLUGIN_HOME, else vm-plugin in XDG_DATA_HOME, else in HOME's .local/share; empty ones count as unset, and so do the
   * latter two when they are relative (XDG Base Directory Specification 0.8). VMP_HOME_UNKNOWN when none is set.
   */
  static defaultPath(environment: Readonly<Record<string, string | undefined>> = process.env): string {
    const { VM_PLUGIN_HOME: own, XDG_DATA_HOME: data, HOME: user } = environment;
    if (own) return resolve(own);
    if (data && isAbsolute(data)) return join(data, "vm-plugin");
    if (user && isAbsolute(user)) return join(user, ".local", "share", "vm-plugin");
    throw new VmPluginError("VMP_HOME_UNKNOWN", {});
  }

  /** The one truth: what is installed and what is disabled. */
  get stateFile(): string {
    return join(this.path, "state.json");
  }

  /** One folder for each content, named by its hash; read-only. */
  get pluginsFolder(): string {
    return join(this.path, "plugins");
  }

  get configurationFolder(): string {
    return join(this.path, "configuration");
  }

  /** Of its own: a configuration is written while the home is locked. */
  get configurationLockFile(): string {
    return join(this.configurationFolder, "lock");
  }

  get cacheFolder(): string {
    return join(this.path, "cache");
  }

  /** What discovery knows of the installed manifests; may be removed at any time. */
  get discoveryCache(): string {
    return join(this.cacheFolder, "discovery");
  }

  /** What running hosts say of themselves. */
  get hostsFolder(): string {
    return join(this.path, "hosts");
  }

  /** One folder for each operation that is under way. */
  get stagingFolder(): string {
    return join(this.path, "staging");
  }

  get lockFile(): string {
    return join(this.path, "lock");
  }

  /** `hash`: of a plugin's whole content, as state.json and Staged have it. */
  contentFolder(hash: string): string {
    return join(this.pluginsFolder, hash);
  }

  /** Whether something stands at the path, be it usable or not. */
  exists(): boolean {
    return lstatSync(this.path, { throwIfNoEntry: false }) !== undefined;
  }

  /** Makes the folder, private to the user, when it is missing. VMP_HOME_UNUSABLE or VMP_HOME_NOT_PRIVATE else. */
  create(): void {
    privateFolder(this.path);
  }
}
