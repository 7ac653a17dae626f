/** Which implementation of a point is taken: the named one, else the preferred one that this machine can use. */
import { VmPluginError } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import type { HostFacts } from "../host-facts.ts";
import { platform } from "../manifest/manifest.ts";
import type { Implementation } from "../plugin-record.ts";
import { lackOf, type MachineFacts } from "./machine-facts.ts";
import { majorOf } from "./versions.ts";

export interface ChoiceOptions {
  /** The implementation's name; undefined and "auto" leave it to the host. */
  readonly name?: string | undefined;
  /** The id of the plugin that it must come from. */
  readonly plugin?: string | undefined;
  /** The guest architecture that it must list under `guests`. */
  readonly guest?: string | undefined;
  /** Any other condition: why the implementation will not do, or undefined. */
  readonly refuse?: ((implementation: Implementation) => string | undefined) | undefined;
}

export interface ChoiceFacts {
  readonly machine: MachineFacts;
  /** The points that this host knows, as in HostFacts. */
  readonly contracts: HostFacts["contracts"];
}

export interface Candidate {
  readonly implementation: Implementation;
  /** Why it is passed over. */
  readonly reason: string | undefined;
}

/** The implementations that name and plugin leave, the preferred first, each with why it would be passed over. */
export function candidatesOf(
  implementations: readonly Implementation[],
  options: ChoiceOptions,
  facts: ChoiceFacts,
): Candidate[] {
  const { name, plugin } = options;
  return implementations
    .filter(
      (one) =>
        (name === undefined || name === "auto" || one.name === name) &&
        (plugin === undefined || one.plugin.manifest.id === plugin),
    )
    .map((implementation) => ({ implementation, reason: obstacle(implementation, options, facts) }));
}

/** VMP_IMPLEMENTATION_NOT_FOUND, VMP_IMPLEMENTATION_UNSUITABLE or VMP_NO_IMPLEMENTATION when there is nothing to take. */
export function choose(
  point: string,
  implementations: readonly Implementation[],
  options: ChoiceOptions,
  facts: ChoiceFacts,
): Implementation {
  const candidates = candidatesOf(implementations, options, facts);
  const taken = candidates.find((candidate) => candidate.reason === undefined);
  if (taken) return taken.implementation;
  const named = options.name !== undefined && options.name !== "auto";
  const [first] = candidates;
  if (named && first)
    throw new VmPluginError("VMP_IMPLEMENTATION_UNSUITABLE", {
      point,
      name: first.implementation.name,
      plugin: first.implementation.plugin.manifest.id,
      reason: first.reason ?? "",
    });
  if (named && implementations.length > 0) {
    const names = [...new Set(implementations.map((one) => one.name))];
    const name = options.name ?? "";
    throw new VmPluginError("VMP_IMPLEMENTATION_NOT_FOUND", {
      point,
      name,
      names: names.join(", "),
      hint: didYouMean(name, names),
    });
  }
  const reasons = candidates.map(
    ({ implementation, reason }) => `${implementation.name} of ${implementation.plugin.manifest.id}: ${reason}`,
  );
  throw new VmPluginError("VMP_NO_IMPLEMENTATION", { point, reasons: reasons.join("; ") || "no plugin provides it" });
}

function obstacle(implementation: Implementation, options: ChoiceOptions, facts: ChoiceFacts): string | undefined {
  const { plugin, point, contract, guests, needs } = implementation;
  const { tiers, entry } = plugin.manifest;
  if (!tiers.includes("inline")) return `its plugin does not list the inline tier (${tiers.join(", ")})`;
  if (entry.module === undefined && entry.native?.[platform] === undefined)
    return `its plugin has no entry for ${platform}`;
  const known = facts.contracts[point];
  if (known && majorOf(known) !== majorOf(contract))
    return `it implements version ${contract} of the contract, this host has ${known}`;
  if (options.guest !== undefined && !guests?.includes(options.guest)) return `it does not run ${options.guest}`;
  return lackOf(needs, facts.machine) ?? options.refuse?.(implementation);
}
