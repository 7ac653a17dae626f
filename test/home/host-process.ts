/** host-process.ts HOME ID: a host that runs one plugin, and tells its parent of each version of it that runs. */
import { PluginManager } from "../../src/host/plugin-manager.ts";
import { nativePlugins } from "../../src/native.ts";
import { packageRoot } from "../../src/package-root.ts";

const [home = "", id = ""] = process.argv.slice(2);
const host = await PluginManager.open({ packageRoot: packageRoot(), native: nativePlugins, home });
host.on("state", ({ to, version }) => {
  if (to === "running") process.send?.(`running ${version}`);
});
await host.activate(id);
// Nothing of a host's own keeps its process alive.
process.on("disconnect", () => process.exit());
