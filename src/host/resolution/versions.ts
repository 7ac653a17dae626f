/** Semantic versions. semver is imported when a range has to be compared, never at start. */

/** Whether a version lies in a range; a pre-release counts as the version it leads to. */
export type Satisfies = (version: string, range: string) => boolean;

export async function loadSatisfies(): Promise<Satisfies> {
  const { default: semver } = await import("semver");
  return (version, range) => semver.satisfies(version, range, { includePrerelease: true });
}

/** A contract's or the ABI's "major.minor" as a version that ranges can be compared with. */
export function fullVersion(version: string): string {
  return `${version}.0`;
}

/** The number before the first dot. */
export function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
