/** The plugin manager of a machine: the one that is given, or one of its own. */
import { VmPluginError } from "../errors.ts";
import { hashFile } from "../host/file-hash.ts";
import { PluginManager } from "../host/plugin-manager.ts";
import { nativeFileHash, nativePlugins } from "../native.ts";
import { packageRoot } from "../package-root.ts";
import type { Closers } from "./closers.ts";
import { Logging } from "./logging.ts";
import type { MachineOptions } from "./machine-options.ts";

/** Milliseconds after which a machine's own manager tells others of itself: most guests have ended by then. */
const followDelay = 1000;

/** A host of the machine's own is closed by the closers. */
export async function hostOf(options: MachineOptions, closers: Closers): Promise<PluginManager> {
  if (options.host === undefined) return openOwn(options, closers);
  const what = (["plugins", "home", "logLevel"] as const).find((name) => options[name] !== undefined);
  if (what === undefined) return options.host;
  const reason = "the host that is given has its own; open it with them";
  throw new VmPluginError("VMP_INVALID_ARGUMENT", { what, reason });
}

async function openOwn(options: MachineOptions, closers: Closers): Promise<PluginManager> {
  const host = await openHost({ ...options, follow: followDelay }, closers);
  await host.activateStartup();
  return host;
}

export interface HostOptions extends Pick<MachineOptions, "plugins" | "home" | "logLevel"> {
  /** As PluginManager's. */
  readonly follow: number | false;
}

/** A plugin manager whose plugins log to the logger that it chooses. Closed by the closers. */
export async function openHost(options: HostOptions, closers: Closers): Promise<PluginManager> {
  const { plugins, home, logLevel, follow } = options;
  const logging = new Logging(logLevel ?? "warn");
  const host = await PluginManager.open({
    plugins,
    home,
    follow,
    native: nativePlugins,
    packageRoot: packageRoot(),
    log: logging.sink,
    hashFile: (path) => nativeFileHash(path) ?? hashFile(path),
  });
  logging.connect(host);
  closers.push(
    () => host.close(),
    () => logging.close(),
  );
  return host;
}
