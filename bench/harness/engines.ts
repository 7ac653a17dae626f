/** The engines that there are, from their manifests alone: none of their code runs. */
import { PluginManager } from "../../src/host/plugin-manager.ts";
import { nativePlugins } from "../../src/native.ts";
import { packageRoot } from "../../src/package-root.ts";
import type { Skipped } from "./row.ts";

export interface Engine {
  readonly name: string;
  /** The architecture of its guests, as manifests name it. */
  readonly guest: string;
}

const enginePoints = ["accel.virtualization", "arch.simulator"];

/** One entry for each engine and guest architecture; those that cannot run on this machine with the reason. */
export async function listEngines(): Promise<{ offered: Engine[]; skipped: Skipped[] }> {
  const host = await PluginManager.open({ native: nativePlugins, packageRoot: packageRoot() });
  try {
    const offered: Engine[] = [];
    const skipped: Skipped[] = [];
    for (const { implementation, reason } of enginePoints.flatMap((point) => host.candidates(point))) {
      const { name, guests = [] } = implementation;
      if (reason === undefined) offered.push(...guests.map((guest) => ({ name, guest })));
      else skipped.push({ name, reason });
    }
    return { offered, skipped };
  } finally {
    await host.close();
  }
}
