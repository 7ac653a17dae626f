import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeBuiltinIndex } from "../../src/host/builtins/builtin-index.ts";
import { readBuiltins } from "../../src/host/builtins/builtins.ts";
import { platform } from "../../src/host/manifest/manifest.ts";
import { PluginManager } from "../../src/host/plugin-manager.ts";
import { packageRoot } from "../../src/package-root.ts";
import { bundleModule } from "../../src/runtime/inline/bundle.ts";
import { errorOf } from "../support/errors.ts";
import { facts, failureOf, folderWith, packageJson, packageWith, recordedNative } from "./support.ts";

const library = Buffer.from("a library");
const nativePath = `prebuilds/${platform}/engine.node`;

const nativeManifest = packageJson({
  id: "engine",
  engines: { vm: "*", abi: "^1.0" },
  entry: { native: { [platform]: nativePath } },
  provides: [{ point: "arch.simulator", name: "interpreter", contract: "1.0", guests: ["riscv64"] }],
});
const loggerSource = `import { definePlugin } from "vm-plugin/sdk";
export default definePlugin({ points: { "debug.logger": { console: { create: () => ({ log() {} }) } } } });`;

const engine = { "package.json": nativeManifest, [nativePath]: library };
const logger = { "package.json": packageJson({ id: "logger" }), "index.ts": loggerSource };

const open = (root: string, calls: string[] = []) =>
  PluginManager.open({ packageRoot: root, native: recordedNative(calls) });

test("the build writes down each built-in with the hashes of its manifest, library and built module", async () => {
  const root = packageWith({ engine, logger });
  await writeBuiltinIndex(root, facts);
  const { records, ...read } = readBuiltins(root);
  expect(read.facts).toEqual(facts);
  expect(records.map((record) => [record.manifest.id, record.folder])).toEqual([
    ["engine", join(root, "plugins/engine")],
    ["logger", join(root, "plugins/logger")],
  ]);
  const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
  expect(records[0]?.builtin).toEqual({
    manifestHash: sha256(nativeManifest),
    nativeHashes: { [nativePath]: sha256(library) },
    module: undefined,
  });
  const module = records[1]?.builtin?.module;
  expect(module?.path).toBe(join(root, "dist/plugins/logger.mjs"));
  expect(module?.hash).toBe(sha256(readFileSync(module?.path ?? "")));
});

test("a built module is self-contained and holds no path of the machine that built it", async () => {
  const root = packageRoot();
  const text = await bundleModule(join(root, "plugins/console-logger/index.ts"), {
    packageRoot: root,
    development: false,
  });
  expect(text).toContain("// src/sdk/define-plugin.ts");
  expect(text).not.toMatch(/^import /m);
  expect(text).not.toContain(root);
});

test("built-ins are found, chosen and started from the index alone", async () => {
  const root = packageWith({ engine, logger });
  await writeBuiltinIndex(root, facts);
  const calls: string[] = [];
  const host = await open(root, calls);
  expect(host.list().map((info) => [info.manifest.id, info.source, info.state])).toEqual([
    ["engine", "builtin", "unloaded"],
    ["logger", "builtin", "unloaded"],
  ]);
  const engineChoice = host.choose("arch.simulator", { guest: "riscv64" });
  expect(engineChoice.name).toBe("interpreter");
  expect(calls).toEqual([]);
  const [active, module] = [await host.hold(engineChoice.plugin.manifest.id), await host.hold("logger")];
  expect(active.native?.path).toBe(join(root, "plugins/engine", nativePath));
  expect(module.native).toBeUndefined();
  active.release();
  module.release();
  await host.close();
  expect(calls).toEqual([
    "load engine",
    "initialize engine",
    "start engine",
    "stop engine",
    "cleanup engine",
    "deinit engine",
  ]);
});

test.each([
  ["library", `plugins/engine/${nativePath}`, "engine"],
  ["manifest", "plugins/engine/package.json", "engine"],
  ["built module", "dist/plugins/logger.mjs", "logger"],
])("a built-in whose %s was changed is not loaded", async (_, path, id) => {
  const root = packageWith({ engine, logger });
  await writeBuiltinIndex(root, facts);
  writeFileSync(join(root, path), "something else");
  const calls: string[] = [];
  const host = await open(root, calls);
  expect(await failureOf(() => host.activate(id))).toMatch(new RegExp(`^VMP_BUILTIN_CHANGED: .* ${id} .*${path}`));
  expect(host.get(id).state).toBe("error");
  expect(calls).toEqual([]);
});

test("a library that is not built is told with the command that builds it", async () => {
  const root = packageWith({ engine: { "package.json": nativeManifest } });
  await writeBuiltinIndex(root, facts);
  const host = await open(root);
  expect(await failureOf(() => host.activate("engine"))).toMatch(
    /^VMP_BUILTIN_NOT_BUILT: .*engine\.node is missing\. Fix: Run npm run build/,
  );
});

test("a library that was deleted after the build is told as not built", async () => {
  const root = packageWith({ engine });
  await writeBuiltinIndex(root, facts);
  rmSync(join(root, "plugins/engine", nativePath));
  const host = await open(root);
  expect((await errorOf(() => host.activate("engine"))).code).toBe("VMP_BUILTIN_NOT_BUILT");
});

test("a package whose index is missing or damaged is told with the command that writes it", async () => {
  expect(await failureOf(() => open(folderWith({})))).toMatch(/^VMP_BUILTINS_NOT_BUILT: .*Fix: Run npm run build/);
  for (const text of ["", "{", "null", "[]", '{"format":2,"facts":{},"plugins":[]}', '{"format":1}'])
    expect(await failureOf(() => open(folderWith({ "dist/builtins.json": text })))).toMatch(
      /^VMP_BUILTINS_MALFORMED: /,
    );
});

test.each([
  ["an unknown key", { a: { "package.json": packageJson({ extra: 1 }) } }, "VMP_MANIFEST_UNKNOWN_KEY"],
  ["one id twice", { a: logger, b: logger }, "VMP_PLUGIN_DUPLICATE_ID"],
  ["a module that does not parse", { a: { ...logger, "index.ts": "const = 1" } }, "VMP_MODULE_FAILED"],
  [
    "another vm-plugin in mind",
    { a: { ...logger, "package.json": packageJson({ engines: { vm: "^9" } }) } },
    "VMP_PLUGIN_INCOMPATIBLE",
  ],
  [
    "a requirement that nothing meets",
    { a: { ...logger, "package.json": packageJson({ requires: [{ plugin: "none" }] }) } },
    "VMP_DEPENDENCY_MISSING",
  ],
])("the build refuses a built-in with %s and writes no index", async (_, plugins, code) => {
  const root = packageWith(plugins);
  expect((await errorOf(() => writeBuiltinIndex(root, facts))).code).toBe(code);
  expect(existsSync(join(root, "dist/builtins.json"))).toBe(false);
});
