/** The engines: each is tried as far as it goes without a guest. */
import type { AccelVirtualization } from "../contracts/generated/accel-virtualization.ts";
import { virtualizationFeatureValues } from "../contracts/generated/accel-virtualization.ts";
import { reasonOf, VmPluginError } from "../errors.ts";
import type { PluginManager } from "../host/plugin-manager.ts";
import type { Implementation } from "../host/plugin-record.ts";
import { enginePoints } from "../machine/parts.ts";
import type { Instance } from "../runtime/loaded-plugin.ts";
import type { Check, Fact } from "./check.ts";

/** One for each engine, the preferred of a kind first. `device`: the hypervisor's, whose fix is that of what needs it. */
export async function engineChecks(host: PluginManager, device: Check): Promise<Check[]> {
  const checks: Check[] = [];
  for (const point of enginePoints) {
    for (const { implementation, reason } of host.candidates(point))
      checks.push(
        reason === undefined ? await tried(host, implementation, device) : passedOver(host, implementation, reason),
      );
  }
  return checks;
}

/** Whether guests can run at all. */
export function engineSummary(engines: readonly Check[]): Check {
  const id = "engine";
  const able = engines.filter(({ state }) => state !== "missing").map(({ facts }) => String(facts?.name));
  if (able.length > 0) return { id, state: "ok", words: `guests can run: ${able.join(", ")}`, facts: { able } };
  const fix = "Enable or install an engine; see the checks of each.";
  return { id, state: "missing", words: "no engine can run here", code: "VMP_NO_ENGINE", fix, facts: { able } };
}

function base({ point, name, guests = [], plugin }: Implementation) {
  const { id } = plugin.manifest;
  const facts: Record<string, Fact> = { point, name, plugin: id, guests };
  return { id: `engine.${id}.${name}`, facts };
}

function passedOver(host: PluginManager, implementation: Implementation, reason: string): Check {
  const { id } = implementation.plugin.manifest;
  const fix = host.get(id).disabled ? `vm-plugin enable ${id}` : undefined;
  const code = "VMP_IMPLEMENTATION_UNSUITABLE";
  return { ...base(implementation), state: "missing", words: `cannot be taken: ${reason}`, code, fix };
}

async function tried(host: PluginManager, implementation: Implementation, device: Check): Promise<Check> {
  const { id, facts } = base(implementation);
  const guests = `runs ${(implementation.guests ?? []).join(", ")} guests`;
  try {
    if (implementation.point !== "accel.virtualization") {
      await host.activate(implementation.plugin.manifest.id);
      return { id, state: "ok", words: guests, facts };
    }
    const { words, facts: offered } = await describeHost(host, implementation);
    return { id, state: "ok", words: `${guests}; ${words}`, facts: { ...facts, ...offered } };
  } catch (error) {
    const known =
      error instanceof VmPluginError ? error : new VmPluginError("VMP_INTERNAL", { reason: reasonOf(error) });
    const needsDevice = implementation.point === "accel.virtualization" && device.state === "missing";
    const fix = needsDevice && device.fix !== undefined ? device.fix : known.fix;
    return { id, state: "missing", words: known.message, code: known.code, fix, facts };
  }
}

async function describeHost(host: PluginManager, implementation: Implementation) {
  const instance = (await host.createInstance(implementation)) as Instance<AccelVirtualization>;
  try {
    const {
      features = 0,
      physicalBits = 0,
      slots = 0,
      largestVcpus = 0,
      xcr0 = 0n,
    } = instance.implementation.describe();
    const offered = Object.entries(virtualizationFeatureValues)
      .filter(([, bit]) => (Number(features) & bit) !== 0)
      .map(([name]) => name);
    const words = [
      `${largestVcpus} virtual CPUs`,
      `${physicalBits} bits of guest-physical addresses`,
      `${slots} memory slots`,
      offered.join(", "),
    ].join("; ");
    const facts = { features: offered, physicalBits, slots, largestVcpus, xcr0: `0x${BigInt(xcr0).toString(16)}` };
    return { words, facts };
  } finally {
    await instance.close();
  }
}
