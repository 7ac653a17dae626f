/** The only file that loads the addon. Everything native that TypeScript can reach is typed here. */
import { createRequire } from "node:module";

/** A library that was opened, negotiated with and initialised; it stays mapped until the process ends. */
export interface NativePlugin {
  readonly id: string;
  readonly path: string;
  readonly abi: { readonly major: number; readonly minor: number; readonly lowest: number };
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export type NativeLifecycleMethod =
  | "initialize"
  | "start"
  | "stop"
  | "cleanup"
  | "enable"
  | "disable"
  | "configurationChanged";

export interface NativeHealth {
  readonly status: "healthy" | "degraded" | "unhealthy";
  readonly message: string;
}
