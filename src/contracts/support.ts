/** `vm-plugin/contracts/runtime`: what generated TypeScript imports. */
export * from "./generated/index.ts";
export * from "./runtime/index.ts";
