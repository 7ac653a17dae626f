/** What resolving the requirements of a large host costs. */
import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { resolveOrder, type StartOrder } from "../../src/host/resolution/dependencies.ts";
import { loadSatisfies } from "../../src/host/resolution/versions.ts";
import type { Effort } from "../harness/pairs.ts";
import { absoluteRow, type Row } from "../harness/row.ts";
import { scratchFolder } from "../harness/toolchain.ts";
import { repository } from "../harness/vm-plugin.ts";
import { pluginGraph, plugins, requirements } from "./plugin-graph.ts";

/** process.cpuUsage() counts in microseconds, the kernel more coarsely: one sample is of several. */
const resolvesPerSample = 5;
const warmUps = 5;

const what = `${plugins} plugins with ${requirements} requirements resolved`;

/** Milliseconds of CPU for one graph: in a process that has done it before, and in one that has not, a process each. */
export async function resolveRows({ pairs: samples }: Effort): Promise<Row[]> {
  const registry = pluginGraph();
  const satisfies = await loadSatisfies();
  const facts = { registry, satisfies, obstacle: () => undefined };
  mustBeWhole(resolveOrder([registry.root], facts));
  const again: number[] = [];
  for (let sample = -warmUps; sample < samples; sample++) {
    const before = process.cpuUsage();
    for (let count = 0; count < resolvesPerSample; count++) resolveOrder([registry.root], facts);
    const { user, system } = process.cpuUsage(before);
    if (sample >= 0) again.push((user + system) / 1000 / resolvesPerSample);
  }
  return [
    absoluteRow({ name: what, unit: "ms", bar: 20, goal: 10 }, again),
    absoluteRow({ name: `${what}, the first of its process`, unit: "ms" }, firstResolves(samples)),
  ];
}

function firstResolves(samples: number): number[] {
  const folder = join(scratchFolder(), "first-resolve");
  const outfile = join(folder, "first-resolve.cjs");
  const entry = join(repository, "bench/host/first-resolve.ts");
  // As the command is built, which imports semver only now.
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: "node", target: "node20", packages: "external" });
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  return Array.from({ length: samples }, () => Number(execFileSync(process.execPath, [outfile], { encoding: "utf8" })));
}

function mustBeWhole({ levels, dependencies }: StartOrder): void {
  const found = levels.flat().length;
  const met = [...dependencies.values()].flat().length;
  // Some requirements are twice on the same plugin, some optional ones cannot be met.
  if (found !== plugins || met < 0.9 * requirements)
    throw new Error(`${found} plugins with ${met} requirements were resolved, not ${plugins} with ${requirements}`);
}
