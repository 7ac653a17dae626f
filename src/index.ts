/** `vm-plugin`: machines, guests and the plugin host for embedders. */
export { describe, VmPluginError } from "./errors.ts";
export { PluginManager } from "./host/plugin-manager.ts";
export type { PluginInfo, PluginManagerOptions } from "./host/plugin-manager-options.ts";
export type { Bind } from "./machine/binds.ts";
export type { CallOptions } from "./machine/function-calls.ts";
export type { GuestExit, GuestStatistics, RefusedCall } from "./machine/guest-exit.ts";
export type { GuestProcess } from "./machine/guest-process.ts";
export type { RunLimits } from "./machine/limits.ts";
export { Machine, type MachineOptions, type SpawnOptions } from "./machine/machine.ts";
export { MachinePool, type PoolOptions } from "./machine/machine-pool.ts";
export { type RunningProgram, type RunOptions, runProgram } from "./machine/run-program.ts";
export { type ForkOptions, Snapshot } from "./machine/snapshot.ts";
export type { StandardStream } from "./machine/standard-streams.ts";
export { type NativePlugins, nativePlugins } from "./native.ts";
export { packageRoot } from "./package-root.ts";
