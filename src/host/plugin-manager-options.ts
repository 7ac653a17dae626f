/** How a plugin manager is opened, and what it answers. */
import type { Rule } from "../config/resolver.ts";
import type { VmPluginError } from "../errors.ts";
import type { NativePlugin, NativePlugins } from "../native.ts";
import type { Configuration, Log } from "../sdk/define-plugin.ts";
import type { HashFile } from "./file-hash.ts";
import type { DisabledFlags } from "./lifecycle/lifecycle.ts";
import type { State } from "./lifecycle/states.ts";
import type { Manifest } from "./manifest/manifest.ts";
import type { MachineFacts } from "./resolution/machine-facts.ts";

export type LogSink = (level: keyof Log, source: string, message: string) => void;

export interface PluginManagerOptions {
  /** The root of the package vm-plugin, with its dist/builtins.json. */
  readonly packageRoot: string;
  readonly native: NativePlugins;
  /** Folders of plugins to use without installing them; one hides what is installed under its id. */
  readonly plugins?: readonly string[] | undefined;
  /** Whether the built-in plugins are among them. Default true. */
  readonly builtins?: boolean | undefined;
  /** The folder whose installed plugins, configurations and disabled plugins are used. Default: none of it. */
  readonly home?: string | undefined;
  /**
   * Milliseconds after which the manager tells others that it uses the home, and does what they change there: installed, updated,
   * enabled, disabled and configured plugins. Default 0; false: it goes on with what it found.
   */
  readonly follow?: number | false | undefined;
  /** Ids of disabled plugins; enable and disable change it. Default: those of the home, else none. */
  readonly disabled?: DisabledFlags | undefined;
  /** A plugin's own configuration, before one is set. Default: that of the home, else empty. */
  readonly configuration?: ((plugin: string) => Configuration) | undefined;
  /** Rules for a plugin's configuration beyond its schema's. Default: none. */
  readonly configurationRules?: ((plugin: string) => readonly Rule[]) | undefined;
  /** Where plugins' log lines go. Default: nowhere. */
  readonly log?: LogSink | undefined;
  /** Milliseconds that one call of a plugin may take. Default 10,000. */
  readonly timeout?: number | undefined;
  /** Milliseconds between health checks of the plugins that run. Default: they are checked when it is asked for. */
  readonly healthInterval?: number | undefined;
  /** Whether calls of modules' instances are counted and their latency sampled. Default false: it costs nanoseconds. */
  readonly counted?: boolean | undefined;
  /** How files are hashed that are verified. Default: node:crypto, whose import costs Node some milliseconds. */
  readonly hashFile?: HashFile | undefined;
  /** What `needs` of manifests are compared with. Default: this machine. */
  readonly machine?: MachineFacts | undefined;
}

/** Where a plugin comes from; "folder": it is used without being installed. */
export type PluginSource = "builtin" | "installed" | "folder";

export interface PluginInfo {
  readonly manifest: Manifest;
  readonly folder: string;
  readonly source: PluginSource;
  readonly state: State;
  readonly disabled: boolean;
  /** Why the state is "error". */
  readonly error: VmPluginError | undefined;
}

/** A plugin that runs, and goes on running until `release` is called. */
export interface HeldPlugin {
  /** The addon's object for a native plugin, from which a machine makes instances. */
  readonly native: NativePlugin | undefined;
  /** The plugin's own. */
  readonly configuration: Configuration;
  readonly release: () => void;
}
