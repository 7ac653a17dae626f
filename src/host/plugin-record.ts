/** A plugin as discovery found it: its manifest and where its files lie. None of its code has run. */
import type { Manifest, Provision } from "./manifest/manifest.ts";

/** What the package's own build wrote down about a built-in. Hashes are SHA-256 in hexadecimal digits. */
export interface BuiltinFiles {
  /** Of the plugin's package.json. */
  readonly manifestHash: string;
  /** Of the libraries that were built, by their paths in the manifest. */
  readonly nativeHashes: Readonly<Record<string, string>>;
  /** The module as it was built. */
  readonly module?: { readonly path: string; readonly hash: string } | undefined;
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
