import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FormatName, formatNames, formatText, parseText } from "../../src/config/formats/format.ts";
import type { JsonObject } from "../../src/config/json.ts";
import { VmPluginError } from "../../src/errors.ts";
import { errorOf } from "../support/errors.ts";
import { jsonObjects, type Limits } from "./values.ts";

const loneSurrogate = /\p{Surrogate}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0, section 2.2, has no way to write
const notInXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/** What each format holds, as its file says. */
const limits: Readonly<Record<FormatName, Limits>> = {
  json: {},
  toml: { null: false, text: (text) => !loneSurrogate.test(text) },
  yaml: {},
  xml: { text: (text) => !notInXml.test(text) },
};

describe.each(formatNames)("%s", (name) => {
  test("any value within its limits is read back equal", async () => {
    await fc.assert(
      fc.asyncProperty(jsonObjects(limits[name]), async (value) => {
        const text = await formatText(name, value);
        // Through UTF-8, as a file does.
        const back = await parseText(name, Buffer.from(text).toString(), "x");
        deepStrictEqual(back, value);
      }),
      { numRuns: 300 },
    );
  });

  test("a text that was damaged is a value or a coded error, never anything else", async () => {
    await fc.assert(
      fc.asyncProperty(
        jsonObjects(limits[name]),
        fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.string({ unit: "binary", maxLength: 4 })), {
          minLength: 1,
          maxLength: 4,
        }),
        async (value, edits) => {
          let text = await formatText(name, value);
          for (const [at, removed, inserted] of edits) {
            const index = at % (text.length + 1);
            text = text.slice(0, index) + inserted + text.slice(index + removed);
          }
          await valueOrMalformed(name, text);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("noise is a value or a coded error, never anything else", async () => {
    await fc.assert(
      fc.asyncProperty(noise, (text) => valueOrMalformed(name, text)),
      { numRuns: 500 },
    );
  });
});

const noise = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(..."{}[]<>&*!%@#'\"=:,-?|/\\ \t\n", "<!DOCTYPE", "<!--", "&#x", "]]>"),
    ),
  )
  .map((parts) => parts.join(""));

async function valueOrMalformed(name: FormatName, text: string): Promise<void> {
  try {
    await parseText(name, text, "x");
  } catch (error) {
    if (!(error instanceof VmPluginError)) throw error;
    expect(error).toMatchObject({ code: "VMP_CONFIGURATION_MALFORMED", values: { path: "x", format: name } });
  }
}

test("what was written in one format passes through all others", async () => {
  const common = jsonObjects({ null: false, text: (text) => !notInXml.test(text) });
  await fc.assert(
    fc.asyncProperty(common, fc.shuffledSubarray([...formatNames], { minLength: 4 }), async (value, order) => {
      let at: JsonObject = value;
      for (const name of order) at = (await parseText(name, await formatText(name, at), "x")) as JsonObject;
      deepStrictEqual(at, value);
    }),
    { numRuns: 200 },
  );
});

describe("golden texts", () => {
  const value = { port: 8080, "a key": "  x ", list: [1, "1", { deep: true }], empty: {}, none: [] };
  const golden: Readonly<Record<FormatName, string>> = {
    json: '{"port":8080,"a key":"  x ","list":[1,"1",{"deep":true}],"empty":{},"none":[]}',
    toml: 'port = 8_080\nlist = [1, "1", { deep = true }]\nnone = []\n"a key" = "  x "\n[empty]\n',
    yaml: 'port: 8080 # as always\n"a key": "  x "\nlist: [1, "1", {deep: true}]\nempty: {}\nnone: []\n',
    xml: `<object><number key="port">8080</number><string key="a key">  x </string><!-- a comment -->
      <array key="list"><number>1</number><string><![CDATA[1]]></string><object><boolean key="deep">true</boolean></object></array>
      <object key="empty"/><array key="none"></array></object>`,
  };
  test.each(formatNames)("%s, written by hand, is read", async (name) => {
    expect(await parseText(name, golden[name], "x")).toEqual(value);
  });

  test("XML says the type of every value and its key", async () => {
    const text = await formatText("xml", { a: "<1>", "b c": [null, 1.5, false] });
    expect(text).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<object>",
        '  <string key="a">&lt;1&gt;</string>',
        '  <array key="b c">',
        "    <null/>",
        "    <number>1.5</number>",
        "    <boolean>false</boolean>",
        "  </array>",
        "</object>\n",
      ].join("\n"),
    );
  });
});

describe("what a format cannot hold is refused, with the place and the format", () => {
  test.each<[FormatName, JsonObject, string]>([
    ["toml", { a: { b: [1, null] } }, "a.b[1]"],
    ["toml", { a: null }, "a"],
    ["toml", { a: "\ud800" }, "a"],
    ["toml", { "\udc00": 1 }, "\udc00"],
    ["xml", { a: ["\u0000"] }, "a[0]"],
    ["xml", { "\u001b": 1 }, "\u001b"],
    ["xml", { a: "\udfff" }, "a"],
    ["xml", { a: "\uffff" }, "a"],
  ])("%s: %j", async (format, value, at) => {
    const error = await errorOf(() => formatText(format, value));
    expect(error).toMatchObject({ code: "VMP_CONFIGURATION_NOT_REPRESENTABLE" });
    expect(error.values).toMatchObject({ format, at });
  });
});

describe("what is read is refused, with the reason", () => {
  const laughs = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (const [name, before] of [..."bcdefghi"].map((name, index) => [name, "abcdefgh"[index]] as const))
    laughs.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(", ")}]`);
  const deep = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);

  test.each<[FormatName, string, string, RegExp]>([
    ["json", "a key that stands twice", '{"a": {"b": 1, "b": 2}}', /"b" stands twice/],
    ["json", "the same key in other letters", '{"a": 1, "\\u0061": 2}', /stands twice/],
    ["json", "a number that would be rounded", '{"a": 9007199254740993}', /9007199254740993 cannot be held/],
    ["json", "a number that is too large", '{"a": 1e999}', /1e999 cannot be held/],
    ["json", "what nests too deep", deep('{"a":', "}", 70).replace("}", "1}"), /deeper than 64/],
    ["json", "what nests far too deep", "[".repeat(500_000), /./],
    ["toml", "a key that stands twice", "a = 1\na = 2", /./],
    ["toml", "a date", "a = 2020-01-01", /a: it is a TomlDate/],
    ["toml", "an infinite number", "a = inf", /a: it is Infinity/],
    ["toml", "a number that would be rounded", "a = 9007199254740993", /losslessly/],
    ["toml", "what nests too deep", `a = ${deep("[", "]", 500)}`, /./],
    ["toml", "tables that nest too deep", `[${Array(100).fill("a").join(".")}]`, /deeper than 64/],
    ["yaml", "a key that stands twice", "a: 1\na: 2", /a stands twice/],
    ["yaml", "a tag", "a: !!js/function 'x'", /tag/],
    ["yaml", "a tag of YAML 1.1", "a: !!binary aGk=", /tag/],
    ["yaml", "another version", "%YAML 1.1\n---\na: yes", /YAML 1.2/],
    ["yaml", "several documents", "a: 1\n---\nb: 2", /documents/],
    ["yaml", "a key that is a list", "? [a]\n: 1", /keys/],
    ["yaml", "aliases of aliases", laughs.join("\n"), /aliases|values/],
    ["yaml", "an alias of itself", "a: &a [*a]", /./],
    ["yaml", "an infinite number", "a: .inf", /a: it is Infinity/],
    ["yaml", "a number that would be rounded", "a: 9007199254740993", /cannot be held/],
    ["yaml", "what nests too deep", `a: ${deep("[", "]", 5000)}`, /deep/],
    ["xml", "a document type", '<!DOCTYPE x [<!ENTITY a "b">]><object/>', /document type/],
    ["xml", "an entity", '<object><string key="a">&x;</string></object>', /stands for no character/],
    ["xml", "a character that is none", '<object><string key="a">&#0;</string></object>', /stands for no character/],
    ["xml", "a key that stands twice", '<object><null key="a"/><null key="a"/></object>', /stands twice/],
    ["xml", "a value without a key", "<object><null/></object>", /its key/],
    ["xml", "a key in an array", '<object><array key="a"><null key="b"/></array></object>', /no attribute/],
    ["xml", "another element", '<object><text key="a">1</text></object>', /no value/],
    ["xml", "text between elements", '<object>x<null key="a"/></object>', /text between/],
    ["xml", "an element inside of a string", '<object><string key="a"><null/></string></object>', /else than text/],
    ["xml", "no element", "", /./],
    ["xml", "two outermost elements", "<object/><object/>", /./],
    ["xml", "what nests too deep", deep("<array>", "</array>", 90), /deep|[Nn]est/],
    ["xml", "a number that would be rounded", '<object><number key="a">9007199254740993</number></object>', /no value/],
  ])("%s: %s", async (format, _, text, reason) => {
    const error = await errorOf(() => parseText(format, text, "the file"));
    expect(error.code).toBe("VMP_CONFIGURATION_MALFORMED");
    expect(error.values).toMatchObject({ path: "the file", format });
    expect(String(error.values.reason)).toMatch(reason);
  });

  test("__proto__ is a key like any other, in every format", async () => {
    for (const name of formatNames) {
      const value = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}');
      const back = await parseText(name, await formatText(name, value), "x");
      expect(Object.keys(back as object).sort()).toEqual(["__proto__", "constructor"]);
      expect((back as { polluted?: unknown }).polluted).toBeUndefined();
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

test("a format that is none is refused, with the nearest", async () => {
  const { checkFormatName } = await import("../../src/config/formats/format.ts");
  const error = await errorOf(() => checkFormatName("ymal"));
  expect(error).toMatchObject({ code: "VMP_CONFIGURATION_FORMAT_UNKNOWN", values: { hint: 'Did you mean "yaml"?' } });
});
