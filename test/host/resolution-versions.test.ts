import fc from "fast-check";
import semver from "semver";
import { expect, test } from "vitest";
import { compareVersions, fullVersion, loadSatisfies } from "../../src/host/resolution/versions.ts";

const satisfies = await loadSatisfies();

const number = fc.oneof(fc.nat(3), fc.constantFrom(9, 10, 99, Number.MAX_SAFE_INTEGER));
const identifier = fc.constantFrom(
  "0",
  "1",
  "2",
  "10",
  "a",
  "alpha",
  "beta",
  "rc",
  "Rc",
  "x-1",
  "-",
  "1a",
  "99999999999999999999",
);
const core = fc.tuple(number, number, number).map((parts) => parts.join("."));
const suffix = (sign: string) =>
  fc.array(identifier, { maxLength: 3 }).map((all) => (all.length > 0 ? sign + all.join(".") : ""));
const version = fc.tuple(core, suffix("-"), suffix("+")).map((parts) => parts.join(""));
const partial = fc.oneof(
  version,
  core,
  fc.tuple(number, number).map((parts) => parts.join(".")),
  number.map(String),
  fc.constantFrom("*", "1.x", "1.2.x", ""),
);
const comparator = fc
  .tuple(fc.constantFrom("", "^", "~", "=", ">", ">=", "<", "<=", "~>"), partial)
  .map((parts) => parts.join(""));
const set = fc.oneof(
  fc.array(comparator, { minLength: 1, maxLength: 3 }).map((all) => all.join(" ")),
  fc.tuple(partial, partial).map((ends) => ends.join(" - ")),
);
const range = fc.array(set, { minLength: 1, maxLength: 2 }).map((all) => all.join(" || "));

test("a version lies in the ranges in which semver sees it, pre-releases included", () => {
  fc.assert(
    fc.property(version, range, (one, text) => {
      expect(satisfies(one, text)).toBe(semver.satisfies(one, text, { includePrerelease: true }));
    }),
    { numRuns: 3000 },
  );
});

test("versions are ordered as semver orders them", () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(Math.sign(compareVersions(a, b))).toBe(semver.compare(a, b));
      expect(compareVersions(a, a)).toBe(0);
    }),
    { numRuns: 3000 },
  );
});

/** SemVer 2.0.0, section 11.4. */
test("the specification's example is in order", () => {
  const ordered = ["alpha", "alpha.1", "alpha.beta", "beta", "beta.2", "beta.11", "rc.1"].map((one) => `1.0.0-${one}`);
  const all = [...ordered, "1.0.0", "1.0.1-0", "1.2.0", "1.10.0", "2.0.0"];
  expect(all.toReversed().sort(compareVersions)).toEqual(all);
});

test.each([
  ["2.0.0-rc.1", ">=2.0.0-rc.0", true],
  ["2.0.0-rc.1", ">=2.0.0-rc.1", true],
  ["2.0.0-rc.1", ">=2.0.0-rc.2", false],
  ["2.0.0-rc.10", ">=2.0.0-rc.9", true],
  ["2.0.0-rc.1", ">=2.0.0", false],
  ["2.0.0", ">=2.0.0-rc.1", true],
  ["2.0.0-rc.1", "<2.0.0", true],
  ["2.0.0-rc.1", "^1.2.0", false],
  ["2.0.0-rc.1", "^1.2", false],
  ["2.0.0-rc.1", "1.x", false],
  ["2.0.0-rc.1", "2.x", true],
  ["2.0.0-rc.1", "*", true],
  ["1.3.0-beta.2+build.7", "^1.2.0", true],
  ["1.2.0-beta", "^1.2", true],
  ["1.2.0-beta", "^1.2.0", false],
  ["1.2.0-x-y.0a", "1.2.0-x-y.0a", true],
])("%s in %s: %s", (one, text, expected) => {
  expect(satisfies(one, text)).toBe(expected);
});

test("what is no version and what is no range lies in nothing, the second time too", () => {
  for (let time = 0; time < 2; time++) {
    expect(satisfies("1.0", "*")).toBe(false);
    expect(satisfies("1.0.0-", ">=1.0.0-0")).toBe(false);
    expect(satisfies("1.0.0", "newest")).toBe(false);
  }
});

test("a contract's version is compared as one without patches", () => {
  expect(satisfies(fullVersion("1.2"), "^1.1")).toBe(true);
  expect(satisfies(fullVersion("1.2"), "^1.2.1")).toBe(false);
});
