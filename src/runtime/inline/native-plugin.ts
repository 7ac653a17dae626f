/** A native plugin in the host's own process, through the addon. */
import { VmPluginError } from "../../errors.ts";
import type { NativePlugin, NativePlugins } from "../../native.ts";
import type { Configuration } from "../../sdk/define-plugin.ts";
import type { LifecycleMethod, LoadedPlugin, PluginSource } from "../loaded-plugin.ts";
import { lifecycleFailure } from "./plugin-failure.ts";

/** `timeout` in milliseconds holds for each call; the addon abandons the thread of one that outlasts it. */
export async function loadNativePlugin(
  source: PluginSource,
  plugins: NativePlugins,
  timeout: number,
): Promise<LoadedPlugin> {
  const native: NativePlugin = await plugins.loadPlugin(source.path, source.id, timeout);
  const named = async <Result>(method: string, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw lifecycleFailure(source.id, method, error);
    }
  };
  return {
    native,
    call: (method: LifecycleMethod, configuration: Configuration) =>
      named(method, () => plugins.lifecycle(native, method, configuration, timeout)),
    healthCheck: () => named("healthCheck", () => plugins.healthCheck(native, timeout)),
    exportState: () => named("exportState", () => plugins.exportState(native, timeout)),
    importState: (stateVersion, state) =>
      named("importState", () => plugins.importState(native, stateVersion, state, timeout)),
    createInstance: async ({ point, name }) => {
      throw new VmPluginError("VMP_INSTANCE_FAILED", {
        id: source.id,
        point,
        name,
        reason: "instances of native plugins are made by a machine",
      });
    },
    closeInstances: async () => {},
    unload: () => named("unload", () => plugins.deinitPlugin(native, timeout)),
  };
}
