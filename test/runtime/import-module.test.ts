import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { packageRoot } from "../../src/package-root.ts";
import { shapeProblem } from "../../src/runtime/inline/definition-shape.ts";
import { importModule } from "../../src/runtime/inline/import-module.ts";
import type { PluginSource } from "../../src/runtime/loaded-plugin.ts";
import { definePlugin } from "../../src/sdk/index.ts";
import { failureOf, folderWith } from "../host/support.ts";
import { errorOf } from "../support/errors.ts";

function sourceOf(files: Readonly<Record<string, string>>, entry = "index.ts", development = true): PluginSource {
  return { id: "acme.x", kind: "module", path: join(folderWith(files), entry), development, provides: [] };
}

const load = (source: PluginSource, timeout = 10_000) => importModule(source, { packageRoot: packageRoot(), timeout });

test("a TypeScript plugin with several files is imported from a folder without node_modules", async () => {
  const source = sourceOf({
    "index.ts": `import { definePlugin, PluginError } from "vm-plugin/sdk";
import { twice } from "./lib/twice.ts";
export const value: number = twice(21);
export const error = new PluginError("DISK_FULL", "no space");
export default definePlugin({});`,
    "lib/twice.ts": "export const twice = (n: number): number => n * 2;",
  });
  const module = await load(source);
  expect(module.value).toBe(42);
  expect(module.error).toMatchObject({ code: "DISK_FULL", name: "PluginError" });
  expect(shapeProblem(module.default, source)).toBeUndefined();
});

test("a JavaScript plugin finds vm-plugin/sdk in development too", async () => {
  const source = sourceOf({ "index.mjs": `export { definePlugin as default } from "vm-plugin/sdk";` }, "index.mjs");
  expect((await load(source)).default).toBeTypeOf("function");
});

test("a trace shows the plugin's own file and line", async () => {
  const source = sourceOf({
    "index.ts": `interface Never { a: string }\n\nexport function fail(): Never {\n  throw new Error("here");\n}\n`,
  });
  const { fail } = (await load(source)) as { fail: () => void };
  let stack = "";
  try {
    fail();
  } catch (error) {
    stack = (error as Error).stack ?? "";
  }
  expect(stack).toContain(`${source.path}:4:9`);
});

test("what a plugin finds by its own address lies beside its source", async () => {
  const source = sourceOf({
    "index.ts": "export const here = [import.meta.url, import.meta.dirname, import.meta.filename];",
  });
  const folder = source.path.slice(0, -"/index.ts".length);
  expect((await load(source)).here).toEqual([`file://${source.path}`, folder, source.path]);
});

test("nothing is left in the temporary folder, whether the import succeeds or fails", async () => {
  const [fine, broken] = [sourceOf({ "index.ts": "export {};" }), sourceOf({ "index.ts": "throw new Error('no');" })];
  const temporary = folderWith({});
  vi.stubEnv("TMPDIR", temporary);
  try {
    await load(fine);
    await errorOf(() => load(broken));
  } finally {
    vi.unstubAllEnvs();
  }
  expect(readdirSync(temporary)).toEqual([]);
});

test("a module that does not exist, does not parse or throws is refused with its place", async () => {
  expect(await failureOf(() => load(sourceOf({})))).toMatch(/^VMP_MODULE_NOT_FOUND: .*index\.ts/);
  expect(await failureOf(() => load(sourceOf({ "index.ts": "\n\nconst = 1;" })))).toMatch(
    /^VMP_MODULE_FAILED: .*index\.ts:3: Expected identifier/,
  );
  expect(await failureOf(() => load(sourceOf({ "index.ts": `import "./gone.ts";` })))).toMatch(
    /^VMP_MODULE_FAILED: .*index\.ts:1: Could not resolve "\.\/gone\.ts"/,
  );
  expect(await failureOf(() => load(sourceOf({ "index.ts": `throw new Error("out of luck");` })))).toMatch(
    /^VMP_MODULE_FAILED: .*out of luck/,
  );
});

test("a plugin that imports more of vm-plugin than its SDK is refused", async () => {
  const source = sourceOf({ "index.ts": `import { Machine } from "vm-plugin";\nconsole.log(Machine);` });
  expect(await failureOf(() => load(source))).toMatch(
    /^VMP_MODULE_FAILED: .*index\.ts:1: a plugin imports vm-plugin\/sdk/,
  );
});

test("a module that waits for ever at its top level is given up", async () => {
  for (const development of [true, false]) {
    const source = sourceOf({ "index.mjs": "await new Promise(() => {});" }, "index.mjs", development);
    expect(await failureOf(() => load(source, 50))).toMatch(
      /^VMP_LIFECYCLE_TIMED_OUT: plugin acme\.x did not finish load in 50 ms/,
    );
  }
});

test("a built module is imported as it is", async () => {
  const source = sourceOf({ "index.mjs": "export default import.meta.url;" }, "index.mjs", false);
  expect((await load(source)).default).toBe(`file://${source.path}`);
});

test.each([
  ["nothing", undefined, /no default export/],
  ["a plain object", {}, /not made by definePlugin/],
  ["a function", () => {}, /not made by definePlugin/],
  [
    "a mistyped method",
    definePlugin({ intialize: () => {} } as object),
    /knows no intialize\. Did you mean "initialize"\?/,
  ],
  ["a method that is none", definePlugin({ start: 1 } as object), /start is not a function/],
  ["points that are no object", definePlugin({ points: 3 } as object), /points is not an object/],
  [
    "a point that is no object",
    definePlugin({ points: { "debug.logger": null } } as object),
    /points\["debug\.logger"\]/,
  ],
  [
    "a factory without create",
    definePlugin({ points: { "debug.logger": { console: {} } } } as object),
    /no method create/,
  ],
  [
    "an implementation that the manifest does not list",
    definePlugin({ points: { "debug.logger": { other: { create: () => ({}) } } } } as object),
    /debug\.logger other, which the manifest does not list/,
  ],
  ["none of what the manifest lists", definePlugin({}), /the manifest lists debug\.logger console in provides/],
  [
    "it only by inheritance",
    definePlugin({ points: Object.create({ "debug.logger": {} }) } as object),
    /the manifest lists/,
  ],
])("a module that exports %s is not usable", (_, definition, reason) => {
  const source: PluginSource = {
    id: "acme.x",
    kind: "module",
    path: "/x.ts",
    development: true,
    provides: [{ point: "debug.logger", name: "console" }],
  };
  expect(shapeProblem(definition, source)).toMatch(reason);
});
