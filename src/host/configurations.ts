/** Plugins' configurations in a host: read when a plugin is initialized, offered to it when they change. */
import { existsSync } from "node:fs";
import type { ConfigurationManager } from "../config/manager.ts";
import type { Rule } from "../config/resolver.ts";
import type { LoadedPlugin } from "../runtime/loaded-plugin.ts";
import type { Configuration } from "../sdk/define-plugin.ts";
import type { Home } from "./home/home.ts";
import type { Lifecycle } from "./lifecycle/lifecycle.ts";
import type { Manifest } from "./manifest/manifest.ts";
import type { PluginRecord } from "./plugin-record.ts";

export interface ConfigurationsOptions {
  /** Where they are kept; undefined: in memory. */
  readonly home: Pick<Home, "configurationFolder" | "configurationLockFile"> | undefined;
  /** What a plugin has before one is set. */
  readonly given: ((id: string) => Configuration) | undefined;
  /** What JSON Schema cannot say of a plugin's configuration. */
  readonly rules: ((id: string) => readonly Rule[]) | undefined;
  /** Of the version that is used. */
  readonly describe: (id: string) => Manifest | undefined;
  /** To the plugin, if it runs; a rejection refuses it. */
  readonly offer: (id: string, configuration: Configuration) => Promise<void>;
}

export class Configurations {
  readonly #options: ConfigurationsOptions;
  readonly #revisions = new Map<string, number>();
  #manager: Promise<ConfigurationManager> | undefined;

  constructor(options: ConfigurationsOptions) {
    this.#options = options;
  }

  /**
   * What the plugin is to be initialized with: as this version wants it, with defaults, valid. VMP_CONFIGURATION_INVALID, or what
   * the plugin says that cannot turn an older version's into its own.
   */
  async initial({ manifest }: PluginRecord, code: LoadedPlugin): Promise<Configuration> {
    const { id, version, configuration: schema } = manifest;
    const given = this.#options.given?.(id);
    // Most plugins have none: they pay for nothing.
    if (schema === undefined && given === undefined && !this.#anyStored()) return {};
    const manager = await this.manager();
    const { effective, revision } = await manager.prepare(id, {
      described: { version, schema },
      given,
      migrate: (_, from, configuration) => code.migrateConfiguration(from, configuration),
    });
    this.#revisions.set(id, revision);
    return effective;
  }

  /** Offers what is stored to a plugin that runs with something else. VMP_CONFIGURATION_REFUSED, and the like. */
  async refresh(id: string, lifecycle: Pick<Lifecycle, "configuration" | "configure">): Promise<void> {
    if (this.#manager === undefined) return;
    const { isDeepStrictEqual } = await import("node:util");
    const effective = await (await this.#manager).effective(id);
    if (!isDeepStrictEqual(effective, lifecycle.configuration)) await lifecycle.configure(effective);
  }

  /** Of what the plugin was given last, a reset too; 0 when nothing was ever stored. */
  revisionOf(id: string): number {
    return this.#revisions.get(id) ?? 0;
  }

  manager(): Promise<ConfigurationManager> {
    this.#manager ??= this.#open();
    return this.#manager;
  }

  close(): void {
    this.#manager?.then((manager) => manager.close()).catch(() => {});
  }

  #anyStored(): boolean {
    const { home } = this.#options;
    return this.#manager !== undefined || (home !== undefined && existsSync(home.configurationFolder));
  }

  async #open(): Promise<ConfigurationManager> {
    const { home, describe, offer } = this.#options;
    const { ConfigurationManager } = await import("../config/manager.ts");
    const manager = new ConfigurationManager({
      store: await openStore(home),
      rules: this.#options.rules,
      describe: (id) => {
        const manifest = describe(id);
        return manifest && { version: manifest.version, schema: manifest.configuration };
      },
    });
    manager.on(async ({ id, configuration, revision }) => {
      await offer(id, configuration);
      this.#revisions.set(id, revision);
    });
    return manager;
  }
}

async function openStore(home: ConfigurationsOptions["home"]) {
  if (home === undefined) {
    const { MemoryStore } = await import("../config/memory-store.ts");
    return new MemoryStore();
  }
  const { FileStore } = await import("../config/file-store.ts");
  return new FileStore({ folder: home.configurationFolder, lockFile: home.configurationLockFile });
}
