/** Values for property tests. */
import fc from "fast-check";
import type { JsonValue } from "../../src/sdk/define-plugin.ts";

const reserved = fc.constantFrom(
  "__proto__",
  "constructor",
  "toString",
  "",
  " ",
  "a.b",
  "a[0]",
  "<<",
  "null",
  "~",
  "true",
  "8080",
  "=",
  "#",
  "- a",
  "key: x",
);
/** Strings that formats are tempted to take for something else. */
const tempting = fc.constantFrom(
  ...["true", "null", "~", "0x1F", "1e3", " leading", "trailing ", "\n", "a\n", "\r\n", "a\r", "\t", "# no comment"],
  ...[
    "<b>",
    "&amp;",
    "]]>",
    "<![CDATA[x]]>",
    "2020-01-01",
    ".inf",
    "!!binary x",
    "&a",
    "*a",
    "%YAML 1.1",
    "---",
    "...",
  ],
  ...["'''", '"""', "\\u0041", "\u0085", "\u2028", "\ufeff", "a: b", "{a}", "[a]", ">", "|", "?", "-", "  \n  x\n"],
);

export interface Limits {
  readonly null?: boolean;
  readonly text?: (text: string) => boolean;
}

/** Any JSON object within the limits of a format. */
export function jsonObjects({ null: nullable = true, text: fits = () => true }: Limits = {}) {
  const texts = fc
    .oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), surrogates, tempting)
    .filter(fits);
  const keys = fc.oneof(texts, reserved);
  const numbers = fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.constantFrom(1e21, 2 ** 53, 2 ** 63, 1e300, 5e-324, 0.1, -1e-7),
  );
  const leaves: fc.Arbitrary<unknown>[] = [texts, numbers.filter((number) => !Object.is(number, -0)), fc.boolean()];
  if (nullable) leaves.push(fc.constant(null));
  const { value } = fc.letrec<{ value: unknown; list: unknown[]; object: object }>((tie) => ({
    value: fc.oneof({ maxDepth: 5 }, ...leaves, tie("list"), tie("object")),
    list: fc.array(tie("value"), { maxLength: 5 }),
    object: fc.array(fc.tuple(keys, tie("value")), { maxLength: 5 }).map(objectOf),
  }));
  return fc.array(fc.tuple(keys, value), { maxLength: 6 }).map(objectOf) as fc.Arbitrary<{ [key: string]: JsonValue }>;
}

/** UTF-16 as it comes, halves of pairs included. */
const surrogates = fc
  .array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 6 })
  .map((units) => String.fromCharCode(...units));

function objectOf(entries: readonly (readonly [string, unknown])[]): object {
  const object = {};
  for (const [key, value] of entries)
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  return object;
}
