import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describe as describeError } from "../../src/errors.ts";
import { type Discovered, discover, discoverFolders, type Place } from "../../src/host/discovery/discover.ts";
import { archiveOf, file } from "./archive-writer.ts";
import { folderWith, type ManifestParts, packageJson } from "./support.ts";

const facts = { vm: "0.1.0", abi: "1.0", contracts: {} };
const find = (...places: Place[]) => discover(places, facts);
const ids = ({ records }: Discovered) => records.map(({ manifest }) => manifest.id);
const problems = (found: Discovered) => found.problems.map(describeError);
const manifest = (id: string, npm: ManifestParts = {}) => packageJson({ id }, npm);
const keyword = { keywords: ["vm-plugin"] };

test("a package, a folder of packages, a node_modules and an archive are read, in the order in which they are given", async () => {
  const one = folderWith({ "package.json": manifest("acme.one") });
  const many = folderWith({
    "b/package.json": manifest("acme.b"),
    "a/package.json": manifest("acme.a"),
    "@acme/c/package.json": manifest("acme.c"),
  });
  const modules = folderWith({ "node_modules/@acme/d/package.json": manifest("acme.d", keyword) });
  const archive = join(folderWith({}), "e.tgz");
  writeFileSync(archive, archiveOf([file("package/package.json", manifest("acme.e"))]));
  const found = await find(
    { kind: "node_modules", path: join(modules, "node_modules") },
    { kind: "folder", path: many },
    { kind: "package", path: one },
    { kind: "archive", path: archive },
  );
  expect(problems(found)).toEqual([]);
  expect(ids(found)).toEqual(["acme.d", "acme.c", "acme.a", "acme.b", "acme.one"]);
  expect(found.records.at(-1)?.folder).toBe(one);
  expect(found.archives).toMatchObject([{ path: archive, manifest: { id: "acme.e" } }]);
});

test("a folder of packages passes over what is no plugin and hidden folders, and follows links", async () => {
  const elsewhere = folderWith({ "package.json": manifest("acme.linked") });
  const many = folderWith({
    "ordinary/package.json": '{"name": "x", "version": "1.0.0"}',
    "empty/readme": "",
    ".hidden/package.json": manifest("acme.hidden"),
    file: "",
  });
  symlinkSync(elsewhere, join(many, "linked"));
  symlinkSync("itself", join(many, "itself"));
  symlinkSync("file", join(many, "to-a-file"));
  const found = await find({ kind: "folder", path: many });
  expect(problems(found)).toEqual([]);
  expect(found.records).toMatchObject([{ folder: join(many, "linked"), manifest: { id: "acme.linked" } }]);
});

test("of a node_modules only packages with the keyword vm-plugin are taken", async () => {
  const modules = folderWith({
    "other/package.json": manifest("acme.other", { keywords: ["plugin"] }),
    "odd/package.json": manifest("acme.odd", { keywords: "vm-plugin" }),
    "damaged/package.json": '{"name": "damaged",}',
    "plugin/package.json": manifest("acme.plugin", keyword),
    "liar/package.json": JSON.stringify({ name: "liar", version: "1.0.0", ...keyword }),
    "mistyped/package.json": packageJson({ id: "acme.mistyped", tier: [] }, keyword),
    "comma/package.json": manifest("acme.comma", keyword).replace(/\}$/, ",}"),
  });
  const found = await find({ kind: "node_modules", path: modules });
  expect(ids(found)).toEqual(["acme.plugin"]);
  expect(problems(found)).toEqual([
    expect.stringMatching(/^VMP_MANIFEST_NOT_JSON: .*comma/),
    expect.stringMatching(/^VMP_MANIFEST_NOT_A_PLUGIN: .*liar/),
    expect.stringMatching(/^VMP_MANIFEST_UNKNOWN_KEY: .*mistyped.*Did you mean "tiers"/),
  ]);
});

test("one bad manifest, archive or place hides none of the others", async () => {
  const many = folderWith({
    "a/package.json": "{",
    "b/package.json": packageJson({ id: "Bad", tiers: [] }),
    "c/package.json": packageJson({ engines: { vm: "^9.0.0" } }),
    "d/package.json/file": "",
    "e/package.json": manifest("acme.e"),
  });
  writeFileSync(join(many, "x.tgz"), "no archive");
  const found = await find(
    { kind: "folder", path: join(many, "none") },
    { kind: "archive", path: join(many, "x.tgz") },
    { kind: "package", path: join(many, "none") },
    { kind: "folder", path: many },
  );
  expect(ids(found)).toEqual(["acme.e"]);
  expect(found.problems.map(({ code }) => code)).toEqual([
    "VMP_PLUGIN_FOLDER_NOT_FOUND",
    "VMP_ARCHIVE_MALFORMED",
    "VMP_PLUGIN_FOLDER_NOT_FOUND",
    "VMP_MANIFEST_NOT_JSON",
    "VMP_MANIFEST_INVALID_VALUE",
    "VMP_MANIFEST_INVALID_VALUE",
    "VMP_PLUGIN_INCOMPATIBLE",
    "VMP_MANIFEST_UNREADABLE",
  ]);
});

test("an ordinary package that is given as a plugin is refused", async () => {
  const folder = folderWith({ "package.json": '{"name": "x", "version": "1.0.0"}' });
  expect(problems(await find({ kind: "package", path: folder }))).toEqual([
    expect.stringMatching(/^VMP_MANIFEST_NOT_A_PLUGIN: /),
  ]);
});

test("a folder that is given twice, or lies in a folder that is given, is taken once", async () => {
  const many = folderWith({ "a/package.json": manifest("acme.a") });
  const a = join(many, "a");
  const found = await find({ kind: "package", path: a }, { kind: "folder", path: many }, { kind: "package", path: a });
  expect(ids(found)).toEqual(["acme.a"]);
});

test("a package and the links to it, as npm link and workspaces make them, are one plugin", async () => {
  const workspace = folderWith({ "tool/package.json": manifest("acme.tool", keyword) });
  const modules = folderWith({ "@acme/other/readme": "" });
  symlinkSync(join(workspace, "tool"), join(modules, "tool"));
  symlinkSync(join(workspace, "tool"), join(modules, "@acme/tool"));
  const found = await find({ kind: "node_modules", path: modules }, { kind: "folder", path: workspace });
  expect(problems(found)).toEqual([]);
  expect(found.records.map(({ folder }) => folder)).toEqual([join(modules, "@acme/tool")]);
});

test("what one place passes over is taken from another", async () => {
  const workspace = folderWith({ "tool/package.json": manifest("acme.tool") });
  const modules = folderWith({});
  symlinkSync(join(workspace, "tool"), join(modules, "tool"));
  for (const place of [workspace, modules]) {
    const found = await find({ kind: "node_modules", path: place }, { kind: "folder", path: workspace });
    expect(ids(found)).toEqual(["acme.tool"]);
  }
});

test("a place that cannot be listed is a problem", async () => {
  const found = await find({ kind: "folder", path: join(folderWith({}), "x".repeat(300)) });
  expect(problems(found)).toEqual([expect.stringMatching(/^VMP_PLUGIN_FOLDER_UNREADABLE: .*ENAMETOOLONG/)]);
});

test("reading plugins runs none of their code", async () => {
  const code = "globalThis.ran = true; throw new Error('ran');";
  const many = folderWith({
    "a/package.json": packageJson(
      { entry: { module: "./index.js" } },
      { main: "./index.js", scripts: { install: "false" } },
    ),
    "a/index.js": code,
  });
  expect(ids(await find({ kind: "folder", path: many }))).toEqual(["acme.console"]);
  expect(globalThis).not.toHaveProperty("ran");
});

test("installed folders keep what was written down about them", async () => {
  const folder = folderWith({ "package.json": manifest("acme.a") });
  const installed = { hash: "ab".repeat(32), files: { "package.json": "cd".repeat(32) } };
  const { records } = await discoverFolders([{ folder, installed }], facts);
  expect(records).toMatchObject([{ folder, installed, manifest: { id: "acme.a" } }]);
});

test("a manifest that is replaced by another file is read anew", async () => {
  const folder = folderWith({ "package.json": manifest("acme.a"), "other.json": manifest("acme.b") });
  const cache = join(folderWith({}), "cache");
  expect(ids(await discoverFolders([{ folder }], facts, { cache }))).toEqual(["acme.a"]);
  renameSync(join(folder, "other.json"), join(folder, "package.json"));
  expect(ids(await discoverFolders([{ folder }], facts, { cache }))).toEqual(["acme.b"]);
  expect(readFileSync(cache, "latin1")).not.toContain("acme.a");
});

test("an entry that leads out of its folder is refused with a cache as without, every time", async () => {
  const outside = folderWith({ "index.ts": "" });
  const folder = folderWith({ "package.json": packageJson({ entry: { module: "lib/index.ts" } }) });
  mkdirSync(join(folder, "src"));
  symlinkSync(outside, join(folder, "lib"));
  const cache = join(folderWith({}), "cache");
  for (let time = 0; time < 3; time++) {
    const found = await discoverFolders([{ folder }], facts, { cache });
    expect(found.problems.map(({ code }) => code)).toEqual(["VMP_MANIFEST_PATH_ESCAPE"]);
  }
});
