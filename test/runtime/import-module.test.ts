import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
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

/** Imports with a cache, and says whether esbuild was asked. */
async function loadCached(source: PluginSource, cacheFolder: string) {
  vi.resetModules();
  let bundled = 0;
  vi.doMock("../../src/runtime/inline/bundle.ts", async (original) => {
    const actual = await original<typeof import("../../src/runtime/inline/bundle.ts")>();
    const bundle = (...given: Parameters<typeof actual.bundle>) => {
      bundled += 1;
      return actual.bundle(...given);
    };
    return { ...actual, bundle };
  });
  const fresh = await import("../../src/runtime/inline/import-module.ts");
  const module = await fresh.importModule(source, { packageRoot: packageRoot(), timeout: 10_000, cacheFolder });
  vi.doUnmock("../../src/runtime/inline/bundle.ts");
  return { module, bundled };
}

/** As long as the time stamps of a change may be those of the moment before. */
const settle = () => wait(40);

const cachedPlugin = {
  "index.ts": `import { definePlugin } from "vm-plugin/sdk";
import { twice } from "./lib/twice";
import { name } from "helper";
export const value: number = twice(21);
export { name };
export function fail(): never { throw new Error("here"); }
export default definePlugin({});`,
  "lib/twice.ts": "export const twice = (n: number): number => n * 2;",
  "node_modules/helper/package.json": '{ "name": "helper", "main": "main.js" }',
  "node_modules/helper/main.js": 'exports.name = "first";',
  "package.json": '{ "type": "module" }',
};

test("a bundle is kept, and made again only when something that went into it has changed", async () => {
  const source = sourceOf(cachedPlugin);
  const folder = dirname(source.path);
  const cache = join(folderWith({}), "cache");
  const load = () => loadCached(source, cache);
  await settle();
  expect(await load()).toMatchObject({ bundled: 1, module: { value: 42, name: "first" } });
  const again = await load();
  expect(again).toMatchObject({ bundled: 0, module: { value: 42, name: "first" } });
  expect(shapeProblem(again.module.default, source)).toBeUndefined();

  const changes: [change: () => void, expected: object][] = [
    [() => writeFileSync(join(folder, "lib/twice.ts"), "export const twice = (n: number) => n * 3;"), { value: 63 }],
    [() => writeFileSync(join(folder, "node_modules/helper/main.js"), 'exports.name = "other";'), { name: "other" }],
    // Found before twice.ts.
    [() => writeFileSync(join(folder, "lib/twice.tsx"), "export const twice = (n: number) => n * 4;"), { value: 84 }],
    [() => rmSync(join(folder, "lib/twice.tsx")), { value: 63 }],
    [
      () => {
        writeFileSync(join(folder, "node_modules/helper/new.js"), 'exports.name = "new";');
        writeFileSync(join(folder, "node_modules/helper/package.json"), '{ "name": "helper", "main": "new.js" }');
      },
      { name: "new" },
    ],
    [
      () => {
        renameSync(join(folder, "lib"), join(folder, "old"));
        mkdirSync(join(folder, "real"));
        writeFileSync(join(folder, "real/twice.ts"), "export const twice = (n: number) => n * 5;");
        symlinkSync("real", join(folder, "lib"));
      },
      { value: 105 },
    ],
    [
      () => {
        rmSync(join(folder, "lib"));
        symlinkSync("old", join(folder, "lib"));
      },
      { value: 63 },
    ],
  ];
  for (const [change, expected] of changes) {
    change();
    await settle();
    expect(await load()).toMatchObject({ bundled: 1, module: expected });
    expect(await load()).toMatchObject({ bundled: 0, module: expected });
  }
});

test("an edit is seen that keeps the size and the time of modification", async () => {
  const source = sourceOf({ "index.ts": "export const value = 1;" });
  const cache = join(folderWith({}), "cache");
  // A time that can be given again to the nanosecond.
  utimesSync(source.path, 1_000_000_000, 1_000_000_000);
  await settle();
  await loadCached(source, cache);
  writeFileSync(source.path, "export const value = 2;");
  utimesSync(source.path, 1_000_000_000, 1_000_000_000);
  expect((await loadCached(source, cache)).module.value).toBe(2);
});

test("a file that is only touched leaves its bundle good", async () => {
  const source = sourceOf({ "index.ts": "export const value = 1;" });
  const cache = join(folderWith({}), "cache");
  await settle();
  await loadCached(source, cache);
  utimesSync(source.path, 1, 1);
  await settle();
  expect((await loadCached(source, cache)).bundled).toBe(0);
});

test("what was edited a moment ago is not kept: its next edit might not be seen", async () => {
  const source = sourceOf({ "index.ts": "export const value = 0;" });
  const cache = join(folderWith({}), "cache");
  for (let value = 1; value < 10; value++) {
    writeFileSync(source.path, `export const value = ${value};`);
    expect((await loadCached(source, cache)).module.value).toBe(value);
  }
});

test("a trace shows the plugin's own file and line out of the cache too", async () => {
  const source = sourceOf({
    "index.ts": "interface A { a: 1 }\n\nexport function fail(): A {\n  throw new Error();\n}\n",
  });
  const cache = join(folderWith({}), "cache");
  await settle();
  await loadCached(source, cache);
  const { module, bundled } = await loadCached(source, cache);
  expect(bundled).toBe(0);
  let stack = "";
  try {
    (module.fail as () => void)();
  } catch (error) {
    stack = (error as Error).stack ?? "";
  }
  expect(stack).toContain(`${source.path}:4:9`);
});

test("a kept bundle that is damaged, or not the user's alone, does not run", async () => {
  const source = sourceOf({ "index.ts": 'export const value = "genuine";' });
  const cache = join(folderWith({}), "cache");
  await settle();
  await loadCached(source, cache);
  const file = join(cache, readdirSync(cache)[0] ?? "");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const whole = readFileSync(file, "utf8");
  const forge = () => writeFileSync(file, whole.replaceAll("genuine", "altered"));
  const value = async () => (await loadCached(source, cache)).module.value;
  forge();
  expect(await value()).toBe("altered");
  writeFileSync(file, whole.replace("genuine", "altered"));
  expect(await value()).toBe("genuine");
  forge();
  truncateSync(file, whole.length - 1);
  expect(await value()).toBe("genuine");
  forge();
  chmodSync(file, 0o660);
  expect(await value()).toBe("genuine");
  forge();
  chmodSync(cache, 0o770);
  expect(await value()).toBe("genuine");
});

test("bundles that nobody can be sure of are not kept", async () => {
  const cache = join(folderWith({}), "cache");
  const source = sourceOf({
    "index.ts": "export const value = 1;",
    "tsconfig.json": '{ "extends": "./base.json" }',
    "base.json": "{}",
  });
  await settle();
  await loadCached(source, cache);
  expect((await loadCached(source, cache)).bundled).toBe(1);
});

test("a folder for bundles that cannot be used costs nothing but time", async () => {
  const source = sourceOf({ "index.ts": "export const value = 1;" });
  for (const cache of [source.path, join(folderWith({}), "none/cache")])
    expect((await loadCached(source, cache)).module.value).toBe(1);
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
