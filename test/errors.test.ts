import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describe, errorCodes, reasonOf, VmPluginError } from "../src/errors.ts";
import { didYouMean, editDistance, nearest } from "../src/nearest.ts";

test("an error has its code, its values in one line, and the likely fix", () => {
  const cause = new Error("deeper");
  const error = new VmPluginError(
    "VMP_COMMAND_UNKNOWN",
    { command: "rnu", hint: didYouMean("rnu", ["run", "list"]) },
    { cause },
  );
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: "VmPluginError",
    code: "VMP_COMMAND_UNKNOWN",
    cause,
    values: { command: "rnu" },
  });
  expect(describe(error)).toBe(
    'VMP_COMMAND_UNKNOWN: there is no command rnu. Fix: Did you mean "run"? See vm-plugin --help.',
  );
});

test("an empty value leaves no gap", () => {
  const error = new VmPluginError("VMP_COMMAND_UNKNOWN", { command: "x", hint: "" });
  expect(error.fix).toBe("See vm-plugin --help.");
});

test("values from outside stay on one line, printable and bounded", () => {
  const escapeCharacter = String.fromCharCode(27);
  const error = new VmPluginError("VMP_PROGRAM_NOT_FOUND", {
    path: `a\nb${escapeCharacter}[31m\u202e${"x".repeat(5000)}`,
  });
  expect(error.message).toMatch(/^there is no program a b\\u001b\[31m/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
  expect(error.message).not.toMatch(/[\u0000-\u001f\u202e]/);
  expect(error.message.length).toBeLessThan(1100);
});

test("a value that looks like a placeholder is not filled in again", () => {
  expect(new VmPluginError("VMP_PROGRAM_NOT_FOUND", { path: "{path}{path}" }).message).toBe(
    "there is no program {path}{path}",
  );
});

test("a plugin's own error carries the plugin's id; a code that is none becomes FAILED", () => {
  const error = VmPluginError.fromPlugin("acme.disk", "DISK_FULL", "no space on /dev/x");
  expect(describe(error)).toBe(
    "acme.disk/DISK_FULL: no space on /dev/x. Fix: See the documentation of plugin acme.disk.",
  );
  for (const code of ["", "disk full", "VMP/X", "lower", "A".repeat(80)])
    expect(VmPluginError.fromPlugin("acme.disk", code, "m").code).toBe("acme.disk/FAILED");
});

test("a code that comes at run time is looked up, an unknown one is internal and keeps what was given", () => {
  expect(VmPluginError.fromCode("VMP_PLUGIN_DISABLED", { id: "a" }).message).toBe("plugin a is disabled");
  const unknown = VmPluginError.fromCode("toString", { id: "a" });
  expect(unknown).toMatchObject({ code: "VMP_INTERNAL", message: "internal error: toString id=a" });
});

test("whatever was thrown is described", () => {
  expect(describe(new TypeError("odd"))).toMatch(/^VMP_INTERNAL: internal error: odd\. Fix: /);
  expect([new Error("a"), new RangeError(), "text", null, undefined, 3, {}].map(reasonOf)).toEqual([
    "a",
    "RangeError",
    "text",
    "a thrown null",
    "a thrown undefined",
    "a thrown number",
    "a thrown object",
  ]);
});

test("missing or superfluous values do not compile", () => {
  // @ts-expect-error: id is missing
  expect(new VmPluginError("VMP_PLUGIN_DISABLED", {}).message).toBe("plugin ? is disabled");
  // @ts-expect-error: no such code
  expect(new VmPluginError("VMP_NO_SUCH_CODE", { plugin: "p", message: "m" }).code).toBe("VMP_NO_SUCH_CODE");
});

test("every code says what and how to mend it, and stands for itself", () => {
  for (const code of errorCodes()) {
    expect(code).toMatch(/^VMP_[A-Z][A-Z0-9_]*$/);
    const { message, fix } = VmPluginError.fromCode(code, {});
    expect(message).toMatch(/^\S.*[^.\s]$/);
    expect(fix).toMatch(/[.?]$/);
  }
});

/** Every quoted VMP_... of the sources; the names of C that the generator writes are no codes. */
function codesOf(folder: string, pattern: RegExp): Set<string> {
  const root = join(import.meta.dirname, "..", folder);
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (path) => pattern.test(path) && path !== "errors.ts",
  );
  expect(files).not.toEqual([]);
  return new Set(
    files.flatMap((path) =>
      [...readFileSync(join(root, path), "utf8").matchAll(/"(VMP_[A-Z0-9_]*[A-Z0-9])"/g)].map(([, code = ""]) => code),
    ),
  );
}

const inSources = new Set([
  ...codesOf("src", /^(?!contracts\/(?!runtime\/)|sdk\/generator\/(?!main\.ts)).*\.ts$/),
  ...codesOf("native/core", /\.(cc|h)$/),
  ...codesOf("native/addon", /\.(cc|h)$/),
]);

test("every code that sources name is in the table", () => {
  const known = new Set<string>(errorCodes());
  expect([...inSources].filter((code) => !known.has(code))).toEqual([]);
});

test("every code of the table is named by sources", () => {
  expect(errorCodes().filter((code) => !inSources.has(code))).toEqual([]);
});

test("a mistyped word is answered with the nearest, a foreign one with none", () => {
  expect(editDistance("", "abc")).toBe(3);
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(editDistance("rnu", "run")).toBe(1);
  const words = ["install", "uninstall", "interpreter", "provides"];
  expect(nearest("isntall", words)).toBe("install");
  expect(nearest("PROVIDE", words)).toBe("provides");
  expect(nearest("xyzzy", words)).toBeUndefined();
  expect(nearest("", words)).toBeUndefined();
  expect(nearest("x".repeat(100_000), ["x".repeat(100_000)])).toBeUndefined();
});
