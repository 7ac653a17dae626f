/** What opening the plugin host costs where only the built-in plugins are used. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PluginManager } from "../../src/host/plugin-manager.ts";
import { nativePlugins } from "../../src/native.ts";
import { packageRoot } from "../../src/package-root.ts";
import type { Effort } from "../harness/pairs.ts";
import { absoluteRow, type Row } from "../harness/row.ts";
import { repository } from "../harness/vm-plugin.ts";

/** process.cpuUsage() counts in microseconds, the kernel more coarsely: one sample is of many. */
const opensPerSample = 50;

const bars = { unit: "ms", bar: 2, goal: 1 };

/** Milliseconds of CPU an open: the first of a process, a process each, and later ones. */
export async function openHostRows({ pairs: samples }: Effort): Promise<Row[]> {
  const index = pathToFileURL(join(repository, "dist/index.js")).href;
  const firstOpen = join(repository, "bench/host/first-open.mjs");
  const first = Array.from({ length: samples }, () =>
    Number(execFileSync(process.execPath, [firstOpen, index], { encoding: "utf8" })),
  );
  const again: number[] = [];
  // The first sample warms up and is not kept.
  for (let sample = -1; sample < samples; sample++) {
    const hosts: PluginManager[] = [];
    const before = process.cpuUsage();
    for (let count = 0; count < opensPerSample; count++)
      hosts.push(await PluginManager.open({ packageRoot: packageRoot(), native: nativePlugins }));
    const { user, system } = process.cpuUsage(before);
    if (sample >= 0) again.push((user + system) / 1000 / opensPerSample);
    await Promise.all(hosts.map((host) => host.close()));
  }
  return [
    absoluteRow({ name: "host opened, the first of its process", ...bars }, first),
    absoluteRow({ name: "host opened again", ...bars }, again),
  ];
}
