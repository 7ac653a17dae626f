/** A native plugin in the host's own process, through the addon. */
import type { NativePlugin, NativePlugins } from "../../native.ts";
import type { Instance, LoadedPlugin, PluginSource } from "../loaded-plugin.ts";
import { lifecycleFailure } from "./plugin-failure.ts";

export interface NativeOptions {
  readonly native: NativePlugins;
  /** Milliseconds for each call; the addon abandons the thread of one that outlasts it. */
  readonly timeout: number;
  /** Whether calls of instances are counted and sampled. */
  readonly counted: boolean;
}

export async function loadNativePlugin(source: PluginSource, options: NativeOptions): Promise<LoadedPlugin> {
  const { native: plugins, timeout, counted } = options;
  const native: NativePlugin = await plugins.loadPlugin(source.path, source.id, timeout);
  const instances = new Set<Instance>();
  const named = async <Result>(method: string, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw lifecycleFailure(source.id, method, error);
    }
  };
  return {
    native,
    call: (method, configuration) => named(method, () => plugins.lifecycle(native, method, configuration, timeout)),
    healthCheck: () => named("healthCheck", () => plugins.healthCheck(native, timeout)),
    exportState: () => named("exportState", () => plugins.exportState(native, timeout)),
    importState: (stateVersion, state) =>
      named("importState", () => plugins.importState(native, stateVersion, state, timeout)),
    migrateConfiguration: (from, configuration) =>
      named("migrateConfiguration", async () => {
        const json = await plugins.migrateConfiguration(native, from, configuration, timeout);
        return json && JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
      }),
    async createInstance(request) {
      // Most hosts make none: machines make their own.
      const { makeNativeInstance } = await import("./native-instance.ts");
      const closed = (instance: Instance) => void instances.delete(instance);
      const instance = makeNativeInstance(native, request, { plugins, counted, closed });
      instances.add(instance);
      return instance;
    },
    async closeInstances() {
      await Promise.all([...instances].map((instance) => instance.close()));
    },
    unload: () => named("unload", () => plugins.deinitPlugin(native, timeout)),
  };
}
