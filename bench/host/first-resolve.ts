/** What it costs a process to resolve the graph when it has not resolved anything before, semver's import included: milliseconds of CPU. */
import { resolveOrder } from "../../src/host/resolution/dependencies.ts";
import { loadSatisfies } from "../../src/host/resolution/versions.ts";
import { pluginGraph } from "./plugin-graph.ts";

const registry = pluginGraph();
const before = process.cpuUsage();
void loadSatisfies().then((satisfies) => {
  resolveOrder([registry.root], { registry, satisfies, obstacle: () => undefined });
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(String((user + system) / 1000));
});
