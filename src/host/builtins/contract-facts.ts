/** What this package's contracts are, for the build to write down: a host reads it and imports no contract at start. */
import { contracts } from "../../contracts/all.ts";
import { VMP_ABI_MAJOR, VMP_ABI_MINOR } from "../../contracts/generated/abi.ts";
import { extensionPoints } from "../../contracts/points.ts";
import type { HostFacts } from "../host-facts.ts";

export function contractFacts(): Pick<HostFacts, "abi" | "contracts"> {
  const versions = new Map(contracts.map(({ id, version }) => [id, `${version.major}.${version.minor}`]));
  const points = extensionPoints.map(({ id }) => [id, versions.get(id) ?? null] as const);
  return { abi: `${VMP_ABI_MAJOR}.${VMP_ABI_MINOR}`, contracts: Object.fromEntries(points) };
}
