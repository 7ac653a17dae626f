/** What the contract language refuses, and the offsets that it computes. */
import { describe, expect, test } from "vitest";
import {
  abi,
  array,
  atomic,
  callback,
  characters,
  constant,
  contract,
  type Declaration,
  enumeration,
  f32,
  field,
  handle,
  input,
  inputSpan,
  itemFields,
  layout,
  type Method,
  method,
  native,
  opaque,
  output,
  outputSpan,
  pointer,
  reserved,
  string,
  structSize,
  table,
  u8,
  u16,
  u32,
  u64,
  union,
} from "../../src/contracts/index.ts";

const point = (methods: Method[], declarations: Declaration[] = [], minor = 0) =>
  contract({
    id: "acme.point",
    prefix: "acme",
    version: { major: 1, minor },
    summary: "",
    uses: [abi.abi],
    declarations,
    table: table("acme_point", {}, methods),
  });

const one = (...parameters: Method["parameters"]) => point([method("call", { thread: "any" }, parameters)]);
const fixed = layout("acme_fixed", {}, [field("a", u32), field("b", u32)]);
const growing = layout("acme_growing", { growth: "stride" }, [field("a", u64)]);
const withText = layout("acme_text", {}, [field("text", string)]);

const color = enumeration({ name: "Color", prefix: "ACME_COLOR", values: { RED: 1, DARK_RED: 2 } });
const report = layout("acme_report", {}, [structSize(), field("color", color)]);
const defaults = (values: Record<string, unknown>, optional = true) =>
  point([
    method("call", { thread: "any", optional, defaults: values }, [
      output("value", u32),
      output("color", color),
      output("report", report),
    ]),
  ]);
const acme = {
  id: "acme.point",
  version: { major: 1, minor: 0 },
  summary: "",
  table: table("acme_point", {}, []),
} as const;

describe("a layout", () => {
  test("has the offsets, size and alignment that C gives it", () => {
    const inner = layout("acme_inner", {}, [field("x", u16), field("y", u8), reserved(u8)]);
    const outer = layout("acme_outer", {}, [
      structSize(),
      field("inner", inner),
      field("text", characters(6)),
      field("pair", array(u16, 1)),
      field("choice", union({ wide: u64, bytes: array(u8, 12) })),
      ...itemFields("names", string, "name_count"),
      field("single", f32),
      reserved(),
    ]);
    expect(outer.fields.map(({ name, offset, size }) => [name, offset, size])).toEqual([
      ["struct_size", 0, 4],
      ["inner", 4, 4],
      ["text", 8, 6],
      ["pair", 14, 2],
      ["choice", 16, 16],
      ["names", 32, 8],
      ["name_count", 40, 8],
      ["single", 48, 4],
      ["reserved", 52, 4],
    ]);
    expect([outer.size, outer.alignment, outer.growth, inner.growth]).toEqual([56, 8, "struct_size", "never"]);
  });

  test("knows the smallest size that it ever had", () => {
    const grown = layout("acme_grown", { growth: "stride" }, [field("a", u64), field("b", u64, "", { since: 1 })]);
    expect([grown.size, grown.smallest]).toEqual([16, 8]);
  });

  test.each<[string, () => unknown, string]>([
    [
      "padding that nobody declared",
      () => layout("acme_a", {}, [field("a", u8), field("b", u32)]),
      "acme_a.b: 3 bytes before it are not declared",
    ],
    [
      "padding at its end",
      () => layout("acme_a", {}, [field("a", u64), field("b", u32)]),
      "acme_a: 4 bytes at its end are not declared",
    ],
    ["two fields of one name", () => layout("acme_a", {}, [field("a", u8), field("a", u8)]), "acme_a.a stands twice"],
    [
      "a later field before earlier ones",
      () => layout("acme_a", { growth: "stride" }, [field("a", u32, "", { since: 1 }), field("b", u32)]),
      "stands behind one of minor 1",
    ],
    [
      "an append to what never grows",
      () => layout("acme_a", {}, [field("a", u32), field("b", u32, "", { since: 1 })]),
      "acme_a never grows, yet",
    ],
    [
      "growth by a struct_size that is not there",
      () => layout("acme_a", { growth: "struct_size" }, [field("a", u32)]),
      "which is not its first field",
    ],
    [
      "an opaque type by value",
      () => layout("acme_a", {}, [field("a", opaque("acme_engine", ""))]),
      "acme_engine is opaque",
    ],
    ["an atomic float", () => atomic(f32, "acquire"), "32 or 64 bit integers only"],
    ["text without room", () => characters(1), "room for one character and its end"],
    [
      "an appended enumeration that has no 0 for those who do not send it",
      () =>
        layout("acme_a", { growth: "stride" }, [
          field("a", u32),
          field("b", enumeration({ name: "A", prefix: "ACME_A", values: { ONE: 1 } }), "", { since: 1 }),
        ]),
      "ACME_A has no value 0",
    ],
  ])("refuses %s", (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe("an enumeration", () => {
  test.each<[string, () => unknown, string]>([
    [
      "a value twice",
      () => enumeration({ name: "A", prefix: "ACME_A", values: { ONE: 1, UNO: 1 } }),
      "ACME_A_UNO: the value 1 stands twice",
    ],
    [
      "a name that C cannot have",
      () => enumeration({ name: "A", prefix: "ACME_A", values: { "one-two": 1 } }),
      "one-two is not UPPER_SNAKE_CASE",
    ],
    [
      "a stand-in that is none of its values",
      () => enumeration({ name: "A", prefix: "ACME_A", values: { ONE: 1 }, unknown: { as: "TWO" } }),
      "become TWO",
    ],
  ])("refuses %s", (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe("a contract", () => {
  test("has the first part of its id before every C name, and in the path of its header", () => {
    const { header, macro } = contract(acme);
    expect([header, macro]).toEqual(["acme/point.h", "ACME_POINT"]);
    const dashed = contract({ ...acme, id: "acme-labs.point", table: table("acme_labs_point", {}, []) });
    expect([dashed.header, dashed.macro]).toEqual(["acme_labs/point.h", "ACME_LABS_POINT"]);
  });

  test("takes errors that are statuses or a plugin's own", () => {
    const errors = ["NOT_FOUND", "serial/NO_REGISTER"];
    expect(point([method("call", { thread: "any", errors })]).table?.methods[0]?.errors).toEqual(errors);
  });

  const session = handle("acme_session", { owner: "host", typescript: "object", summary: "" });
  test.each<[string, () => unknown, string]>([
    [
      "a pointer in a method that is not native-only",
      () => one(native("engine", pointer("void"))),
      "acme_point.call(engine): is a pointer: make the method native-only",
    ],
    [
      "a pointer inside a layout that travels",
      () => one(input("host", abi.host)),
      "vmp_host.service means something in one process only",
    ],
    [
      "an atomic inside a layout that travels",
      () => one(input("state", layout("acme_state", {}, [field("ticks", atomic(u64, "acquire"))]))),
      "acme_state.ticks means something in one process only",
    ],
    [
      "a handle inside a layout that travels",
      () => one(input("holder", layout("acme_holder", {}, [field("session", session)]))),
      "acme_holder.session means",
    ],
    ["strings in a result", () => one(output("text", withText)), "nobody would own those that come back"],
    [
      "strings in elements that come back",
      () => one(outputSpan("texts", withText)),
      "nobody would own those that come back",
    ],
    [
      "strings in shared memory",
      () => one(inputSpan("texts", withText, { stability: "shared" })),
      "cannot lie in shared memory",
    ],
    [
      "elements that grow without a stride",
      () => one(inputSpan("items", growing)),
      "acme_growing grows: its callers must give the stride",
    ],
    [
      "a stride for elements that never grow",
      () => one(inputSpan("items", fixed, { stride: true })),
      "acme_fixed never grows: no stride",
    ],
    ["a stride for numbers", () => one(inputSpan("items", u32, { stride: true })), "numbers do not grow"],
    [
      "an out span in a method that cannot say TOO_SMALL",
      () => point([method("call", { thread: "any", returns: u32 }, [outputSpan("items", u8)])]),
      "can be too small, so the method answers a status",
    ],
    [
      "a posted method that answers",
      () => point([method("call", { thread: "any", mode: "posted" }, [output("value", u32)])]),
      "a posted method answers nothing",
    ],
    [
      "a posted method with a time-out",
      () => point([method("call", { thread: "any", mode: "posted", timeout: 5 })]),
      "nobody waits for a posted method",
    ],
    [
      "cancelling a synchronous method",
      () => point([method("call", { thread: "any", cancellable: true })]),
      "only an asynchronous method can be cancelled",
    ],
    [
      "a pointer as result",
      () => point([method("call", { thread: "any", returns: pointer("void") })]),
      "answers a pointer: make it native-only",
    ],
    [
      "two methods of one name",
      () => point([method("call", { thread: "any" }), method("call", { thread: "any" })]),
      "acme_point.call: stands twice",
    ],
    [
      "an appended method that is required",
      () => point([method("call", { thread: "any", since: 1 })], [], 1),
      "was appended, so it must be optional",
    ],
    [
      "a method of a minor to come",
      () => point([method("call", { thread: "any", since: 2, optional: true })], [], 1),
      "comes with minor 2, the contract is at 1",
    ],
    [
      "a later method before earlier ones",
      () => point([method("a", { thread: "any", since: 1, optional: true }), method("b", { thread: "any" })], [], 1),
      "stands behind one of minor 1: methods are appended",
    ],
    [
      "two declarations of one name",
      () => point([method("call", { thread: "any" })], [fixed, layout("acme_fixed", {}, [field("a", u8)])]),
      "acme_fixed: is declared twice",
    ],
    ["a name that C or C++ keeps for itself", () => one(input("class", u32)), "class is a word of C or C++"],
    ["a name that is not snake_case", () => one(input("someName", u32)), "someName is not snake_case"],
    [
      "a callback whose methods need more than bytes",
      () =>
        one(
          callback(
            "listener",
            table("acme_listener", {}, [method("take", { thread: "any" }, [input("session", session)])]),
          ),
        ),
      "a callback carries values only",
    ],
    [
      "a copy that would outlive its call",
      () => one(inputSpan("items", u32, { lifetime: "instance" })),
      "acme_point.call(items): is a copy that ends with the call",
    ],
    [
      "a callback whose table another contract declares",
      () => one(callback("listener", table("acme_listener", {}, [method("heard", { thread: "any" })]))),
      "acme_listener belongs to another contract: declare the table in this one",
    ],
    [
      "an absent number",
      () => one(input("value", u32, { nullable: true })),
      "only a handle or a callback can be absent",
    ],
    [
      "a field of a minor to come",
      () =>
        point(
          [method("call", { thread: "any" })],
          [layout("acme_a", { growth: "stride" }, [field("a", u32), field("b", u32, "", { since: 7 })])],
        ),
      "acme_a.b: comes with minor 7, the contract is at 0",
    ],
    [
      "a value of a minor to come",
      () =>
        point(
          [method("call", { thread: "any" })],
          [enumeration({ name: "A", prefix: "ACME_A", values: { ONE: { value: 1, since: 2 } } })],
        ),
      "ACME_A_ONE: comes with minor 2, the contract is at 0",
    ],
    [
      "an error that is no status",
      () => point([method("call", { thread: "any", errors: ["OOPS"] })]),
      "the error OOPS",
    ],
    ["a default of a required method", () => defaults({ value: 1 }, false), "nobody gets its defaults"],
    ["a default for what is no result", () => defaults({ other: 1 }), "has no result other to give a default"],
    ["a default of another type", () => defaults({ value: "one" }), 'its default is "one", a number is needed'],
    [
      "a default that its enumeration lacks",
      () => defaults({ color: "blue" }),
      'acme_point.call(color): its default is "blue", red, dark-red is needed',
    ],
    ["a result without 0 or default", () => defaults({}), "ACME_COLOR has no value 0"],
    [
      "a default for a field that is not there",
      () => defaults({ color: "red", report: { color: "red", size: 1 } }),
      "acme_report has no field size to give a default",
    ],
    [
      "a field without 0 or default",
      () => defaults({ color: "dark-red", report: {} }),
      "acme_point.call(report).color: ACME_COLOR has no value 0",
    ],
    [
      "a C name without the contract's prefix",
      () => contract({ ...acme, declarations: [layout("vmp_thing", {}, [field("a", u32)])] }),
      "vmp_thing: its C name begins with acme_",
    ],
    [
      "a constant without the contract's prefix",
      () => contract({ ...acme, declarations: [constant("LIMIT", 1)] }),
      "LIMIT: its C name begins with ACME_",
    ],
    [
      "a point without methods",
      () => contract({ id: "acme.point", prefix: "acme", version: { major: 1, minor: 0 }, summary: "" }),
      "a point has methods",
    ],
    [
      "a point without a group",
      () => contract({ id: "point", version: { major: 1, minor: 0 }, summary: "", table: table("vmp_point", {}, []) }),
      "a point is named group.name",
    ],
  ])("refuses %s", (_, build, message) => {
    expect(build).toThrow(message);
  });
});
