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

/** What was written down when a plugin was installed. Hashes are SHA-256 in hexadecimal digits. */
export interface InstalledFiles {
  /** Of the whole content; the name of its folder. */
  readonly hash: string;
  /** Of each file, by its path in the folder. */
  readonly files: Readonly<Record<string, string>>;
  /** The module that was bundled when it was installed, as a path in the folder. */
  readonly module?: string | undefined;
}

export interface PluginRecord {
  readonly manifest: Manifest;
  /** Absolute. */
  readonly folder: string;
  /** Both absent for a plugin that is used without being installed. */
  readonly builtin?: BuiltinFiles | undefined;
  readonly installed?: InstalledFiles | undefined;
}

/** One implementation of a point, with the plugin that it belongs to. */
export interface Implementation extends Provision {
  readonly plugin: PluginRecord;
}
