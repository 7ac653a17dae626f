/** The language in which contracts are written. A contract file imports from here and from the contracts it uses. */
export * from "./contract.ts";
export * from "./enumeration.ts";
export * from "./layout.ts";
export * from "./method.ts";
export * from "./scalars.ts";
export * from "./types.ts";
