import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { hashFile } from "../../src/host/file-hash.ts";
import { withState } from "../../src/host/home/change-state.ts";
import { contentProblem } from "../../src/host/home/content.ts";
import type { Home } from "../../src/host/home/home.ts";
import { removeTree } from "../../src/host/home/remove-tree.ts";
import { stage } from "../../src/host/home/stage.ts";
import { loadPlugin } from "../../src/host/lifecycle/loader.ts";
import { platform } from "../../src/host/manifest/manifest.ts";
import type { NativePlugins } from "../../src/native.ts";
import { packageRoot } from "../../src/package-root.ts";
import { errorOf } from "../support/errors.ts";
import { facts, failureOf, folderWith, freshHome, library, manifest, module, namesIn, packed } from "./support.ts";

const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");

async function refused(path: string, home: Home = freshHome()): Promise<string> {
  const failure = await failureOf(() => stage(home, path, facts));
  expect(namesIn(home.pluginsFolder)).toEqual([]);
  expect(namesIn(home.stagingFolder)).toEqual([]);
  return failure;
}

test("a package becomes a read-only folder, named by the hash of the list of its paths, bits and hashes", async () => {
  const home = freshHome();
  const path = library(
    "acme.x",
    "1.0.0",
    {},
    {},
    { "data/b": "b", "data.txt": "a", ".git/config": "", "node_modules/z/index.js": "" },
  );
  chmodSync(join(path, "data/b"), 0o755);
  using staged = await stage(home, path, facts);
  const line = (bit: string, file: string) => `${sha256(readFileSync(join(path, file)))} ${bit} ${file}\n`;
  const list = `vm-plugin files 1\n${line("-", "data.txt")}${line("x", "data/b")}${line("-", "lib/plugin.node")}${line("-", "package.json")}`;
  expect(staged.hash).toBe(sha256(list));
  expect(namesIn(home.pluginsFolder)).toEqual([staged.hash]);
  const { folder, installed, manifest: read } = staged.record;
  expect(folder).toBe(home.contentFolder(staged.hash));
  expect(namesIn(folder)).toEqual([".vm-plugin.files", "data", "data.txt", "lib", "package.json"]);
  expect(readFileSync(join(folder, ".vm-plugin.files"), "utf8")).toBe(list);
  expect(read).toMatchObject({ id: "acme.x", version: "1.0.0" });
  expect(staged.manifestHash).toBe(sha256(readFileSync(join(path, "package.json"))));
  expect(installed?.files["lib/plugin.node"]).toBe(sha256("library of acme.x 1.0.0"));
  expect(installed?.module).toBeUndefined();
  const modes = ["", "data", "data/b", "data.txt"].map((name) => lstatSync(join(folder, name)).mode & 0o777);
  expect(modes).toEqual([0o500, 0o500, 0o500, 0o400]);
});

test("what is staged and not committed is swept by the next operation, not before", async () => {
  const home = freshHome();
  const staged = await stage(home, library("acme.x", "1.0.0"), facts);
  await withState(home, () => {});
  expect(namesIn(home.pluginsFolder)).toEqual([staged.hash]);
  staged.close();
  staged.close();
  await withState(home, () => {});
  expect(namesIn(home.pluginsFolder)).toEqual([]);
  expect(namesIn(home.stagingFolder)).toEqual([]);
});

test("the same package gives the same hash, anywhere, as a folder and as an archive", async () => {
  const source = `import { definePlugin } from "vm-plugin/sdk"; import { add } from "./add.ts"; export default definePlugin({ add } as any);`;
  const files = { "src/add.ts": "export const add = (a: number, b: number): number => a + b;" };
  const hashes = new Set<string>();
  const [path, copy] = [module("acme.m", source, {}, files), module("acme.m", source, {}, files)];
  for (const one of [path, copy]) chmodSync(join(one, "src/add.ts"), 0o755);
  const linked = freshHome();
  mkdirSync(join(linked.path, "../real"), { mode: 0o700 });
  symlinkSync("real", linked.path);
  for (const [from, home] of [[path], [path, linked], [copy], [packed(path)]] as const) {
    using staged = await stage(home ?? freshHome(), from, facts);
    hashes.add(staged.hash);
  }
  expect(hashes.size).toBe(1);
});

test("a content that was damaged where it lies is replaced when the package is staged again", async () => {
  const home = freshHome();
  const path = library("acme.x", "1.0.0");
  using first = await stage(home, path, facts);
  const file = join(first.record.folder, "lib/plugin.node");
  chmodSync(file, 0o600);
  writeFileSync(file, "something else");
  expect(await contentProblem(first.record.folder, first.hash)).toBe("lib/plugin.node was added or changed");
  using second = await stage(home, path, facts);
  expect(second.hash).toBe(first.hash);
  expect(await contentProblem(second.record.folder, second.hash)).toBeUndefined();
});

test("whatever differs from what was installed is noticed", async () => {
  const home = freshHome();
  using staged = await stage(home, library("acme.x", "1.0.0", {}, {}, { "data/b": "b" }), facts);
  const damage: [(folder: string) => void, RegExp][] = [
    [(folder) => writeFileSync(join(folder, "more"), ""), /more was added or changed/],
    [(folder) => removeTree(join(folder, "data/b")), /a file is missing/],
    [(folder) => chmodSync(join(folder, "data/b"), 0o700), /data\/b was added or changed/],
    [(folder) => symlinkSync("/etc/passwd", join(folder, "link")), /it is a link/],
    [
      (folder) => writeFileSync(join(folder, ".vm-plugin.files"), "vm-plugin files 1\n"),
      /list of its files was changed/,
    ],
    [(folder) => removeTree(join(folder, ".vm-plugin.files")), /no such file/],
    [(folder) => removeTree(folder), /no such file/],
  ];
  for (const [change, reason] of damage) {
    const copy = join(folderWith({}), "copy");
    spawnSync("cp", ["-a", staged.record.folder, copy]);
    spawnSync("chmod", ["-R", "u+w", copy]);
    change(copy);
    expect(await contentProblem(copy, staged.hash)).toMatch(reason);
  }
});

test("a module is bundled into one file that runs from its place, its dependencies with it", async () => {
  const source = `import { definePlugin } from "vm-plugin/sdk"; import { twice } from "twice";
export const value: number = twice(21); export const place = import.meta.url; export default definePlugin({});`;
  const dependencies = {
    dependencies: { twice: "^1.0.0" },
    bundleDependencies: ["twice"],
    scripts: { install: "exit 1" },
  };
  const path = module("acme.m", source, dependencies, {
    "node_modules/twice/package.json": `{"name":"twice","version":"1.0.0","type":"module","main":"index.js","dependencies":{"times":"1"}}`,
    "node_modules/twice/index.js": `import times from "times"; export const twice = (n) => times(n, 2);`,
    "node_modules/times/package.json": `{"name":"times","version":"1.0.0","main":"index.js"}`,
    "node_modules/times/index.js": "module.exports = (a, b) => a * b;",
    "node_modules/unasked/package.json": "{}",
  });
  for (const from of [path, packed(path)]) {
    using staged = await stage(freshHome(), from, facts);
    const { folder, installed } = staged.record;
    expect(installed?.module).toBe("src/.vm-plugin.mjs");
    const file = join(folder, "src/.vm-plugin.mjs");
    expect(installed?.files["src/.vm-plugin.mjs"]).toBe(sha256(readFileSync(file)));
    expect(await import(pathToFileURL(file).href)).toMatchObject({ value: 42, place: pathToFileURL(file).href });
    if (from === path) expect(namesIn(join(folder, "node_modules"))).toEqual(["times", "twice"]);
  }
});

test("a dependency in CommonJS gets Node's own modules, and a coded error for an optional package that is missing", async () => {
  const source = `import { createRequire } from "node:module"; import tool from "tool";
const require = createRequire(import.meta.url);
console.log(tool, require("node:path").sep); export default {};`;
  const path = module(
    "acme.m",
    source,
    { dependencies: { tool: "1" }, bundleDependencies: ["tool"] },
    {
      "node_modules/tool/package.json": `{"name":"tool","version":"1.0.0"}`,
      "node_modules/tool/index.js": `let optional; try { require("not-there") } catch (error) { optional = error.code }
module.exports = require("path").basename("/a/b") + optional;`,
    },
  );
  using staged = await stage(freshHome(), path, facts);
  const file = join(staged.record.folder, "src/.vm-plugin.mjs");
  // Not imported here, where the test runner's own `require` would be found.
  const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout).toBe("bMODULE_NOT_FOUND /\n");
});

test("what is bundled does not depend on where the home lies", async () => {
  const source = `import tool from "./tool.cjs"; class Settings { tool = tool; } export default { Settings };`;
  const path = module("acme.m", source, {}, { "src/tool.cjs": `module.exports = "é";` });
  const settings = JSON.stringify({ compilerOptions: { useDefineForClassFields: false } });
  const places = [folderWith({}), join(folderWith({}), "höme"), folderWith({ "tsconfig.json": settings })];
  const lists = new Set<string>();
  for (const place of places) {
    mkdirSync(place, { recursive: true });
    using staged = await stage(Object.assign(freshHome(), { path: join(place, "home") }), path, facts);
    lists.add(JSON.stringify(staged.record.installed?.files));
  }
  expect([...lists]).toHaveLength(1);
});

test("what is installed is found in the list of its files, however its path is written", async () => {
  const opened: string[] = [];
  const native = {
    loadPlugin: async (path: string) => {
      opened.push(path);
      return {};
    },
  } as unknown as NativePlugins;
  const options = { native, packageRoot: packageRoot(), log: () => {}, counted: false, timeout: 60_000, hashFile };
  const entry = { native: { [platform]: "./lib//plugin.node" } };
  const path = library("acme.x", "1.0.0", { entry }, {}, { "line\u2028separator": "" });
  using staged = await stage(freshHome(), path, facts);
  await loadPlugin(staged.record, options as never);
  expect(opened).toEqual([join(staged.record.folder, "lib/plugin.node")]);
});

test.each([
  ["a dependency that is not there", `import "left-pad";`, {}, {}, "left-pad"],
  [
    "a dependency of its folder that it does not bundle",
    `import "near";`,
    { dependencies: { near: "1" } },
    { "node_modules/near/package.json": "{}", "node_modules/near/index.js": "" },
    "near",
  ],
  ["a file outside", `import "../../../../../../../../../../etc/hosts.js";`, {}, {}, "../etc/hosts.js"],
])("a module that imports %s is not self-contained", async (_, source, npm, files, name) => {
  const failure = await refused(module("acme.m", `${source} export default {};`, npm, files));
  expect(failure).toMatch(
    /^VMP_PLUGIN_NOT_SELF_CONTAINED: plugin acme\.m does not bring .* along\. Fix: .*bundleDependencies/,
  );
  expect(failure).toContain(name);
});

test("what a module finds only around the place where it happens to lie is not its own", async () => {
  const outside = folderWith({ "secret.json": `{"password":"x"}`, "node_modules/near/index.js": "" });
  const home = Object.assign(freshHome(), { path: join(outside, "home") });
  mkdirSync(home.path, { mode: 0o700 });
  const failure = await refused(module("acme.m", `import "near"; export default {};`), home);
  expect(failure).toMatch(/^VMP_PLUGIN_NOT_SELF_CONTAINED: .*node_modules\/near\/index\.js/);
  const stolen = `import secret from "${outside}/secret.json"; export default { secret };`;
  expect(await refused(module("acme.m", stolen), home)).toMatch(/^VMP_PLUGIN_NOT_SELF_CONTAINED: .*secret\.json/);
});

test("a library whose npm dependencies are not in the package is refused", async () => {
  const npm = { dependencies: { "@acme/part": "1", "vm-plugin": "*" } };
  expect(await refused(library("acme.x", "1.0.0", {}, npm))).toMatch(/^VMP_PLUGIN_NOT_SELF_CONTAINED: .*@acme\/part/);
  const bundled = { ...npm, bundledDependencies: ["@acme/part"] };
  const files = { "node_modules/@acme/part/package.json": "{}", "node_modules/@acme/other/package.json": "{}" };
  using staged = await stage(freshHome(), library("acme.x", "1.0.0", {}, bundled, files), facts);
  expect(Object.keys(staged.record.installed?.files ?? {})).toContain("node_modules/@acme/part/package.json");
  expect(namesIn(join(staged.record.folder, "node_modules/@acme"))).toEqual(["part"]);
});

test("a module that cannot be read, or imports more of vm-plugin than the SDK, is refused", async () => {
  expect(await refused(module("acme.m", "export default {"))).toMatch(/^VMP_MODULE_FAILED: .*index\.ts:1: /);
  expect(await refused(module("acme.m", `import "vm-plugin/testing";`))).toMatch(/^VMP_MODULE_FAILED: .*nothing else/);
});

test("links, pipes, sockets, odd and reserved names are refused by name", async () => {
  const make = (name: string, special: (path: string) => void) => {
    const path = library("acme.x", "1.0.0");
    special(join(path, name));
    return path;
  };
  const refusals: [string, RegExp][] = [
    [make("link", (path) => symlinkSync("package.json", path)), /^VMP_PACKAGE_FILE_REFUSED: .*\/link .*it is a link/],
    [make("folder", (path) => symlinkSync("lib", path)), /^VMP_PACKAGE_FILE_REFUSED: .*\/folder .*it is a link/],
    [make("pipe", (path) => spawnSync("mkfifo", [path])), /^VMP_PACKAGE_FILE_REFUSED: .*\/pipe .*neither/],
    [make("a\nb", (path) => writeFileSync(path, "")), /^VMP_PACKAGE_FILE_REFUSED: .*not printable/],
    [make("a\\b", (path) => writeFileSync(path, "")), /^VMP_PACKAGE_FILE_REFUSED: .*backslash/],
    [make(".vm-plugin.files", (path) => writeFileSync(path, "")), /^VMP_PACKAGE_FILE_REFUSED: .*reserved/],
    [make("lib/.vm-plugin.mjs", (path) => writeFileSync(path, "")), /^VMP_PACKAGE_FILE_REFUSED: .*reserved/],
  ];
  for (const [path, reason] of refusals) expect(await refused(path)).toMatch(reason);
  const path = library("acme.x", "1.0.0");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(path, "s"), resolve));
  expect(await refused(path)).toMatch(/^VMP_PACKAGE_FILE_REFUSED: .*neither/);
  server.close();
});

test("a package that is too large, by bytes or by entries, is refused before it is copied", async () => {
  const large = library("acme.x", "1.0.0", {}, {}, { big: "" });
  truncateSync(join(large, "big"), 512 * 2 ** 20);
  expect(await refused(large)).toMatch(/^VMP_PACKAGE_TOO_LARGE: .*more than 536870912 bytes/);
  // On a file system in memory: making and removing so many takes a disk half a minute.
  const many = mkdtempSync("/dev/shm/vm-plugin-test-");
  onTestFinished(() => removeTree(many));
  cpSync(library("acme.x", "1.0.0"), many, { recursive: true });
  for (let index = 0; index < 20_000; index++) mkdirSync(join(many, `f${index}`));
  expect(await refused(many)).toMatch(/^VMP_PACKAGE_TOO_LARGE: .*more than 20000 files/);
});

test("a package that changes while it is copied is refused", async () => {
  const changes: ((path: string) => void)[] = [
    (path) => writeFileSync(join(path, "new"), ""),
    (path) => removeTree(join(path, "z")),
    (path) => writeFileSync(join(path, "a"), "other"),
    (path) => chmodSync(join(path, "a"), 0o755),
    (path) => writeFileSync(join(path, "z"), "longer"),
  ];
  for (const change of changes) {
    const home = freshHome();
    const path = library("acme.x", "1.0.0", {}, {}, { a: "first", z: "last" });
    let changed = false;
    const failure = await failureOf(() =>
      stage(home, path, facts, ({ step }) => {
        if (step === "copying" && !changed) change(path);
        changed ||= step === "copying";
      }),
    );
    expect(failure).toMatch(/^VMP_PACKAGE_(CHANGED|FILE_REFUSED): /);
    expect(namesIn(home.pluginsFolder)).toEqual([]);
  }
});

test("a package without a usable entry, tier, manifest or engine is refused by its own name", async () => {
  const cases: [string, string][] = [
    [library("acme.x", "1.0.0", { entry: { native: { "win32-x64": "lib/plugin.node" } } }), "VMP_PLUGIN_NO_ENTRY"],
    [
      library("acme.x", "1.0.0", { entry: { native: { [`${process.platform}-${process.arch}`]: "no" } } }),
      "VMP_NATIVE_LIBRARY_NOT_FOUND",
    ],
    [library("acme.x", "1.0.0", { entry: { module: "no.ts" } }), "VMP_MODULE_NOT_FOUND"],
    [library("acme.x", "1.0.0", { entry: { module: "lib" } }), "VMP_MODULE_NOT_FOUND"],
    [library("acme.x", "1.0.0", { tiers: ["process"] }), "VMP_PLUGIN_TIER_REFUSED"],
    [library("acme.x", "1.0.0", { engines: { vm: ">=9", abi: "^1.0" } }), "VMP_PLUGIN_INCOMPATIBLE"],
    [library("../../x", "1.0.0"), "VMP_MANIFEST_INVALID_VALUE"],
    [library("x".repeat(200), "1.0.0"), "VMP_MANIFEST_INVALID_VALUE"],
    [folderWith({ "package.json": "{}" }), "VMP_MANIFEST_NOT_A_PLUGIN"],
    [folderWith({}), "VMP_MANIFEST_NOT_FOUND"],
    ["/nowhere/at/all", "VMP_PACKAGE_NOT_FOUND"],
    ["/dev/null", "VMP_PACKAGE_NOT_FOUND"],
  ];
  for (const [path, code] of cases) {
    const failure = await refused(path);
    expect(failure.slice(0, failure.indexOf(":"))).toBe(code);
    expect(failure).not.toContain("staging");
  }
});

test("an archive that is none, or is a bad plugin's, is refused and leaves nothing", async () => {
  const file = join(folderWith({ "plugin.tgz": "not gzip at all" }), "plugin.tgz");
  expect(await refused(file)).toMatch(/^VMP_ARCHIVE_/);
  expect(await refused(packed(folderWith({ "package.json": manifest("../x", "1.0.0") })))).toMatch(
    /^VMP_MANIFEST_INVALID_VALUE: .*plugin\.tgz/,
  );
});

test("who waits is told what is done", async () => {
  const heard: string[] = [];
  using staged = await stage(freshHome(), library("acme.x", "1.0.0"), facts, ({ step, done, total }) =>
    heard.push(`${step} ${done}/${total}`),
  );
  expect(staged.version).toBe("1.0.0");
  expect(heard).toEqual(["checking 0/1", "copying 1/2", "copying 2/2", "hashing 0/1"]);
});

test("a home that cannot be used is not filled", async () => {
  const home = freshHome();
  writeFileSync(home.path, "a file");
  expect((await errorOf(() => stage(home, library("acme.x", "1.0.0"), facts))).code).toBe("VMP_HOME_UNUSABLE");
});
