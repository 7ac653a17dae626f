/** A contract of another package that uses every feature of the language, so that the generator is tested with all of them. */
import {
  abi,
  array,
  atomic,
  callback,
  char,
  characters,
  constant,
  contract,
  enumeration,
  f32,
  f64,
  field,
  fieldsOf,
  handle,
  i8,
  i16,
  i32,
  i64,
  i64AsNumber,
  input,
  inputSpan,
  itemFields,
  layout,
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
  u64AsNumber,
  union,
} from "../../../src/contracts/index.ts";

export const color = enumeration({
  name: "Color",
  prefix: "ACME_COLOR",
  summary: "Refused when unknown.",
  values: { RED: 1, GREEN: { value: 2, summary: "as grass" }, DARK_BLUE: 3 },
});

export const flavor = enumeration({
  name: "Flavor",
  prefix: "ACME_FLAVOR",
  unknown: "keep",
  storage: u16,
  values: { SWEET: 1, SOUR: 2 },
});

export const severity = enumeration({
  name: "Severity",
  prefix: "ACME_SEVERITY",
  unknown: { as: "MILD" },
  values: { NONE: 0, MILD: 1, HARSH: 2 },
});

export const access = enumeration({
  name: "Access",
  prefix: "ACME_ACCESS",
  flags: true,
  values: { READ: 1, WRITE: 2 },
});

export const session = handle("acme_session", {
  owner: "plugin",
  revocable: true,
  typescript: "object",
  summary: "one conversation",
});
const engine = opaque("acme_engine", "opaque");

export const pair = layout("acme_pair", { summary: "Two numbers." }, [
  field("first", i32),
  field("second", u16),
  field("flavor", flavor),
]);

export const reading = layout("acme_reading", { growth: "stride", summary: "An element that grows." }, [
  field("id", u32),
  field("color", color),
  field("weight", f64),
  field("pair", pair, "nested"),
  field("severity", severity, "of a later minor", { since: 1 }),
  { ...reserved(u32), since: 1 },
]);

export const sample = layout("acme_sample", {}, [
  structSize(),
  field("color", color),
  field("count", u64AsNumber, "as a number"),
  field("mask", u64, "as a bigint"),
  field("delta", i64),
  field("offset", i64AsNumber),
  field("tiny", i8),
  field("byte", u8),
  field("half", i16),
  field("single", f32),
  field("name", string),
  field("label", characters(12)),
  field("access", access),
  field("bytes", array(u8, 8)),
  field("numbers", array(u16, 4)),
  field("pairs", array(pair, 2)),
  ...itemFields("tags", string, "tag_count"),
  ...itemFields("readings", reading, "reading_count"),
  ...itemFields("blob", u8, "blob_size"),
  field("choice", union({ number: u64, pair, raw: array(u8, 8) })),
  field("extra", u32, "of a later minor", { since: 1 }),
  { ...reserved(u32), since: 1 },
]);

export const report = layout("acme_report", { summary: "Filled by the callee." }, [
  structSize(),
  field("severity", severity),
  field("total", u64),
  field("text", characters(24)),
]);

const shared = layout("acme_state", { summary: "Shared by both sides; never sent." }, [
  field("ready", atomic(u32, "acquire")),
  field("wanted", atomic(i32, "release")),
  field("ticks", atomic(u64, "sequentially-consistent")),
  field("engine", pointer(engine)),
  field("session", session),
  field("name", string),
  field("pair", pair),
  field("choice", union({ number: u64, pair })),
  ...fieldsOf(u32, "low", "high"),
  field("pairs", array(pair, 2)),
  field("words", array(u32, 2)),
  field("text", characters(8)),
]);

const listener = table("acme_listener", { summary: "Called back while a call is under way." }, [
  method("progress", { thread: "any", errors: ["CANCELLED"] }, [input("done", u32), input("text", string)]),
  method("note", { thread: "any", mode: "posted" }, [input("text", string)]),
]);

export const probe = contract({
  id: "acme.probe",
  prefix: "acme",
  version: { major: 2, minor: 1 },
  summary: "Every feature of the contract language.",
  tiers: ["inline", "process"],
  domain: "acme",
  uses: [abi.abi],
  declarations: [
    constant("ACME_LIMIT", 7, "A limit.", { unsigned: true }),
    constant("ACME_GREETING", "hello"),
    color,
    flavor,
    severity,
    access,
    session,
    engine,
    pair,
    reading,
    sample,
    report,
    shared,
    listener,
  ],
  capabilities: report,
  table: table("acme_probe", { summary: "One of each." }, [
    method(
      "add",
      { thread: "vcpu", idempotent: true, errors: ["INVALID_ARGUMENT"], summary: "Scalars of every width." },
      [
        input("a", u8),
        input("b", i64),
        input("c", u16),
        input("d", f32),
        input("e", f64),
        input("f", i8),
        input("color", color),
        output("sum", i64),
        output("brighter", color),
      ],
    ),
    method("describe", { thread: "any" }, [input("sample", sample), output("report", report)]),
    method("sort", { thread: "control", errors: ["TOO_SMALL"], summary: "Both spans grow by their stride." }, [
      inputSpan("readings", reading, { stride: true }),
      outputSpan("sorted", reading, { stride: true, initialCapacity: 2 }),
      outputSpan("names", char, { initialCapacity: 4 }),
    ]),
    method("sum", { thread: "any", returns: u64 }, [
      inputSpan("numbers", u16),
      inputSpan("weights", f64),
      inputSpan("text", char),
    ]),
    method("classify", { thread: "any", returns: severity, unreachable: 2 }, [input("name", string)]),
    method("fill", { thread: "vcpu", summary: "In memory that both sides see." }, [
      inputSpan("from", u8, { stability: "shared" }),
      outputSpan("to", reading, { stability: "shared", stride: true, lifetime: "instance" }),
    ]),
    method(
      "wait",
      { thread: "control", mode: "asynchronous", cancellable: true, timeout: 5000, errors: ["CANCELLED"] },
      [input("milliseconds", u32), output("waited", u32)],
    ),
    method("watch", { thread: "control", mode: "asynchronous", reentrant: true }, [
      input("session", session, { nullable: true }),
      callback("listener", listener),
      output("events", u32),
    ]),
    method("notify", { thread: "any", mode: "posted" }, [input("color", color), input("text", string)]),
    method("native", { thread: "vcpu", nativeOnly: true, optional: true, returns: "void" }, [
      native("engine", pointer(engine)),
    ]),
    method(
      "health",
      {
        thread: "control",
        optional: true,
        defaults: { level: 5, severity: "harsh", report: { severity: "mild", total: 3, text: "absent" } },
      },
      [output("level", u32), output("severity", severity), output("report", report)],
    ),
    method("appended", { thread: "any", optional: true, since: 1, summary: "Of a later minor." }, [
      input("value", u32),
      output("twice", u32),
    ]),
    method("subscribe", { thread: "control", optional: true, since: 1, summary: "The listener is kept." }, [
      input("session", session),
      callback("listener", listener, { lifetime: "instance" }),
      callback("other", listener, { nullable: true }),
    ]),
  ]),
});
