/** What opening the plugin host costs where only the built-in plugins are used. */
import { PluginHost } from "../../src/host/plugin-host.ts";
import { nativePlugins } from "../../src/native.ts";
import { packageRoot } from "../../src/package-root.ts";
import { type Effort, FULL } from "../harness/pairs.ts";
import { absoluteRow, type Row } from "../harness/row.ts";

/** process.cpuUsage() counts in microseconds, the kernel more coarsely: one sample is of many. */
const opensPerSample = 50;

/** Milliseconds of CPU an open. */
export async function openHostRow(effort: Effort = FULL): Promise<Row> {
  const samples: number[] = [];
  // The first sample warms up and is not kept.
  for (let index = -1; index < effort.shortPairs; index++) {
    const before = process.cpuUsage();
    for (let count = 0; count < opensPerSample; count++)
      await PluginHost.open({ packageRoot: packageRoot(), native: nativePlugins });
    const { user, system } = process.cpuUsage(before);
    if (index >= 0) samples.push((user + system) / 1000 / opensPerSample);
  }
  return absoluteRow({ name: "host opened with the built-in plugins", unit: "ms", bar: 2, goal: 1 }, samples);
}
