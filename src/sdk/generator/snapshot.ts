/**
 * npm run abi:check: proves that the contracts only append to the last released ABI, and says in words what else changed.
 *   --write     adds the release that VMP_ABI_MAJOR and VMP_ABI_MINOR name; refuses what is no append, and to change a release
 *   --replace   with --write: changes the newest release, for as long as nobody has it
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { contracts } from "../../contracts/all.ts";
import { jsonText } from "./json-text.ts";
import { compareShapes } from "./snapshot-compare.ts";
import type { Shape } from "./snapshot-shape.ts";
import { shapeOf } from "./snapshot-shape.ts";

export interface Release {
  /** "major.minor" of the ABI. */
  readonly version: string;
  readonly contracts: Shape;
}

export interface Snapshot {
  /** Oldest first. */
  readonly releases: readonly Release[];
}

export const snapshotPath = fileURLToPath(new URL("../../contracts/abi-snapshot.json", import.meta.url));

export function readSnapshot(path: string): Snapshot {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Snapshot) : { releases: [] };
}

/** The release that the contracts would be now. */
export function currentRelease(): Release {
  const shape = shapeOf(contracts);
  const { VMP_ABI_MAJOR, VMP_ABI_MINOR } = shape["vmp.abi"]?.constants ?? {};
  return { version: `${VMP_ABI_MAJOR}.${VMP_ABI_MINOR}`, contracts: shape };
}

/** The snapshot with the release in it. Throws an Error that says what forbids it. */
export function withRelease(snapshot: Snapshot, release: Release, replace: boolean): Snapshot {
  const last = snapshot.releases.at(-1);
  const replaces = last?.version === release.version;
  if (replaces && !replace)
    throw new Error(
      `the release ${release.version} is in the snapshot already: raise VMP_ABI_MINOR, or give --replace`,
    );
  const kept = replaces ? snapshot.releases.slice(0, -1) : snapshot.releases;
  const before = kept.at(-1);
  const broken = before === undefined ? [] : compareShapes(before.contracts, release.contracts).broken;
  if (before !== undefined && broken.length > 0)
    throw new Error(`${release.version} does not only append to ${before.version}:\n${broken.join("\n")}`);
  return { releases: [...kept, release] };
}

/** What is wrong with the contracts as they are, against the newest release. */
export function problemsOf(snapshot: Snapshot, release: Release): string[] {
  const last = snapshot.releases.at(-1);
  if (last === undefined) return ["the snapshot holds no release: run it with --write"];
  const { broken, appended } = compareShapes(last.contracts, release.contracts);
  const forgotten = appended.length > 0 && last.version === release.version;
  return [...broken, ...(forgotten ? [`${appended.join(", ")} came after ${last.version}: raise VMP_ABI_MINOR`] : [])];
}

function main(): number {
  const { values } = parseArgs({
    options: { write: { type: "boolean", default: false }, replace: { type: "boolean", default: false } },
  });
  const snapshot = readSnapshot(snapshotPath);
  const release = currentRelease();
  if (values.write) {
    writeFileSync(snapshotPath, `${jsonText(withRelease(snapshot, release, values.replace))}\n`);
    console.log(`${release.version} is in ${snapshotPath}`);
    return 0;
  }
  const problems = problemsOf(snapshot, release);
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) console.log(`the contracts only append to ABI ${snapshot.releases.at(-1)?.version}`);
  return problems.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
