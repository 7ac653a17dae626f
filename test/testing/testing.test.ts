import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { platform } from "../../src/host/manifest/manifest.ts";
import { packageRoot } from "../../src/package-root.ts";
import { conformanceChecks, TestHost } from "../../src/testing/index.ts";
import { failureOf, folderWith, type ManifestParts, packageJson } from "../host/support.ts";
import { buildNativeTests } from "../native/build-native-tests.ts";

const root = packageRoot();

function pluginWith(definition: string, parts: ManifestParts = {}): string {
  return folderWith({
    "package.json": packageJson({ engines: { vm: "*" }, ...parts }),
    "index.ts": `import { definePlugin } from "vm-plugin/sdk";\nexport default definePlugin(${definition} as any);`,
  });
}

const logger = (body = "log() {}", more = "") =>
  pluginWith(`{ points: { "debug.logger": { console: { create: () => ({ ${body} }) } } }, ${more} }`);

async function failures(folder: string, options = {}): Promise<string[]> {
  const failed: string[] = [];
  for (const check of conformanceChecks(folder, options))
    await check.run().catch((error: Error) => failed.push(`${check.name}: ${error.message}`));
  return failed;
}

describe("the built-in plugins conform", () => {
  const folders = readdirSync(join(root, "plugins")).filter((name) =>
    existsSync(join(root, "plugins", name, "package.json")),
  );
  test.each(folders)("%s", async (name) => {
    expect(await failures(join(root, "plugins", name), { builtins: false })).toEqual([]);
  });
});

test("a plugin that does what it must passes every check, each of which has a name", async () => {
  const folder = logger(
    "log() {}",
    `healthCheck: () => ({ status: "healthy", message: "" }),
    exportState: () => new Uint8Array([1]), importState: (version, state) => { if (version !== 0 || state[0] !== 1) throw new Error("other state"); }`,
  );
  expect(await failures(folder)).toEqual([]);
  expect(conformanceChecks(folder).map((check) => check.name)).toContain(
    "it makes debug.logger console, twice at a time",
  );
});

test.each([
  ["a manifest with a fault", pluginWithFault, /^its manifest is valid: .*vmPlugin\.extra/],
  [
    "a start that works only once",
    () =>
      pluginWith(
        `(() => { let n = 0; return { start() { if (n++) throw new Error("again"); }, points: ${points} }; })()`,
      ),
    /^it loads and runs.*again/,
  ],
  [
    "a disable that throws",
    () => logger("log() {}", `disable() { throw new Error("never"); }`),
    /^it can be disabled.*never/,
  ],
  [
    "bad health",
    () => logger("log() {}", `healthCheck: () => ({ status: "unhealthy", message: "fever" })`),
    /^it tells its health.*fever/,
  ],
  [
    "state that it does not take itself",
    () => logger("log() {}", `exportState: () => new Uint8Array(1), importState() { throw new Error("whose"); }`),
    /^its exported state.*whose/,
  ],
  ["an implementation without a method", () => logger("flush() {}"), /^it makes debug\.logger console.*no method log/],
])("a plugin with %s fails the check that looks for it", async (_, make, words) => {
  const failed = await failures(make());
  expect(failed.join("\n")).toMatch(words);
});

const points = `{ "debug.logger": { console: { create: () => ({ log() {} }) } } }`;

function pluginWithFault(): string {
  return pluginWith("{}", { extra: 1 });
}

test("a test makes an instance by its point, with its type, and reads what plugins logged", async () => {
  const folder = pluginWith(
    `{ points: { "debug.logger": { console: { create: ({ log }) => ({ log: (r) => log.warn(r.message) }) } } } }`,
  );
  await using kit = await TestHost.open({ plugins: [folder], builtins: false });
  const { implementation } = await kit.create("debug.logger");
  implementation.log({ level: "info", nanoseconds: 1n, source: "test", message: "hello" });
  expect(kit.log).toEqual([{ level: "warn", source: "acme.console", message: "hello" }]);
  expect(await failureOf(() => kit.create("device.virtual"))).toMatch(/^VMP_NO_IMPLEMENTATION: /);
});

describe("a native device", () => {
  const folder = () =>
    folderWith({
      "package.json": packageJson({
        id: "acme.many",
        engines: { vm: "*", abi: "*" },
        entry: { native: { [platform]: "many.node" } },
        provides: [{ point: "device.virtual", name: "many", contract: "1.0" }],
      }),
      "many.node": readFileSync(join(buildNativeTests().plugins, "many_regions.node")),
    });

  test("is called like one in TypeScript, until it is closed", async () => {
    await using kit = await TestHost.open({ plugins: [folder()], builtins: false });
    const instance = await kit.create("device.virtual");
    expect(instance).toMatchObject({ plugin: "acme.many", point: "device.virtual", name: "many" });
    expect(instance.implementation.read(7, 0, 1)).toBe(7n);
    await instance.close();
    await instance.close();
    expect(await failureOf(() => instance.implementation.read(7, 0, 1))).toMatch(/^VMP_REVOKED: /);
  });

  test("that a test left open does not keep its host from being closed", async () => {
    const kit = await TestHost.open({ plugins: [folder()], builtins: false });
    const { implementation } = await kit.create("device.virtual");
    await kit.close();
    expect(kit.host.get("acme.many").state).toBe("unloaded");
    expect(await failureOf(() => implementation.read(7, 0, 1))).toMatch(/^VMP_REVOKED: /);
  });
});

test("an instance that only native code can call is refused by name", async () => {
  await using kit = await TestHost.open({ plugins: [] });
  const engine = kit.host.choose("arch.simulator");
  expect(await failureOf(() => kit.host.createInstance(engine))).toMatch(
    /^VMP_INSTANCE_FAILED: .*arch\.simulator.*only native code can call it/,
  );
});
