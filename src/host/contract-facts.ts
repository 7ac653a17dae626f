/** What the host has to know of contracts: which points there are, in which versions, and the version of the ABI. */
import { VMP_ABI_MAJOR, VMP_ABI_MINOR } from "../contracts/generated/abi.ts";
import { extensionPoints } from "../contracts/points.ts";

export const abiVersion = `${VMP_ABI_MAJOR}.${VMP_ABI_MINOR}`;

export const knownPoints: ReadonlySet<string> = new Set(extensionPoints.map((point) => point.id));

/** "major.minor" of a point's contract; undefined for a point of another package. */
export function contractVersion(_point: string): string | undefined {
  return undefined;
}
