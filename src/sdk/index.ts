/** `vm-plugin/sdk`: all that a plugin in TypeScript or JavaScript imports. */
export type * from "../contracts/generated/index.ts";
export {
  type Configuration,
  definePlugin,
  type Factory,
  type Health,
  type InstanceContext,
  type JsonValue,
  type Log,
  type PluginContext,
  type PluginDefinition,
  PluginError,
} from "./define-plugin.ts";
