/** The isolation tiers' common face: a plugin whose code is loaded, wherever it runs. */
import type { CallStatistics } from "../contracts/runtime/index.ts";
import type { NativePlugin } from "../native.ts";
import type { Configuration, Health, LifecycleMethod } from "../sdk/define-plugin.ts";

/** A file of a plugin, verified by the host, that a tier loads. */
export interface PluginSource {
  readonly id: string;
  readonly kind: "native" | "module";
  /** Absolute and real. */
  readonly path: string;
  /** The module is source text that has to be transpiled and bundled. */
  readonly development: boolean;
  /** What the manifest says that it provides. */
  readonly provides: readonly { readonly point: string; readonly name: string }[];
}

/** An implementation that was made for one user. `implementation` is revoked by `close` and when the plugin stops. */
export interface Instance<Point = unknown> {
  readonly plugin: string;
  readonly point: string;
  readonly name: string;
  readonly implementation: Point;
  /** How it was called; undefined unless the host counts, and for a point of another package. */
  statistics(): CallStatistics | undefined;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface InstanceRequest {
  readonly point: string;
  readonly name: string;
  readonly configuration: Configuration;
}

/** Every method rejects with a VmPluginError that names the plugin, also when it outlasts its time-out. */
export interface LoadedPlugin {
  /** The addon's object; undefined for a module. */
  readonly native: NativePlugin | undefined;
  /** Nothing happens when the plugin does not have the method. */
  call(method: LifecycleMethod, configuration: Configuration): Promise<void>;
  /** Undefined when the plugin does not tell. */
  healthCheck(): Promise<Health | undefined>;
  exportState(): Promise<Uint8Array | undefined>;
  importState(stateVersion: number, state: Uint8Array): Promise<void>;
  /** The configuration as this version wants it, before initialize; undefined when the plugin does not have the method. */
  migrateConfiguration(from: string, configuration: Configuration): Promise<Configuration | undefined>;
  /** Makes an instance that belongs to no machine. */
  createInstance(request: InstanceRequest): Promise<Instance>;
  /** Closes every instance that is left: none can be called any longer. */
  closeInstances(): Promise<void>;
  /** The last call. */
  unload(): Promise<void>;
}
