import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { JsonObject } from "../../src/config/json.ts";
import { checkConfiguration, checkSchema } from "../../src/config/schema.ts";
import type { Configuration } from "../../src/sdk/define-plugin.ts";

const server = {
  type: "object",
  additionalProperties: false,
  required: ["name"],
  properties: {
    name: { type: "string", minLength: 2, maxLength: 8, pattern: "^[a-z]+$" },
    port: { type: "integer", minimum: 1, maximum: 65535, default: 8080 },
    mode: { enum: ["fast", "slow"], default: "fast" },
    log: { type: "string", deprecated: true, description: "use level" },
    tags: { type: "array", items: { type: "string" }, maxItems: 2, uniqueItems: true },
    limits: {
      type: "object",
      default: {},
      properties: { low: { type: "number", default: 1 }, high: { type: "number" }, unit: { type: "string" } },
      rules: [
        { left: "low", is: "<=", right: "high" },
        { left: "high", is: "present-with", right: "unit" },
        { left: "low", is: "!=", value: 13, message: "13 brings bad luck", severity: "warning" },
      ],
    },
  },
};

function problems(configuration: Configuration, schema: JsonObject = server) {
  const { errors, warnings } = checkConfiguration(schema, configuration);
  return { errors: errors.map(({ message }) => message), warnings: warnings.map(({ message }) => message) };
}

test("defaults are filled into a copy, also inside of objects", () => {
  const given = { name: "abc" };
  const { effective, errors, warnings } = checkConfiguration(server, given);
  expect(effective).toEqual({ name: "abc", port: 8080, mode: "fast", limits: { low: 1 } });
  expect(given).toEqual({ name: "abc" });
  expect([errors, warnings]).toEqual([[], []]);
});

describe("a problem has its path, the value and what is allowed", () => {
  test.each<[string, Configuration, string, string]>([
    ["a missing value", {}, "name", "name is missing"],
    ["a number that is too large", { name: "abc", port: 70000 }, "port", "port is 70000, the maximum is 65535"],
    ["a number that is too small", { name: "abc", port: 0 }, "port", "port is 0, the minimum is 1"],
    ["a string for a number", { name: "abc", port: "80" }, "port", 'port is "80", a string; it must be an integer'],
    ["a fraction", { name: "abc", port: 1.5 }, "port", "port is 1.5, a number; it must be an integer"],
    ["null", { name: null }, "name", "name is null, null; it must be a string"],
    ["a short text", { name: "a" }, "name", 'name is "a", 1 characters long; the minimum is 2'],
    ["a long text", { name: "abcdefghi" }, "name", 'name is "abcdefghi", 9 characters long; the maximum is 8'],
    ["a text of another pattern", { name: "ABC" }, "name", 'name is "ABC", it must match ^[a-z]+$'],
    [
      "a value of no list",
      { name: "abc", mode: "slwo" },
      "mode",
      'mode is "slwo", it must be one of "fast", "slow"; did you mean slow?',
    ],
    ["an unknown key", { name: "abc", prot: 1 }, "prot", "prot is unknown, did you mean port?"],
    ["too many elements", { name: "abc", tags: ["a", "b", "c"] }, "tags", "tags has 3 elements, the maximum is 2"],
    ["an element twice", { name: "abc", tags: ["a", "a"] }, "tags", "tags has the same element twice, at 0 and 1"],
    [
      "an element of another type",
      { name: "abc", tags: ["a", 1] },
      "tags[1]",
      "tags[1] is 1, an integer; it must be a string",
    ],
    [
      "a broken rule, with a default",
      { name: "abc", limits: { high: 0, unit: "s" } },
      "limits.low",
      "limits: low is 1, it must be <= high, which is 0",
    ],
    [
      "a value that needs another",
      { name: "abc", limits: { high: 2 } },
      "limits.high",
      "limits: high needs unit beside it",
    ],
  ])("%s", (_, configuration, path, message) => {
    expect(checkConfiguration(server, configuration).errors).toMatchObject([{ path, message }]);
  });

  test("all problems at once", () => {
    expect(problems({ port: 0, mode: 1, x: 2 }).errors).toHaveLength(4);
  });

  test("a long value is shortened", () => {
    expect(problems({ name: "A".repeat(10_000) }).errors.join("").length).toBeLessThan(300);
  });
});

test("what is deprecated and rules of severity warning warn, and only of what was given", () => {
  expect(problems({ name: "abc", log: "x", limits: { low: 13 } })).toEqual({
    errors: [],
    warnings: ["log is deprecated: use level", "limits: 13 brings bad luck"],
  });
  const schema = { type: "object", properties: { old: { type: "number", default: 1, deprecated: true } } };
  expect(problems({}, schema).warnings).toEqual([]);
});

test("names of an object's prototype are names like any other", () => {
  const schema = { type: "object", required: ["toString"], properties: { toString: { type: "string" } } };
  expect(problems({}, schema).errors).toEqual(["toString is missing"]);
  expect(problems({ constructor: "x" }, { type: "object", additionalProperties: false }).errors).toHaveLength(1);
});

test("a schema that zod exports is sound", () => {
  const schema = z.toJSONSchema(
    z.strictObject({
      port: z.number().int().min(1).max(65535).default(8080),
      hosts: z.array(z.string().regex(/^[a-z.]+$/)).max(4),
      mode: z.enum(["a", "b"]).optional(),
      either: z.union([z.string(), z.number()]).optional(),
      pair: z.tuple([z.string(), z.number()]).optional(),
      map: z.record(z.string(), z.boolean()).optional(),
      mail: z.email().optional(),
    }),
    { io: "input" },
  );
  expect(checkSchema(schema)).toEqual([]);
  expect(
    problems({ hosts: ["A"], pair: ["x", "y"], either: true }, schema as JsonObject).errors.length,
  ).toBeGreaterThan(2);
});

test("a schema may refer to itself, inside", () => {
  const tree = {
    type: "object",
    properties: { root: { $ref: "#/$defs/node" }, again: { $ref: "#" } },
    $defs: { node: { type: "object", properties: { left: { $ref: "#/$defs/node" }, value: { type: "integer" } } } },
  };
  expect(checkSchema(tree)).toEqual([]);
  expect(problems({ again: { root: { left: { left: { value: "x" } } } } }, tree).errors).toEqual([
    'again.root.left.left.value is "x", a string; it must be an integer',
  ]);
});

test("two schemas of one $id, and that of JSON Schema itself, are not in each other's way", () => {
  for (const type of ["integer", "string"]) {
    for (const $id of ["https://example.com/a", "https://json-schema.org/draft/2020-12/schema"]) {
      const schema = { $id, type: "object", properties: { a: { type } } };
      expect(checkSchema(schema)).toEqual([]);
      expect(problems({ a: true }, schema).errors).toHaveLength(1);
    }
  }
  expect(checkSchema(server)).toEqual([]);
});

describe("a schema that is not sound is refused, with the place", () => {
  const chain = (length: number, link: (next: string) => object) => ({
    type: "object",
    $ref: "#/$defs/d0",
    $defs: {
      ...Object.fromEntries(Array.from({ length }, (_, at) => [`d${at}`, link(`#/$defs/d${at + 1}`)])),
      [`d${length}`]: { type: "string", pattern: "a" },
    },
  });

  test.each<[string, unknown, string, RegExp]>([
    [
      "a misspelled keyword",
      { type: "object", properties: { a: { type: "number", minimun: 1 } } },
      "properties.a.minimun",
      /Did you mean "minimum"/,
    ],
    ["a misspelled type", { type: "object", properties: { a: { type: "sting" } } }, "properties.a.type", /.../],
    [
      "a required property that is none",
      { type: "object", properties: { port: {} }, required: ["prot"] },
      "required",
      /Did you mean "port"/,
    ],
    [
      "a keyword for another type",
      { type: "object", properties: { a: { type: "string", minimum: 1 } } },
      "",
      /strictTypes|minimum/,
    ],
    [
      "a value of the wrong type",
      { type: "object", properties: { a: { type: "number", minimum: "1" } } },
      "properties.a.minimum",
      /must be number/,
    ],
    [
      "a default that is not valid",
      { type: "object", properties: { a: { type: "number", default: "1" } } },
      "a",
      /default is not valid/,
    ],
    [
      "a pattern that is none",
      { type: "object", properties: { a: { type: "string", pattern: "(" } } },
      "properties.a.pattern",
      /not a regular expression/,
    ],
    [
      "a pattern without end",
      { type: "object", properties: { a: { type: "string", pattern: "a".repeat(1001) } } },
      "properties.a.pattern",
      /at most 1000/,
    ],
    ["a configuration that is no object", { type: "string" }, "type", /must be "object"/],
    ["no object", [], "type", /must be "object"/],
    ["another place's schema", { type: "object", $ref: "https://example.com/schema" }, "$ref", /same schema/],
    [
      "the schema of schemas",
      { type: "object", $ref: "https://json-schema.org/draft/2020-12/schema" },
      "$ref",
      /same schema/,
    ],
    ["a reference to nothing", { type: "object", $ref: "#/$defs/x" }, "$ref", /there is no schema/],
    ["a reference to a prototype", { type: "object", $ref: "#/constructor" }, "$ref", /there is no schema/],
    [
      "a reference to what is no schema",
      { type: "object", $ref: "#/default", default: { a: 1 } },
      "$ref",
      /there is no schema/,
    ],
    ["a circle", { type: "object", $ref: "#" }, "$ref", /circle/],
    [
      "a circle of two",
      { type: "object", allOf: [{ $ref: "#/$defs/a" }], $defs: { a: { anyOf: [{ $ref: "#" }] } } },
      "allOf[0].$ref",
      /circle/,
    ],
    ["a way of references", chain(20, ($ref) => ({ $ref })), "$ref", /more than 8/],
    ["a long way of references", chain(1900, ($ref) => ({ $ref })), "$ref", /more than 8/],
    [
      "what nests too deep",
      chain(500, ($ref) => ({ type: "object", properties: { a: { $ref } } })),
      "",
      /deeper than 150/,
    ],
    [
      "what has too many parts",
      { type: "object", properties: Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [i, {}])) },
      "",
      /2000 schemas/,
    ],
    ["an asynchronous schema", { $async: true, type: "object" }, "$async", /not allowed/],
    [
      "an $id inside",
      { type: "object", properties: { a: { $id: "https://example.com/b" } } },
      "properties.a.$id",
      /top alone/,
    ],
    [
      "a prototype",
      JSON.parse('{"type": "object", "default": {"__proto__": {"a": 1}}}'),
      "default.__proto__",
      /not allowed/,
    ],
    [
      "a rule about no property",
      { type: "object", properties: { max: {} }, rules: [{ left: "mx", is: "<", value: 1 }] },
      "",
      /no property mx.*max/,
    ],
    [
      "a rule without a right side",
      { type: "object", properties: { a: {} }, rules: [{ left: "a", is: "<" }] },
      "",
      /right/,
    ],
    [
      "a rule that compares in no way",
      { type: "object", properties: { a: {} }, rules: [{ left: "a", is: "~", value: 1 }] },
      "",
      /allowed values/,
    ],
    ["another draft", { $schema: "http://json-schema.org/draft-04/schema#", type: "object" }, "", /draft-04/],
  ])("%s", (_, schema, path, message) => {
    const [problem] = checkSchema(schema);
    expect(problem).toMatchObject({ path });
    expect(problem?.message).toMatch(message);
    // A plugin whose schema was never looked at is refused with it, not with a crash; a default counts when it is filled in.
    const { errors } = checkConfiguration(Object(schema), {});
    expect(errors).not.toEqual([]);
  });
});

describe("a hostile schema", () => {
  const run = { polluted: false };
  (globalThis as { vmPluginTestRun?: () => void }).vmPluginTestRun = () => {
    run.polluted = true;
  };

  test("names, patterns, defaults and messages are never code", () => {
    const evil = [
      "vmPluginTestRun()",
      '"];vmPluginTestRun();//',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: where it is none, it must stay none
      "${vmPluginTestRun()}",
      "`+vmPluginTestRun()+`",
      "*/vmPluginTestRun()/*",
      "\u2028vmPluginTestRun()\u2028",
      '\\"+vmPluginTestRun()+\\"',
      "';vmPluginTestRun();'",
    ];
    const properties = Object.fromEntries(
      evil.map((text) => [text, { enum: [text, { [text]: text }], default: text, description: text, title: text }]),
    );
    const dependentRequired = Object.fromEntries(evil.map((text) => [text, [evil[0]]]));
    const schema = {
      type: "object",
      properties,
      required: evil,
      dependentRequired,
      additionalProperties: false,
      $comment: evil.join(),
      patternProperties: { "^vmPluginTestRun\\(\\)$": {} },
      propertyNames: { type: "string", enum: evil },
      $defs: Object.fromEntries(evil.map((text) => [text, { const: text }])),
    };
    for (const given of [{}, Object.fromEntries(evil.map((text) => [text, "other"]))]) {
      const { errors } = checkConfiguration(schema as never, given);
      expect(errors.filter(({ keyword }) => keyword === "schema")).toEqual([]);
    }
    expect(checkSchema(schema)).toEqual([]);
    expect(run.polluted).toBe(false);
  });

  // What is short: the time after which a check that would never end is given up.
  test("a pattern that backtracks for ever is given up", () => {
    const schema = { type: "object", properties: { a: { type: "string", pattern: "^(a+)+$" } } };
    expect(checkConfiguration(schema, { a: `${"a".repeat(64)}!` }, 50).errors).toMatchObject([{ keyword: "time" }]);
    expect(
      checkSchema({ ...schema, properties: { a: { ...schema.properties.a, default: `${"a".repeat(64)}!` } } }, 50),
    ).toMatchObject([{ keyword: "time" }]);
  });

  test("references that multiply for ever are given up", () => {
    const twice = { allOf: [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/a" }] };
    const schema = {
      type: "object",
      properties: { a: { $ref: "#/$defs/a" } },
      $defs: { a: { type: "object", properties: { a: twice } } },
    };
    let deep: Configuration = {};
    for (let level = 0; level < 60; level++) deep = { a: deep };
    expect(checkConfiguration(schema, deep, 50).errors).toMatchObject([{ keyword: "time" }]);
    // The next check is not disturbed.
    expect(checkConfiguration(schema, { a: {} }).errors).toEqual([]);
  });
});
