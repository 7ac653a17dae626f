/**
 * The conformance suite of `accel.virtualization`. A backend is called by native code alone, so its cases are native too:
 * each makes virtual machines of its own and runs a few bytes of guest code in them, on a thread that is left behind when
 * the backend hangs.
 */
import { VmPluginError } from "../errors.ts";
import type { PluginManager } from "../host/plugin-manager.ts";
import type { Implementation } from "../host/plugin-record.ts";
import { runVirtualizationCase, virtualizationCases } from "../native.ts";
import type { Configuration } from "../sdk/define-plugin.ts";

export const virtualizationPoint = "accel.virtualization";

/** Milliseconds: far more than a case needs on a loaded host. */
const defaultTimeout = 60_000;

export interface VirtualizationCheck {
  readonly configuration: Configuration;
  /** Of virtualizationRules. */
  readonly index: number;
  readonly timeout: number | undefined;
}

/** What a backend must hold to, in order: "memory: an unmapped slot is gone". */
export function virtualizationRules(): string[] {
  return virtualizationCases().map(({ group, title }) => `${group}: ${title}`);
}

/** VMP_CONFORMANCE_FAILED with the rule and what happened; a text where the rule does not apply, or nothing can run. */
export async function checkVirtualization(
  host: PluginManager,
  { point, name, plugin }: Implementation,
  { configuration, index, timeout = defaultTimeout }: VirtualizationCheck,
): Promise<string | undefined> {
  const { id } = plugin.manifest;
  const rule = virtualizationRules()[index] ?? "";
  const failure = (reason: string) => new VmPluginError("VMP_CONFORMANCE_FAILED", { id, point, name, rule, reason });
  const { native, release } = await host.hold(id);
  try {
    if (native === undefined) throw failure("only a native plugin can be such a backend");
    const late = () => failure(`it did not finish in ${timeout} ms`);
    const { verdict, detail } = await runVirtualizationCase(native, name, configuration, index, timeout, late);
    if (verdict === "failed") throw failure(detail);
    if (verdict === "inapplicable") return `not applicable: ${detail}`;
    if (verdict === "unavailable") return `not available on this host: ${detail}`;
    return undefined;
  } finally {
    release();
  }
}
