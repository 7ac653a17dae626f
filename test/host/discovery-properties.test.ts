/** Manifests that nobody wrote: whatever stands in the file, it is a manifest or refused with codes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isErrorCode, VmPluginError } from "../../src/errors.ts";
import { discoverFolders } from "../../src/host/discovery/discover.ts";
import { checkManifest } from "../../src/host/manifest/check.ts";
import { folderWith, packageJson } from "./support.ts";

const facts = { vm: "0.1.0", abi: "1.0", contracts: {} };

/** Every problem has a code of the table and is one line; a manifest has the fields that every host reads. */
function expectSound(manifests: readonly object[], problems: readonly Error[]): void {
  for (const problem of problems) {
    expect(problem).toBeInstanceOf(VmPluginError);
    const { code, message } = problem as VmPluginError;
    expect(code === "VMP_INTERNAL" || !isErrorCode(code)).toBe(false);
    expect(message).not.toContain("\n");
    expect(message.length).toBeLessThan(5000);
  }
  for (const manifest of manifests)
    expect(manifest).toMatchObject({
      id: expect.any(String),
      version: expect.any(String),
      provides: expect.any(Array),
    });
  expect(Object.prototype).not.toHaveProperty("polluted");
}

const word = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "vmPlugin",
    "",
    "\ud800",
    "größe",
    "x".repeat(5000),
  ),
);
const anything = fc.jsonValue({ maxDepth: 6, noUnicodeString: false });

const manifest = fc.record({
  name: fc.stringMatching(/^[a-z]{1,20}$/),
  version: fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((parts) => parts.join(".")),
  description: fc.string({ unit: "binary" }),
  author: fc.oneof(fc.string(), fc.record({ name: fc.string() })),
  keywords: fc.array(fc.constantFrom("vm-plugin", "x"), { maxLength: 2 }),
  vmPlugin: fc.record(
    {
      id: fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{1,8}){0,2}$/),
      type: fc.stringMatching(/^[a-z]{1,8}$/),
      engines: fc.record({
        vm: fc.constantFrom("*", ">=0.1.0", "^0.1.0-rc.1 || 2"),
        abi: fc.constantFrom("^1.0", "*"),
      }),
      entry: fc.record({ module: fc.constantFrom("./index.ts", "dist/a b/index.js") }),
      tiers: fc.subarray(["inline", "worker", "process", "vm"], { minLength: 1 }),
      provides: fc.uniqueArray(
        fc.record(
          {
            point: fc.constantFrom("debug.logger", "acme.point"),
            name: fc.stringMatching(/^[a-z]{1,8}$/),
            contract: fc.constantFrom("1.0", "2.17"),
            priority: fc.integer({ min: -1000, max: 1000 }),
            guests: fc.array(fc.constantFrom("riscv64", "x86-64"), { minLength: 1, maxLength: 2 }),
          },
          { requiredKeys: ["point", "name", "contract"] },
        ),
        { selector: ({ point, name }) => `${point} ${name}`, maxLength: 5 },
      ),
      requires: fc.array(
        fc.record({
          plugin: fc.stringMatching(/^[a-z]{9,12}$/),
          version: fc.constantFrom("^1.2.3-beta.1", "*", "1 - 2"),
        }),
        { maxLength: 3 },
      ),
      permissions: fc.array(
        fc.record({ name: fc.constant("files.read"), reason: fc.stringMatching(/^[a-zA-Z€ü\u{1f600} ]{1,40}x$/u) }),
        { maxLength: 2 },
      ),
      limits: fc.record(
        { memory: fc.constantFrom("1 KiB", "64 MiB"), cpuTime: fc.constant("10 s") },
        { requiredKeys: [] },
      ),
      activation: fc.constantFrom("lazy", "startup"),
      stateVersion: fc.nat(),
    },
    { requiredKeys: ["id", "type", "engines", "entry", "tiers", "provides"] },
  ),
});

test("bytes of any kind are refused with a code", async () => {
  const folder = folderWith({});
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      writeFileSync(join(folder, "package.json"), content);
      const { records, problems } = await discoverFolders([{ folder }], facts);
      expect(records.length + Math.min(problems.length, 1)).toBe(1);
      expectSound(records, problems);
    }),
    { numRuns: 300 },
  );
});

test("JSON of any kind, in place of any part of a manifest, is refused with codes or read", () => {
  const whole = JSON.parse(packageJson({ requires: [{ plugin: "a" }], limits: { memory: "1 MiB" } }));
  const places = placesOf(whole, []);
  fc.assert(
    fc.property(
      fc.constantFrom(...places),
      word,
      fc.oneof(anything, word),
      fc.boolean(),
      (place, key, value, added) => {
        const { manifest, problems } = checkManifest(
          "package.json",
          replaced(whole, added ? [...place, key] : place, value),
        );
        expectSound(manifest ? [manifest] : [], problems);
        expect(manifest === undefined).toBe(problems.length > 0);
      },
    ),
    { numRuns: 3000 },
  );
});

test("text that was damaged anywhere is refused with codes or read", () => {
  const edits = fc.array(fc.record({ at: fc.nat(600), drop: fc.nat(20), add: fc.string({ maxLength: 6 }) }), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(manifest, edits, (value, changes) => {
      let text = JSON.stringify(value);
      for (const { at, drop, add } of changes) text = text.slice(0, at) + add + text.slice(at + drop);
      const { manifest, problems } = checkManifest("package.json", text);
      expectSound(manifest ? [manifest] : [], problems);
    }),
    { numRuns: 1500 },
  );
});

test("depth, length and numbers without end are refused and neither crash nor hang", () => {
  const hostile = [
    `{"vmPlugin":${"[".repeat(100_000)}`,
    `{"vmPlugin":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    `{"vmPlugin":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}`,
    packageJson({ id: "a-".repeat(100_000) }),
    packageJson({ id: "a.".repeat(50_000), requires: [{ plugin: "b-".repeat(50_000), version: "1.".repeat(50_000) }] }),
    packageJson({ engines: { vm: `${" ".repeat(50_000)}x` } }),
    packageJson({ provides: Array.from({ length: 5000 }, () => ({})) }),
    packageJson({ configuration: { type: "object", maximum: "@" } }).replace('"@"', "1e999"),
    packageJson({}, { version: `1.0.0-${"1".repeat(100_000)}` }),
    packageJson({ x: 1 }).replace('"x":1', Array.from({ length: 10_000 }, (_, index) => `"k${index}":1`).join(",")),
  ];
  for (const text of hostile) {
    const started = process.cpuUsage();
    const { manifest, problems } = checkManifest("package.json", text);
    expect(manifest).toBeUndefined();
    expectSound([], problems);
    // Seconds of work would be a way to stop a host; this takes milliseconds, and a loaded machine's own time is not counted.
    expect(process.cpuUsage(started).user).toBeLessThan(5_000_000);
  }
});

test("a manifest that was kept and read back equals the fresh one", async () => {
  const root = folderWith({});
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(manifest, { minLength: 1, maxLength: 6 }), async (values) => {
      run += 1;
      const folders = values.map((value, index) => {
        const folder = join(root, `${run}-${index}`);
        mkdirSync(folder);
        writeFileSync(join(folder, "package.json"), JSON.stringify(value));
        return { folder };
      });
      const cache = join(root, `cache-${run}`);
      await wait(25);
      const fresh = await discoverFolders(folders, facts);
      expect(fresh.problems).toEqual([]);
      await discoverFolders(folders, facts, { cache });
      const kept = await discoverFolders(folders, facts, { cache });
      expect(kept.problems).toEqual([]);
      for (const [index, { manifest: expected }] of fresh.records.entries()) {
        const found = kept.records[index]?.manifest;
        expect(JSON.parse(JSON.stringify(found))).toEqual(expected);
        for (const key of Object.keys(expected)) expect(found?.[key as never]).toEqual(expected[key as never]);
      }
    }),
    { numRuns: 40 },
  );
});

/** Every path to a value, the root's own first. */
function placesOf(value: unknown, path: readonly string[]): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))];
}

/** The JSON of `value` with another value at a path; written by hand, so that a key may be `__proto__`. */
function replaced(value: unknown, [step, ...rest]: readonly string[], by: unknown): string {
  if (step === undefined) return JSON.stringify(by);
  const inside = typeof value === "object" && value !== null ? value : {};
  const inner = replaced(Object.hasOwn(inside, step) ? inside[step as never] : undefined, rest, by);
  if (Array.isArray(inside)) {
    const items = inside.map((item, index) => (String(index) === step ? inner : JSON.stringify(item)));
    return `[${items.join(",")}]`;
  }
  const others = Object.entries(inside).filter(([key]) => key !== step);
  return `{${[...others.map(([key, other]) => `${JSON.stringify(key)}:${JSON.stringify(other)}`), `${JSON.stringify(step)}:${inner}`].join(",")}}`;
}
