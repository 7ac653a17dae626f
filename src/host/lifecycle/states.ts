/** A plugin's states, what leads from one to the next, and how a change is told. */
import type { VmPluginError } from "../../errors.ts";

export type State = "unloaded" | "loaded" | "initialized" | "running" | "stopped" | "error";
export type Transition = "load" | "initialize" | "start" | "stop" | "cleanup" | "unload";
export type Operation = Transition | "enable" | "disable" | "configure" | "healthCheck";

export interface StateEvent {
  readonly plugin: string;
  readonly version: string;
  readonly operation: Operation;
  readonly from: State;
  readonly to: State;
  readonly disabled: boolean;
  /** Milliseconds of the monotonic clock, as process.hrtime() counts. */
  readonly time: number;
  /** Milliseconds that the operation took. */
  readonly duration: number;
  /** Why `to` is "error". */
  readonly error?: VmPluginError;
}

export const transitions: Readonly<Record<Transition, { readonly from: readonly State[]; readonly to: State }>> = {
  load: { from: ["unloaded"], to: "loaded" },
  initialize: { from: ["loaded"], to: "initialized" },
  start: { from: ["initialized"], to: "running" },
  stop: { from: ["running"], to: "stopped" },
  cleanup: { from: ["initialized", "stopped", "error"], to: "loaded" },
  unload: { from: ["loaded", "error"], to: "unloaded" },
};

/** The next step from a state towards running, and towards unloaded; an error is left by unload. */
export const upwards: Readonly<Record<State, Transition | undefined>> = {
  unloaded: "load",
  loaded: "initialize",
  initialized: "start",
  running: undefined,
  stopped: "cleanup",
  error: undefined,
};
export const downwards: Readonly<Record<State, Transition | undefined>> = {
  unloaded: undefined,
  loaded: "unload",
  initialized: "cleanup",
  running: "stop",
  stopped: "cleanup",
  error: "unload",
};
