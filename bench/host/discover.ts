/** What it costs to know a thousand installed plugins, the cache warm: discovery and registration. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Effort } from "../harness/pairs.ts";
import { absoluteRow, type Row } from "../harness/row.ts";
import { scratchFolder } from "../harness/toolchain.ts";
import { installedPlugins, openPlugins, pluginCount, writePlugins } from "./installed-plugins.ts";

const bars = { bar: 15, goal: 5 };

/** Microseconds of CPU a plugin: the first discovery of a process, and later ones. */
export async function discoverRows({ pairs: samples }: Effort): Promise<Row[]> {
  const home = join(scratchFolder(), "home");
  const plugins = installedPlugins(home);
  writePlugins(plugins);
  try {
    // The second discovery settles what the first found too fresh to rely on.
    for (let warm = 0; warm < 2; warm++) await openPlugins(plugins, join(home, "cache/discovery"));
    const program = await builtProgram();
    const costs = Array.from({ length: samples }, () => {
      const output = execFileSync(process.execPath, [program, home], { encoding: "utf8" });
      return JSON.parse(output) as { first: number; again: number };
    });
    const each = (kind: "first" | "again") => costs.map((cost) => cost[kind] / pluginCount);
    const [name, unit] = ["installed plugin discovered and registered", "us"];
    return [
      absoluteRow({ name, unit, ...bars }, each("again")),
      // Node's compiler has not seen any of it then, and stat costs three times as much.
      absoluteRow({ name: `${name}, first time in its process`, unit }, each("first")),
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Built like the package itself: what translates sources on the fly would be counted too. */
async function builtProgram(): Promise<string> {
  const outdir = join(scratchFolder(), "discover");
  await build({
    entryPoints: [fileURLToPath(new URL("discover-process.ts", import.meta.url))],
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    outdir,
    outExtension: { ".js": ".mjs" },
    logLevel: "silent",
  });
  return join(outdir, "discover-process.mjs");
}
