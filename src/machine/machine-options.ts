/** What a caller gives for a machine. */
import type { LogLevel } from "../contracts/generated/log.ts";
import type { PluginManager } from "../host/plugin-manager.ts";
import type { Configuration } from "../sdk/define-plugin.ts";

export interface MachineOptions {
  /** The architecture of its guests, as in a manifest's `guests`. */
  readonly architecture: string;
  /** An engine's name; default "auto": the one of highest priority that can run the architecture here. */
  readonly engine?: string | undefined;
  /** A personality's name; default: the one of highest priority. */
  readonly personality?: string | undefined;
  /** When the chosen engine's plugin fails, take the next engine; the log tells. Default false. */
  readonly fallback?: boolean | undefined;
  /** Limit of guest memory: bytes, or "512M", "1GiB". Default 1 GiB. What the guest does not touch costs nothing. */
  readonly memory?: string | number | undefined;
  /** A folder of the host that is the guests' "/". Default: an empty file system. */
  readonly root?: string | undefined;
  /** Refuse every change below the root. Default false. */
  readonly readOnly?: boolean | undefined;
  /** Folders of plugins to use without installing them. Their devices become the machine's. */
  readonly plugins?: readonly string[] | undefined;
  /** The folder whose installed plugins and configurations are used ("~/.local/share/vm-plugin"). Default: none. */
  readonly home?: string | undefined;
  /** Names of installed devices that the machine gets. */
  readonly devices?: readonly string[] | undefined;
  /** Configuration of the instances, by plugin id; above the plugin's own. */
  readonly configuration?: Readonly<Record<string, Configuration>> | undefined;
  /** The lowest level of log records that reach the logger. Default "warn". */
  readonly logLevel?: LogLevel | undefined;
  /** A host that is already open, with plugins and logging of its own; else the machine opens one and closes it. */
  readonly host?: PluginManager | undefined;
}

export const machineOptionNames = [
  "architecture",
  "engine",
  "personality",
  "fallback",
  "memory",
  "root",
  "readOnly",
  "plugins",
  "home",
  "devices",
  "configuration",
  "logLevel",
  "host",
] as const satisfies (keyof MachineOptions)[];
