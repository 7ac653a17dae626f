/** What generated TypeScript imports. */
export * from "./call.ts";
export * from "./dispatch.ts";
export * from "./failure.ts";
export * from "./handle-table.ts";
export * from "./inline-handle.ts";
export * from "./layout-view.ts";
export * from "./loose.ts";
export * from "./malformed.ts";
export * from "./shared-span.ts";
export * from "./transport.ts";
export * from "./wire-reader.ts";
export * from "./wire-writer.ts";
