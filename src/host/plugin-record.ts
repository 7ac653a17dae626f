/** A plugin as discovery found it: its manifest and where its files lie. None of its code has run. */
import type { Manifest, Provision } from "./manifest.ts";

/** What the package's own build wrote down about a built-in. */
export interface BuiltinFiles {
  readonly packageRoot: string;
  /** Of the plugin's package.json. */
  readonly manifestHash: string;
  /** The module as it was built; path relative to packageRoot. */
  readonly module?: string | undefined;
  /** SHA-256 in hexadecimal digits by path relative to packageRoot. */
  readonly hashes: Readonly<Record<string, string>>;
}

export interface PluginRecord {
  readonly manifest: Manifest;
  /** Absolute. */
  readonly folder: string;
  /** Absent for a plugin that the user added. */
  readonly builtin?: BuiltinFiles | undefined;
}

/** One implementation of a point, with the plugin that it belongs to. */
export interface Implementation extends Provision {
  readonly plugin: PluginRecord;
}
