/** What a plugin says about itself in `vmPlugin` of its package.json, checked. Units: bytes and milliseconds. */

export type Tier = "inline" | "worker" | "process" | "vm";

/** What a machine must have before an implementation can be used on it; all of it. */
export interface Needs {
  /** As process.platform and process.arch spell them; one of each list. */
  readonly os?: readonly string[] | undefined;
  readonly arch?: readonly string[] | undefined;
  /** Device files that can be read and written ("/dev/kvm"). */
  readonly devices?: readonly string[] | undefined;
  /** Processor features, as Linux names them ("avx2"). */
  readonly cpu?: readonly string[] | undefined;
}

/** One implementation that the plugin offers. */
export interface Provision {
  readonly point: string;
  readonly name: string;
  /** "major.minor" of the point's contract. */
  readonly contract: string;
  /** The highest is taken when the user names none; default 0. */
  readonly priority: number;
  /** For engines and translators: the guest architectures ("riscv64"). */
  readonly guests?: readonly string[] | undefined;
  readonly needs?: Needs | undefined;
}

/** A plugin, or any implementation of a point. `version` is a range of the plugin's or of the contract's version. */
export interface Requirement {
  readonly plugin?: string | undefined;
  readonly point?: string | undefined;
  readonly version: string;
  readonly optional: boolean;
}

export interface Permission {
  readonly name: string;
  readonly reason: string;
}

/** Bounds that the tiers with a boundary enforce. */
export interface Limits {
  readonly memory?: number | undefined;
  readonly cpuTime?: number | undefined;
  readonly openFiles?: number | undefined;
  readonly threads?: number | undefined;
}

export interface Manifest {
  readonly id: string;
  /** The group of plugins that it belongs to: by default that of its first point. */
  readonly type: string;
  /** name, version, author and description are npm's own fields. */
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly author: string;
  readonly engines: { readonly vm: string; readonly abi?: string | undefined };
  /** The library where there is one for the platform ("linux-x64"), else the module. Paths are relative to the folder. */
  readonly entry: {
    readonly native?: Readonly<Record<string, string>> | undefined;
    readonly module?: string | undefined;
  };
  /** In the author's order of preference. */
  readonly tiers: readonly Tier[];
  readonly provides: readonly Provision[];
  readonly requires: readonly Requirement[];
  readonly activation: "lazy" | "startup";
  readonly permissions: readonly Permission[];
  readonly limits: Limits;
  /** JSON Schema of the configuration. */
  readonly configuration?: Readonly<Record<string, unknown>> | undefined;
  readonly stateVersion: number;
}

/** Where this process runs, in the words of entry.native. */
export const platform = `${process.platform}-${process.arch}`;

/** "acme.point" and its like: the group is what stands before the first dot. */
export function groupOf(point: string): string {
  return point.slice(0, point.indexOf("."));
}
