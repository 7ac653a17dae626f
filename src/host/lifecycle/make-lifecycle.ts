/** The lifecycle of a plugin as discovery found it: loaded by the loader, logging to the host. */
import { timeouts } from "../../contracts/generated/timeouts.ts";
import type { Log } from "../../sdk/define-plugin.ts";
import { hashFile } from "../file-hash.ts";
import type { LogSink, PluginManagerOptions } from "../plugin-manager-options.ts";
import type { PluginRecord } from "../plugin-record.ts";
import { Lifecycle, type LifecycleOptions } from "./lifecycle.ts";
import { loadPlugin } from "./loader.ts";

type FromManager = Pick<PluginManagerOptions, "packageRoot" | "native" | "log" | "timeout" | "counted" | "hashFile">;

export interface MakeLifecycleOptions
  extends FromManager,
    Pick<LifecycleOptions, "disabled" | "configuration" | "changed"> {
  /** Where modules are kept that were transpiled. */
  readonly cacheFolder: string | undefined;
}

export function makeLifecycle(record: PluginRecord, options: MakeLifecycleOptions): Lifecycle {
  const { native, packageRoot, timeout = timeouts.plugin.initialize, counted = false, cacheFolder } = options;
  const { disabled, configuration, changed } = options;
  const { id, version } = record.manifest;
  const log = logFor(id, options.log);
  const hash = options.hashFile ?? hashFile;
  return new Lifecycle({
    id,
    version,
    disabled,
    configuration,
    load: () => loadPlugin(record, { native, packageRoot, log, timeout, counted, cacheFolder, hashFile: hash }),
    changed,
  });
}

function logFor(source: string, sink: LogSink | undefined): Log {
  const at = (level: keyof Log) => (message: string) => sink?.(level, source, String(message));
  return { trace: at("trace"), debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
