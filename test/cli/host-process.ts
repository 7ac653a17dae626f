/** host-process.ts HOME ID: a host that uses the home and runs the plugin, until its standard input ends. Prints "ready". */
import { PluginManager } from "../../src/host/plugin-manager.ts";
import { nativePlugins } from "../../src/native.ts";
import { packageRoot } from "../../src/package-root.ts";

const [home, id = ""] = process.argv.slice(2);
const manager = await PluginManager.open({ packageRoot: packageRoot(), native: nativePlugins, home });
await manager.activate(id);
process.stdout.write("ready\n");
process.stdin.on("end", () => void manager.close()).resume();
