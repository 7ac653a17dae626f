/** The ABI snapshot: only appends are compatible, and what else changed is said in words. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import {
  abi,
  type Contract,
  contract,
  type EnumerationType,
  enumeration,
  type FieldInput,
  field,
  input,
  layout,
  type Method,
  method,
  output,
  reserved,
  type ScalarType,
  structSize,
  table,
  u16,
  u32,
  u64,
  u64AsNumber,
} from "../../src/contracts/index.ts";
import {
  currentRelease,
  problemsOf,
  readSnapshot,
  snapshotPath,
  withRelease,
} from "../../src/sdk/generator/snapshot.ts";
import { compareShapes } from "../../src/sdk/generator/snapshot-compare.ts";
import { shapeOf } from "../../src/sdk/generator/snapshot-shape.ts";
import { tsx } from "./probe-build.ts";

interface Parts {
  minor?: number;
  kind?: Partial<Parameters<typeof enumeration>[0]>;
  fields?: FieldInput[];
  fixed?: FieldInput[];
  values?: Record<string, number>;
  methods?: Method[];
}

const fields = () => [structSize(), field("kind", u32), field("address", u64), field("size", u64), reserved(u64)];
const fixed = () => [field("low", u32), field("high", u32)];
const values = { ONE: 1, TWO: 2, THREE: 3 };
const read = () => method("read", { thread: "vcpu" }, [input("offset", u64), input("size", u32), output("value", u64)]);
const write = () => method("write", { thread: "vcpu" }, [input("offset", u64), input("value", u64)]);
const reset = () => method("reset", { thread: "control", optional: true });

const colorA = enumeration({ name: "ColorA", prefix: "ACME_COLOR_A", values });
const colorB = enumeration({ name: "ColorB", prefix: "ACME_COLOR_B", values });
const paint = (color: EnumerationType, size: ScalarType) =>
  method("paint", { thread: "any", returns: color }, [input("color", color), input("size", size)]);

function build(parts: Parts = {}): Contract {
  return contract({
    id: "acme.sample",
    prefix: "acme",
    version: { major: 1, minor: parts.minor ?? 0 },
    summary: "",
    uses: [abi.abi],
    declarations: [
      enumeration({ name: "Kind", prefix: "ACME_KIND", values: parts.values ?? values, ...parts.kind }),
      colorA,
      colorB,
      layout("acme_record", {}, parts.fields ?? fields()),
      layout("acme_fixed", { growth: "never" }, parts.fixed ?? fixed()),
    ],
    table: table("acme_sample", {}, parts.methods ?? [read(), write(), reset()]),
  });
}

const compare = (parts: Parts) => compareShapes(shapeOf([build()]), shapeOf([build(parts)]));

describe("fails:", () => {
  const [size, kind, address, length, free] = fields() as [FieldInput, FieldInput, FieldInput, FieldInput, FieldInput];
  const cases: [name: string, parts: Parts, words: string][] = [
    [
      "fields that change places",
      { fields: [size, kind, length, address, free] },
      "acme_record: its fields were reordered",
    ],
    [
      "a field of another type",
      { fields: [size, field("kind", u16), reserved(u16, undefined, "rest"), address, length, free] },
      "acme_record.kind has 2 bytes, it had 4",
    ],
    [
      "a field of another type of the same size",
      { fields: [size, kind, field("address", abi.host.fields[3]?.type ?? u64), length, free] },
      "acme_record.address is",
    ],
    ["a field that is gone", { fields: [size, kind, address] }, "acme_record.size was removed"],
    [
      "a field that became reserved",
      { fields: [size, kind, address, reserved(u64, undefined, "size"), free] },
      "acme_record.size was removed: it is reserved",
    ],
    [
      "a field before others",
      { fields: [size, field("early", u32), kind, reserved(u32, undefined, "pad"), address, length, free] },
      "acme_record.kind lies at 8, it lay at 4",
    ],
    [
      "a field appended to what never grows",
      { minor: 1, fixed: [...fixed(), field("top", u32, "")] },
      "acme_fixed never grows, and has 12 bytes, it had 8",
    ],
    ["methods that change places", { methods: [write(), read(), reset()] }, "acme_sample: its methods were reordered"],
    ["a method that is gone", { methods: [read(), reset()] }, "acme_sample.write was removed"],
    [
      "a method that answers something else",
      { methods: [method("read", { thread: "vcpu", returns: u64 }, read().parameters), write(), reset()] },
      "acme_sample.read answers uint64_t, it was vmp_status",
    ],
    [
      "a method on another thread",
      { methods: [read(), method("write", { thread: "any" }, write().parameters), reset()] },
      "acme_sample.write is called on thread any, it was vcpu",
    ],
    [
      "a method that is required now",
      { methods: [read(), write(), method("reset", { thread: "control" })] },
      "acme_sample.reset is required, it was optional",
    ],
    [
      "a method appended as required",
      { minor: 1, methods: [read(), write(), reset(), method("more", { thread: "any" })] },
      "acme_sample.more is new and required: older plugins lack it",
    ],
    ["values that change places", { values: { TWO: 1, ONE: 2, THREE: 3 } }, "ACME_KIND_ONE is 2, it was 1"],
    ["a value of another number", { values: { ONE: 1, TWO: 20, THREE: 3 } }, "ACME_KIND_TWO is 20, it was 2"],
    ["a value that is gone", { values: { ONE: 1, TWO: 2 } }, "ACME_KIND_THREE was removed"],
    [
      "parameters that change places",
      {
        methods: [
          method("read", { thread: "vcpu" }, [input("size", u32), input("offset", u64), output("value", u64)]),
          write(),
          reset(),
        ],
      },
      "acme_sample.read: its parameters were reordered",
    ],
    [
      "a parameter of another type",
      {
        methods: [
          method("read", { thread: "vcpu" }, [input("offset", u32), input("size", u32), output("value", u64)]),
          write(),
          reset(),
        ],
      },
      'acme_sample.read: its parameter is "uint32_t offset", it was "uint64_t offset"',
    ],
    [
      "a parameter that is gone",
      { methods: [method("read", { thread: "vcpu" }, [input("offset", u64), output("value", u64)]), write(), reset()] },
      "acme_sample.read: its parameter size was removed",
    ],
    [
      "a parameter that is new",
      { methods: [method("read", { thread: "vcpu" }, [...read().parameters, input("flags", u32)]), write(), reset()] },
      "acme_sample.read: it has a new parameter flags; append another method instead",
    ],
    [
      "an append without a new minor",
      { values: { ...values, FOUR: 4 } },
      "acme.sample was appended to (ACME_KIND_FOUR) and is still 1.0: raise its minor",
    ],
  ];

  test.each(cases)("%s", (_, parts, words) => {
    expect(compare(parts).broken.join("\n")).toContain(words);
  });

  test("a field appended without the minor that it came with: callers of before would be refused", () => {
    expect(compare({ minor: 1, fields: [...fields(), field("extra", u64)] }).broken).toEqual([
      "acme_record: its senders know at least 40 bytes, it was 32: give what was appended a since",
    ]);
  });

  test.each<[string, Method, string]>([
    ["a parameter of another enumeration", paint(colorB, u64), "uint32_t of ACME_COLOR_B color"],
    ["a result of another enumeration", paint(colorB, u64), "paint answers uint32_t of ACME_COLOR_B, it was"],
    ["a number that TypeScript reads in another way", paint(colorA, u64AsNumber), "uint64_t as number size"],
  ])("%s", (_, method, words) => {
    const before = shapeOf([build({ methods: [paint(colorA, u64)] })]);
    expect(compareShapes(before, shapeOf([build({ methods: [method] })])).broken.join("\n")).toContain(words);
  });

  test("unknown values that are refused, and values that become bits", () => {
    expect(compare({ kind: { unknown: "keep" } }).broken).toEqual(["ACME_KIND: unknown values: keep, it was refuse"]);
    expect(compare({ kind: { unknown: "refuse", flags: true } }).broken).toEqual([
      "ACME_KIND: its values are bits, they were not",
    ]);
  });

  test("a contract that is gone", () => {
    expect(compareShapes(shapeOf([build()]), {}).broken).toEqual(["acme.sample was removed"]);
  });
});

describe("passes:", () => {
  test("what did not change", () => {
    expect(compare({})).toEqual({ broken: [], appended: [] });
  });

  test("a field, a value and an optional method at the end", () => {
    const appended = compare({
      minor: 1,
      fields: [...fields(), field("extra", u64, "", { since: 1 })],
      values: { ...values, FOUR: 4 },
      methods: [read(), write(), reset(), method("more", { thread: "any", optional: true, since: 1 })],
    });
    expect(appended).toEqual({ broken: [], appended: ["ACME_KIND_FOUR", "acme_record.extra", "acme_sample.more"] });
  });

  test("a name for what was reserved", () => {
    const named = compare({ minor: 1, fields: [...fields().slice(0, 4), field("extra", u64)] });
    expect(named).toEqual({ broken: [], appended: ["acme_record.extra, which was reserved"] });
  });

  test("a new contract", () => {
    expect(compareShapes({}, shapeOf([build()]))).toEqual({ broken: [], appended: ["acme.sample"] });
  });
});

describe("releases", () => {
  const release = (version: string, parts: Parts = {}) => ({ version, contracts: shapeOf([build(parts)]) });
  const first = withRelease({ releases: [] }, release("1.0"), false);

  test("a release is added, and not changed unless told to", () => {
    expect(first.releases.map(({ version }) => version)).toEqual(["1.0"]);
    expect(() => withRelease(first, release("1.0", { minor: 1 }), false)).toThrow("is in the snapshot already");
    expect(withRelease(first, release("1.0", { minor: 1 }), true).releases).toHaveLength(1);
    expect(withRelease(first, release("1.1"), false).releases.map(({ version }) => version)).toEqual(["1.0", "1.1"]);
  });

  test("a release that does not only append is refused", () => {
    expect(() => withRelease(first, release("1.1", { values: { ONE: 1 } }), false)).toThrow(
      /does not only append to 1\.0:\nACME_KIND_TWO was removed/,
    );
  });

  test("an append since the release asks for the ABI's minor to be raised", () => {
    const more = { minor: 1, values: { ...values, FOUR: 4 } };
    expect(problemsOf(first, release("1.0", more))).toEqual(["ACME_KIND_FOUR came after 1.0: raise VMP_ABI_MINOR"]);
    expect(problemsOf(first, release("1.1", more))).toEqual([]);
  });
});

describe("this package's contracts", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  test("only append to their last release", () => {
    expect(problemsOf(readSnapshot(snapshotPath), currentRelease())).toEqual([]);
  });

  test("generate does not write the snapshot", () => {
    const before = readFileSync(snapshotPath);
    const folder = mkdtempSync(join(tmpdir(), "vm-plugin-snapshot-"));
    folders.push(folder);
    tsx("src/sdk/generator/main.ts", "--check");
    tsx("src/sdk/generator/main.ts", "--contract", "test/contracts/synthetic/probe.ts", "--out", folder);
    expect(readFileSync(snapshotPath)).toEqual(before);
  });
});
