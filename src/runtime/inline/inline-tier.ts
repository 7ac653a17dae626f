/** The inline tier: plugins in the host's own process, trusted like the host itself. */
import type { NativePlugins } from "../../native.ts";
import type { Log } from "../../sdk/define-plugin.ts";
import type { LoadedPlugin, PluginSource } from "../loaded-plugin.ts";

export interface InlineOptions {
  readonly native: NativePlugins;
  readonly packageRoot: string;
  readonly log: Log;
  /** Whether calls of instances are counted and sampled. */
  readonly counted: boolean;
  /** Milliseconds that each call of the plugin may take. */
  readonly timeout: number;
  /** A folder of the user's own in which bundles of modules in development are kept. Default: none. */
  readonly cacheFolder?: string | undefined;
}

/** A kind of plugin is paid for when one of it is loaded. */
export async function loadInline(source: PluginSource, options: InlineOptions): Promise<LoadedPlugin> {
  if (source.kind === "native") {
    const { loadNativePlugin } = await import("./native-plugin.ts");
    return loadNativePlugin(source, options);
  }
  const { loadModulePlugin } = await import("./module-plugin.ts");
  return loadModulePlugin(source, options);
}
