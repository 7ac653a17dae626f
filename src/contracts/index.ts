/** `vm-plugin/contracts`: the language in which contracts are written, and this package's own contracts for those that use them. */
export * as abi from "./abi.ts";
export * from "./language/index.ts";
export * as log from "./log.ts";
export * as memory from "./memory.ts";
export * as vcpu from "./vcpu.ts";
