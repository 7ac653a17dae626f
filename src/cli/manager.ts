/** Plugins in this process, for commands that try them. */
import type { Home } from "../host/home/home.ts";
import type { HomeContext } from "../host/home/requirements.ts";
import type { PluginManager } from "../host/plugin-manager.ts";
import { packageRoot } from "../package-root.ts";
import type { Call } from "./call.ts";

/** Does `work` with a plugin manager that uses the home, and stops every plugin that was started for it. */
export async function withManager<Result>(
  call: Call,
  home: Home,
  work: (manager: PluginManager) => Promise<Result>,
): Promise<Result> {
  const { openHost } = await import("../machine/open-host.ts");
  const { closeAll, warnOf } = await import("../machine/closers.ts");
  const closers: Parameters<typeof closeAll>[0] = [];
  call.ranPlugins = true;
  try {
    const logLevel = call.has("verbose") ? ("debug" as const) : undefined;
    return await work(await openHost({ home: home.path, logLevel, follow: false }, closers));
  } finally {
    warnOf(await closeAll(closers));
  }
}

/** What operations on the home compare plugins with. */
export async function homeContext(): Promise<HomeContext> {
  const { readBuiltins } = await import("../host/builtins/builtins.ts");
  const { facts, records } = readBuiltins(packageRoot());
  return { facts, others: records };
}
