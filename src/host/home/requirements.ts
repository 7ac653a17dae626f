/** Whether plugins have what they require, asked before a state is committed. */
import { VmPluginError } from "../../errors.ts";
import type { HostFacts } from "../host-facts.ts";
import type { PluginRecord } from "../plugin-record.ts";
import { Registry } from "../registry.ts";
import { candidatesOf } from "../resolution/choice.ts";
import { resolveOrder } from "../resolution/dependencies.ts";
import { type MachineFacts, thisMachine } from "../resolution/machine-facts.ts";
import { compareVersions, loadSatisfies } from "../resolution/versions.ts";
import type { HomeState } from "./state-format.ts";

export interface HomeContext {
  readonly facts: HostFacts;
  /** Plugins that are there without being installed: the built-ins. */
  readonly others: readonly PluginRecord[];
  /** Default: this machine. */
  readonly machine?: MachineFacts | undefined;
}

/** Why a record among these cannot have what it requires; undefined when it can. */
export type Unmet = (record: PluginRecord) => VmPluginError | undefined;

/** What plugins find that are there together. A disabled one meets nothing. */
export async function requirementsAmong(
  records: readonly PluginRecord[],
  disabled: ReadonlySet<string>,
  { facts, machine = thisMachine }: HomeContext,
): Promise<Unmet> {
  const satisfies = await loadSatisfies();
  const registry = new Registry();
  for (const record of records) if (!disabled.has(record.manifest.id)) registry.add(record);
  const choice = { machine, contracts: facts.contracts };
  return (record) => {
    try {
      resolveOrder([record], {
        registry,
        satisfies,
        fixed: new Map([[record.manifest.id, record]]),
        disabled: (id) => disabled.has(id),
        obstacle: (one) => candidatesOf([one], {}, choice)[0]?.reason,
      });
      return undefined;
    } catch (error) {
      if (error instanceof VmPluginError) return error;
      throw error;
    }
  };
}

/** VMP_DEPENDENCY_* when `record`, put beside `installed` or in the place of another version of it, lacks what it requires. */
export async function refuseUnmet(
  record: PluginRecord,
  installed: readonly PluginRecord[],
  state: HomeState,
  context: HomeContext,
): Promise<void> {
  const { id } = record.manifest;
  const records = [...context.others, ...installed.filter((one) => one.manifest.id !== id), record];
  // Whether it is disabled itself does not matter: what it requires must be there when it is enabled.
  const unmet = await requirementsAmong(records, new Set(state.disabled.filter((one) => one !== id)), context);
  const error = unmet(record);
  if (error !== undefined) throw error;
}

/** VMP_PLUGIN_SHADOWED: of two versions the highest is used, so that this one would never be. */
export async function refuseShadowed({ manifest: { id, version } }: PluginRecord, context: HomeContext): Promise<void> {
  const higher = context.others.find(
    ({ manifest }) => manifest.id === id && compareVersions(manifest.version, version) >= 0,
  );
  if (higher) throw new VmPluginError("VMP_PLUGIN_SHADOWED", { id, version, found: higher.manifest.version });
}

export interface Situation {
  readonly records: readonly PluginRecord[];
  readonly disabled: ReadonlySet<string>;
}

/** The enabled plugins that have what they require `before` and are still there, but would lack it `after`, each with why. */
export async function brokenBy(
  before: Situation,
  after: Situation,
  context: HomeContext,
): Promise<Map<string, VmPluginError>> {
  const unmetBefore = await requirementsAmong(before.records, before.disabled, context);
  const unmetAfter = await requirementsAmong(after.records, after.disabled, context);
  const broken = new Map<string, VmPluginError>();
  for (const record of after.records) {
    const { id } = record.manifest;
    if (after.disabled.has(id) || !before.records.includes(record)) continue;
    const error = unmetAfter(record);
    if (error !== undefined && unmetBefore(record) === undefined) broken.set(id, error);
  }
  return broken;
}

/** VMP_PLUGIN_REQUIRED, with all that would lack `id`. */
export function requiredBy(id: string, broken: ReadonlyMap<string, VmPluginError>): VmPluginError {
  const [cause] = broken.values();
  return new VmPluginError("VMP_PLUGIN_REQUIRED", { id, dependents: [...broken.keys()].join(", ") }, { cause });
}
