/** All that is found out of this machine. */
import type { PluginManager } from "../host/plugin-manager.ts";
import type { Check } from "./check.ts";
import { engineChecks, engineSummary } from "./engines.ts";
import { executableMemoryCheck } from "./executable-memory.ts";
import { hypervisorDeviceCheck } from "./hypervisor-device.ts";
import { limitChecks } from "./limits.ts";
import { memoryChecks } from "./memory.ts";
import { processorChecks } from "./processor.ts";
import { sandboxChecks } from "./sandbox.ts";
import { tierChecks } from "./tiers.ts";
import { versionChecks } from "./versions.ts";

export interface Examination {
  readonly checks: readonly Check[];
  /** Whether at least one engine can run guests. */
  readonly usable: boolean;
}

/** Loads the engines of `host` and starts their plugins. Only a fault of vm-plugin itself makes it reject. */
export async function examine(host: PluginManager): Promise<Examination> {
  const device = hypervisorDeviceCheck();
  const engines = await engineChecks(host, device);
  const summary = engineSummary(engines);
  const sandbox = sandboxChecks();
  const checks = [
    ...versionChecks(),
    summary,
    ...engines,
    device,
    ...processorChecks(),
    executableMemoryCheck(),
    ...tierChecks(sandbox, summary),
    ...sandbox,
    ...memoryChecks(),
    ...limitChecks(),
  ];
  return { checks, usable: summary.state === "ok" };
}
