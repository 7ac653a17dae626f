import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { discoverFolder } from "../../src/host/discovery/folder.ts";
import { checkManifest } from "../../src/host/manifest/check.ts";
import { failureOf, folderWith, type ManifestParts, packageJson } from "./support.ts";

const host = { vm: "0.1.0", abi: "1.0", contracts: {} };

const discover = (parts: ManifestParts = {}, npm: ManifestParts = {}) =>
  discoverFolder(folderWith({ "package.json": packageJson(parts, npm) }), host);

const provides = (part: ManifestParts) => ({
  provides: [{ point: "debug.logger", name: "console", contract: "1.0", ...part }],
});

test("a manifest is read with its defaults, units as numbers and npm's own fields", async () => {
  const { manifest } = await discover(
    {
      requires: [{ plugin: "acme.base" }],
      limits: { memory: "64 MiB", cpuTime: "2 min", threads: 4 },
      permissions: [{ name: "network.connect", reason: "sends records to a collector" }],
      configuration: { type: "object", properties: { level: { type: "string" } } },
    },
    { author: { name: "Ada", email: "ada@example.org" }, description: "writes records", dependencies: { x: "1" } },
  );
  expect(manifest).toEqual({
    id: "acme.console",
    type: "debug",
    name: "acme-console",
    version: "1.2.3",
    description: "writes records",
    author: "Ada",
    engines: { vm: ">=0.1.0" },
    entry: { module: "./index.ts" },
    tiers: ["inline"],
    provides: [{ point: "debug.logger", name: "console", contract: "1.0", priority: 0 }],
    requires: [{ plugin: "acme.base", version: "*", optional: false }],
    activation: "lazy",
    permissions: [{ name: "network.connect", reason: "sends records to a collector" }],
    limits: { memory: 64 * 1024 * 1024, cpuTime: 120_000, threads: 4 },
    configuration: { type: "object", properties: { level: { type: "string" } } },
    stateVersion: 0,
  });
});

describe("a manifest is refused", () => {
  const cases: [what: string, parts: ManifestParts, code: string, words: RegExp][] = [
    ["with an unknown key", { provide: [] }, "UNKNOWN_KEY", /vmPlugin\.provide\. Fix: Did you mean "provides"\?/],
    [
      "with an unknown key inside",
      provides({ priorty: 3 }),
      "UNKNOWN_KEY",
      /provides\[0\]\.priorty\. Fix: Did you mean "priority"\?/,
    ],
    ["with a key of a far-off name", { zzzzzz: 1 }, "UNKNOWN_KEY", /zzzzzz\. Fix: Remove the key/],
    [
      "with a list where an object belongs",
      { engines: [] },
      "WRONG_TYPE",
      /vmPlugin\.engines must be an object, not a list/,
    ],
    [
      "with a string where a list belongs",
      { provides: "x" },
      "WRONG_TYPE",
      /vmPlugin\.provides must be a list, not a string/,
    ],
    [
      "with a fraction as priority",
      provides({ priority: 0.5 }),
      "WRONG_TYPE",
      /provides\[0\]\.priority must be an integer/,
    ],
    ["with a priority beyond the bound", provides({ priority: 1001 }), "INVALID_VALUE", /above 1000/],
    ["without an id", { id: undefined }, "MISSING_KEY", /vmPlugin\.id is missing/],
    ["without tiers", { tiers: undefined }, "MISSING_KEY", /vmPlugin\.tiers is missing/],
    ["with an id that is a path", { id: "../evil" }, "INVALID_VALUE", /vmPlugin\.id is not valid/],
    ["with an id in capitals", { id: "Acme" }, "INVALID_VALUE", /small letters/],
    ["with an endless id", { id: "a".repeat(101) }, "INVALID_VALUE", /longer than 100/],
    ["with a point without a group", provides({ point: "logger" }), "INVALID_VALUE", /"debug\.logger"/],
    ["with an unknown tier", { tiers: ["inlin"] }, "INVALID_VALUE", /Did you mean "inline"\?/],
    ["with a tier twice", { tiers: ["inline", "inline"] }, "INVALID_VALUE", /twice/],
    ["with a bad range of vm-plugin", { engines: { vm: "new" } }, "BAD_VERSION", /vmPlugin\.engines\.vm is "new"/],
    ["with a bad contract version", provides({ contract: "1" }), "BAD_VERSION", /contract is "1"/],
    [
      "with a bad range in requires",
      { requires: [{ plugin: "a", version: "1.2.3.4" }] },
      "BAD_VERSION",
      /requires\[0\]\.version/,
    ],
    ["that requires neither plugin nor point", { requires: [{}] }, "INVALID_VALUE", /either plugin or point/],
    ["that requires itself", { requires: [{ plugin: "acme.console" }] }, "INVALID_VALUE", /requires itself/],
    [
      "that provides a name twice",
      { provides: [...provides({}).provides, ...provides({}).provides] },
      "INVALID_VALUE",
      /stands twice/,
    ],
    ["without an entry", { entry: {} }, "INVALID_VALUE", /native, module or both/],
    [
      "with a native entry and no ABI range",
      { entry: { native: { "linux-x64": "a.node" } } },
      "INVALID_VALUE",
      /engines\.abi/,
    ],
    ["with an unknown platform", { entry: { native: { linux: "a.node" } } }, "INVALID_VALUE", /"linux-x64"/],
    ["with a size without a unit", { limits: { memory: "64" } }, "INVALID_VALUE", /"64 MiB"/],
    ["with an unknown unit", { limits: { cpuTime: "10 h" } }, "INVALID_VALUE", /"10 s"/],
    [
      "with a permission without a reason",
      { permissions: [{ name: "files.read" }] },
      "MISSING_KEY",
      /permissions\[0\]\.reason/,
    ],
    [
      "with an empty reason",
      { permissions: [{ name: "files.read", reason: " " }] },
      "INVALID_VALUE",
      /why it is needed/,
    ],
    ["with a device that is none", provides({ needs: { devices: ["/etc/passwd"] } }), "INVALID_VALUE", /"\/dev\/kvm"/],
    ["with a negative state version", { stateVersion: -1 }, "INVALID_VALUE", /stateVersion/],
    [
      "with a configuration that is no object schema",
      { configuration: { type: "string" } },
      "INVALID_VALUE",
      /configuration\.type/,
    ],
    [
      "with a configuration that is no JSON Schema",
      { configuration: { type: "object", properties: { level: { type: "strin" } } } },
      "INVALID_VALUE",
      /vmPlugin\.configuration\.properties\.level\.type/,
    ],
    [
      "with a number in its configuration that is none",
      { configuration: { type: "object", maxProperties: "@" } },
      "INVALID_VALUE",
      /vmPlugin\.configuration\.maxProperties/,
    ],
    ["with an endless range", { engines: { vm: `${" ".repeat(300)}*` } }, "INVALID_VALUE", /longer than 256/],
    ["with an absolute entry", { entry: { module: "/etc/index.ts" } }, "PATH_ESCAPE", /absolute/],
    ["with an entry above its folder", { entry: { module: "src/../../index.ts" } }, "PATH_ESCAPE", /\.\./],
    ["with a Windows path", { entry: { module: "C:\\index.ts" } }, "PATH_ESCAPE", /backslash/],
    ["with an address as entry", { entry: { module: "file:///etc/index.ts" } }, "PATH_ESCAPE", /absolute/],
    ["with an empty entry", { entry: { module: "" } }, "PATH_ESCAPE", /empty/],
    ["with a zero byte in its entry", { entry: { module: "a\0b" } }, "PATH_ESCAPE", /zero byte/],
  ];
  test.each(cases)("%s", async (_, parts, code, words) => {
    const failure = await failureOf(() => discover(parts));
    expect(failure).toMatch(new RegExp(`^VMP_MANIFEST_${code}: `));
    expect(failure).toMatch(words);
  });

  const npmCases: [what: string, npm: ManifestParts, code: string, words: RegExp][] = [
    ["with a version that is none", { version: "1.2" }, "BAD_VERSION", /version is "1\.2"/],
    ["without a version", { version: undefined }, "MISSING_KEY", /version is missing/],
    ["with an author of the wrong type", { author: 7 }, "WRONG_TYPE", /author/],
  ];
  test.each(npmCases)("%s", async (_, npm, code, words) => {
    const failure = await failureOf(() => discover({}, npm));
    expect(failure).toMatch(new RegExp(`^VMP_MANIFEST_${code}: `));
    expect(failure).toMatch(words);
  });

  const texts: [what: string, text: string | Uint8Array, code: string][] = [
    ["that is not JSON", "{ vmPlugin }", "NOT_JSON"],
    ["that is empty", "", "NOT_JSON"],
    ["with a trailing comma", '{"vmPlugin": {},}', "NOT_JSON"],
    ["with a byte order mark", `\ufeff${packageJson()}`, "NOT_UTF8"],
    ["in Latin-1", Buffer.from('{"name": "caf\xe9"}', "latin1"), "NOT_UTF8"],
    ["in UTF-16", Buffer.from(packageJson(), "utf16le"), "NOT_JSON"],
    ["that is a list", "[]", "NOT_A_PLUGIN"],
    ["that is null", "null", "NOT_A_PLUGIN"],
    ["of an ordinary package", '{"name": "x", "version": "1.0.0"}', "NOT_A_PLUGIN"],
    ["with a key twice", packageJson().replace('"id":', '"id":"acme.first","id":'), "DUPLICATE_KEY"],
    ["with vmPlugin twice", packageJson().replace('"vmPlugin":', '"vmPlugin":{},"vmPlugin":'), "DUPLICATE_KEY"],
    [
      "with a key twice, once escaped",
      packageJson().replace('"id":', '"\\u0069d":"acme.first","id":'),
      "DUPLICATE_KEY",
    ],
    ["with __proto__", packageJson().replace('"id":', '"__proto__":{"id":"evil"},"id":'), "FORBIDDEN_KEY"],
    [
      "with constructor in its configuration",
      packageJson({ configuration: { type: "object", constructor: {} } }),
      "FORBIDDEN_KEY",
    ],
    [
      "that nests without end",
      packageJson({ configuration: "@" }).replace('"@"', `${"[".repeat(5000)}${"]".repeat(5000)}`),
      "INVALID_VALUE",
    ],
    [
      "with a number that is too large",
      packageJson({ configuration: { type: "object", maxProperties: "@" } }).replace('"@"', "1e999"),
      "INVALID_VALUE",
    ],
    ["of a megabyte", packageJson({}, { description: "x".repeat(1 << 20) }), "TOO_LARGE"],
  ];
  test.each(texts)("%s", async (_, text, code) => {
    const failure = await failureOf(() => discoverFolder(folderWith({ "package.json": text }), host));
    expect(failure).toMatch(new RegExp(`^VMP_MANIFEST_${code}: `));
  });
});

test("the word constructor is a key like others outside of vmPlugin", async () => {
  const { manifest } = await discover({}, { dependencies: { constructor: "1.0.0" } });
  expect(manifest.id).toBe("acme.console");
});

test("every problem of a manifest is found, not only the first", () => {
  const { problems } = checkManifest("package.json", packageJson({ id: 1, tiers: [], extra: true }, { version: "x" }));
  expect(problems.map((problem) => problem.code).sort()).toEqual([
    "VMP_MANIFEST_BAD_VERSION",
    "VMP_MANIFEST_INVALID_VALUE",
    "VMP_MANIFEST_UNKNOWN_KEY",
    "VMP_MANIFEST_WRONG_TYPE",
  ]);
});

test("a folder that is missing, a file or without a manifest is refused", async () => {
  const folder = folderWith({ file: "" });
  expect(await failureOf(() => discoverFolder(join(folder, "none"), host))).toMatch(/^VMP_PLUGIN_FOLDER_NOT_FOUND: /);
  expect(await failureOf(() => discoverFolder(join(folder, "file"), host))).toMatch(/^VMP_PLUGIN_FOLDER_NOT_FOUND: /);
  expect(await failureOf(() => discoverFolder(folder, host))).toMatch(/^VMP_MANIFEST_NOT_FOUND: /);
});

test("a manifest that is a folder, a pipe or a link to elsewhere is refused and never waited for", async () => {
  const folder = folderWith({ "package.json/file": "" });
  expect(await failureOf(() => discoverFolder(folder, host))).toMatch(/^VMP_MANIFEST_UNREADABLE: .*not a file/);
  const pipe = folderWith({});
  execFileSync("mkfifo", [join(pipe, "package.json")]);
  expect(await failureOf(() => discoverFolder(pipe, host))).toMatch(/^VMP_MANIFEST_UNREADABLE: .*not a file/);
  const link = folderWith({});
  symlinkSync(join(folderWith({ "package.json": packageJson() }), "package.json"), join(link, "package.json"));
  expect(await failureOf(() => discoverFolder(link, host))).toMatch(/^VMP_MANIFEST_PATH_ESCAPE: /);
});

test("an entry that is a link out of the folder, or lies behind one, is refused", async () => {
  const outside = folderWith({ "index.ts": "" });
  const direct = folderWith({ "package.json": packageJson() });
  symlinkSync(join(outside, "index.ts"), join(direct, "index.ts"));
  expect(await failureOf(() => discoverFolder(direct, host))).toMatch(/^VMP_MANIFEST_PATH_ESCAPE: .*entry\.module/);
  const behind = folderWith({ "package.json": packageJson({ entry: { module: "lib/index.ts" } }) });
  symlinkSync(outside, join(behind, "lib"));
  expect(await failureOf(() => discoverFolder(behind, host))).toMatch(/^VMP_MANIFEST_PATH_ESCAPE: .*entry\.module/);
});

test("a link that stays inside the folder is followed, and so is one to the folder itself", async () => {
  const folder = folderWith({ "package.json": packageJson() });
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src/main.ts"), "");
  symlinkSync("src/main.ts", join(folder, "index.ts"));
  const alias = join(folderWith({}), "alias");
  symlinkSync(folder, alias);
  expect((await discoverFolder(alias, host)).folder).toBe(alias);
});

test("a plugin for another vm-plugin or another ABI is refused with both versions", async () => {
  expect(await failureOf(() => discover({ engines: { vm: "^2.0.0" } }))).toMatch(
    /^VMP_PLUGIN_INCOMPATIBLE: .*vm-plugin \^2\.0\.0, this is 0\.1\.0/,
  );
  const native = {
    engines: { vm: "*", abi: "^2.0" },
    entry: { native: { [`${process.platform}-${process.arch}`]: "a.node" } },
  };
  expect(await failureOf(() => discover(native))).toMatch(/^VMP_PLUGIN_INCOMPATIBLE: .*ABI \^2\.0, this is 1\.0/);
});

test("reading a manifest runs none of the plugin's code", async () => {
  const folder = folderWith({ "package.json": packageJson(), "index.ts": "globalThis.ran = true; throw 1;" });
  await discoverFolder(folder, host);
  expect(globalThis).not.toHaveProperty("ran");
});
