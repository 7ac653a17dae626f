/** How a plugin in TypeScript or JavaScript says what it does. */
import type { PointMap } from "../contracts/generated/index.ts";

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What the user configured, with the defaults of the manifest's JSON Schema. */
export type Configuration = { readonly [key: string]: JsonValue };

/** Goes to the logger that the user chose. Never throws, never blocks. */
export interface Log {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export interface PluginContext {
  readonly id: string;
  readonly configuration: Configuration;
  readonly log: Log;
  /** Of this initialization. Aborted when the host gives the plugin up, and when it is cleaned up or unloaded. */
  readonly signal: AbortSignal;
}

export interface InstanceContext {
  /** The implementation's name, as in the manifest. */
  readonly name: string;
  readonly configuration: Configuration;
  readonly log: Log;
  /** Aborted when the instance is closed. */
  readonly signal: AbortSignal;
}

/** How instances of one implementation are made. A refusal is a thrown error, best a PluginError. */
export interface Factory<Point> {
  create(context: InstanceContext): Point | Promise<Point>;
  /** Refuses a configuration by throwing, before an instance is made with it. */
  validateConfiguration?(configuration: Configuration): void | Promise<void>;
  /** What its instances held is given back; no call is under way and none follows. */
  destroy?(implementation: Point): void | Promise<void>;
}

export interface Health {
  readonly status: "healthy" | "degraded" | "unhealthy";
  readonly message: string;
}

/** The methods by which the host leads a plugin through its states. */
export type LifecycleMethod =
  | "initialize"
  | "start"
  | "stop"
  | "cleanup"
  | "enable"
  | "disable"
  | "configurationChanged";

/**
 * Every method is optional and may return a promise; a thrown error, or one that outlasts its time-out, brings the plugin into
 * the state `error`. `points` lists the implementations by point and name, as the manifest's `provides` does.
 */
export interface PluginDefinition {
  initialize?(context: PluginContext): void | Promise<void>;
  start?(): void | Promise<void>;
  stop?(): void | Promise<void>;
  cleanup?(): void | Promise<void>;
  enable?(): void | Promise<void>;
  disable?(): void | Promise<void>;
  /** Throwing refuses the change: the configuration stays as it was. */
  configurationChanged?(configuration: Configuration): void | Promise<void>;
  healthCheck?(): Health | Promise<Health>;
  /** What a newer version of the plugin needs in order to go on, in the format that the manifest's stateVersion names. */
  exportState?(): Uint8Array | Promise<Uint8Array>;
  importState?(stateVersion: number, state: Uint8Array): void | Promise<void>;
  /**
   * Turns a configuration that version `from` of the plugin was given into one of this version. Called before initialize, and
   * what it returns is checked against the manifest's schema.
   */
  migrateConfiguration?(from: string, configuration: Configuration): Configuration | Promise<Configuration>;
  /** Points of other packages are added to PointMap by declaration merging. */
  readonly points?: { readonly [Point in keyof PointMap]?: Readonly<Record<string, Factory<PointMap[Point]>>> };
}

/** On what definePlugin returns: known also across two copies of the SDK, one bundled into the plugin. */
export const definitionMark = Symbol.for("vm-plugin.definition/1");

/** The default export of a plugin's module. */
export function definePlugin<Definition extends PluginDefinition>(definition: Definition): Definition {
  return Object.defineProperty(definition, definitionMark, { value: true });
}

/** An error of the plugin's own: its user sees `<plugin-id>/CODE`. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  /** In UPPER_SNAKE_CASE. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
