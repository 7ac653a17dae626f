/** Semantic versions. semver is imported when a range has to be compared, never at start. */
import type Comparator from "semver/classes/comparator.js";
import type Range from "semver/classes/range.js";
import type SemVer from "semver/classes/semver.js";

/**
 * Whether a version lies in a range as npm writes ranges. A pre-release stands where SemVer 2.0.0, section 11, orders it, in
 * every range and for every version: 2.0.0-rc.1 lies in ">=2.0.0-rc.0" and "<2.0.0", not in ">=2.0.0". Bounds that a range
 * leaves open are wide below and narrow above: "^1.2" and "1.2.x" begin with 1.2.0-0, the first of its pre-releases, "^1.2.0"
 * begins with 1.2.0, and each ends before the pre-releases of what it excludes, so that 2.0.0-rc.1 is not in "^1.2". What
 * is no version or no range lies in nothing.
 */
export type Satisfies = (version: string, range: string) => boolean;

const options = { includePrerelease: true };
/** Texts that are kept parsed: those of a thousand plugins many times over. */
const most = 50_000;
const ranges = new Map<string, Range | undefined>();
const versions = new Map<string, SemVer | undefined>();

export async function loadSatisfies(): Promise<Satisfies> {
  // The whole of semver costs Node a third more to load.
  const { default: RangeClass } = await import("semver/classes/range.js");
  const { default: SemVerClass } = await import("semver/classes/semver.js");
  const parseVersion = (text: string) => new SemVerClass(text, options);
  const parseRange = (text: string) => new RangeClass(text, options);
  return (version, range) => {
    const parsed = kept(versions, version, parseVersion);
    const bounds = kept(ranges, range, parseRange);
    return parsed !== undefined && bounds !== undefined && contains(bounds, parsed);
  };
}

/** As Range.test, which parses each bound again to learn that pre-releases are included. */
function contains(range: Range, version: SemVer): boolean {
  for (const comparators of range.set) if (meetsAll(version, comparators)) return true;
  return false;
}

function meetsAll(version: SemVer, comparators: readonly Comparator[]): boolean {
  for (const comparator of comparators) if (!meets(version, comparator)) return false;
  return true;
}

function meets(version: SemVer, { operator, semver: bound, value }: Comparator): boolean {
  // Any version will do.
  if (value === "") return true;
  const order = version.compare(bound);
  if (order === 0) return operator !== "<" && operator !== ">";
  return order < 0 ? operator.startsWith("<") : operator.startsWith(">");
}

/** Undefined, and kept too, for a text that cannot be parsed. */
function kept<T>(cache: Map<string, T | undefined>, text: string, parse: (text: string) => T): T | undefined {
  const present = cache.get(text);
  if (present !== undefined || cache.has(text)) return present;
  if (cache.size >= most) cache.clear();
  let parsed: T | undefined;
  try {
    parsed = parse(text);
  } catch {}
  cache.set(text, parsed);
  return parsed;
}

/**
 * Negative, 0 or positive as `a` precedes, equals or follows `b` by SemVer 2.0.0, section 11; both must be versions. Build
 * metadata does not count. As semver's, without importing it.
 */
export function compareVersions(a: string, b: string): number {
  const [coreA, preA] = partsOf(a);
  const [coreB, preB] = partsOf(b);
  // A version without a pre-release follows all of its own.
  return compareLists(coreA, coreB) || Number(preB.length > 0) - Number(preA.length > 0) || compareLists(preA, preB);
}

function partsOf(version: string): [core: string[], preRelease: string[]] {
  const [text = ""] = version
    .trim()
    .replace(/^[=v]+/, "")
    .split("+", 1);
  const dash = text.indexOf("-");
  return dash < 0 ? [text.split("."), []] : [text.slice(0, dash).split("."), text.slice(dash + 1).split(".")];
}

/** Identifier by identifier; the shorter precedes the longer that begins alike. */
function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = compareIdentifiers(a[index] as string, b[index] as string);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers by value and before words, words by their ASCII characters. */
function compareIdentifiers(a: string, b: string): number {
  const [numberA, numberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numberA !== numberB) return numberA ? -1 : 1;
  // Numbers have no leading zeros: of different lengths the longer is the greater.
  if (numberA && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A contract's or the ABI's "major.minor" as a version that ranges can be compared with. */
export function fullVersion(version: string): string {
  return `${version}.0`;
}

/** The number before the first dot. */
export function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
