/** `vm-plugin/testing`: for the tests of plugins, with any test runner. */
export { describe, VmPluginError } from "../errors.ts";
export type { PluginInfo } from "../host/plugin-manager-options.ts";
export type { Instance } from "../runtime/loaded-plugin.ts";
export { type ConformanceCheck, type ConformanceOptions, conformanceChecks } from "./conformance.ts";
export { type CreateOptions, type LogLine, TestHost, type TestHostOptions } from "./test-host.ts";
