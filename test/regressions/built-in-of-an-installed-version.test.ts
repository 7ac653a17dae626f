/**
 * A package of vm-plugin whose built-in plugin has caught up with the version that a user had installed above it: no host of that
 * home could be opened any more, and the plugin could not be uninstalled either, since two plugins had one id and version.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MemoryStore } from "../../src/config/memory-store.ts";
import { readBuiltins } from "../../src/host/builtins/builtins.ts";
import { install } from "../../src/host/home/install.ts";
import { recordsOf } from "../../src/host/home/records.ts";
import { readState } from "../../src/host/home/state.ts";
import { uninstall } from "../../src/host/home/uninstall.ts";
import { PluginManager } from "../../src/host/plugin-manager.ts";
import { nativePlugins } from "../../src/native.ts";
import { packageRoot } from "../../src/package-root.ts";
import { builtin, context, freshHome, library } from "../home/support.ts";
import { folder } from "../support/folder.ts";

/** The package as it will be, with one more built-in plugin. */
async function laterPackage(id: string, version: string): Promise<string> {
  const root = folder();
  mkdirSync(join(root, "dist"));
  const index = JSON.parse(readFileSync(join(packageRoot(), "dist/builtins.json"), "utf8"));
  const { manifest } = await builtin(id, version);
  index.plugins.push({ manifest, folder: "plugins/later", files: {} });
  writeFileSync(join(root, "dist/builtins.json"), JSON.stringify(index));
  cpSync(join(packageRoot(), "package.json"), join(root, "package.json"));
  return root;
}

test("the built-in is used, the installed one is told of and can be uninstalled", async () => {
  const home = freshHome();
  const store = new MemoryStore();
  await install(home, library("acme.x", "1.5.0"), { ...context, store });
  const root = await laterPackage("acme.x", "1.5.0");

  const warnings: string[] = [];
  await using manager = await PluginManager.open({
    packageRoot: root,
    home: home.path,
    native: nativePlugins,
    follow: false,
    log: (_level, _source, message) => void warnings.push(message),
  });
  expect(manager.get("acme.x").source).toBe("builtin");
  expect(warnings.join()).toContain("version 1.5.0 is built in");

  const { facts, records: others } = readBuiltins(root);
  const { records, problems } = await recordsOf(home, readState(home), { facts, others });
  expect(records).toEqual([]);
  expect(problems.map(({ code, values }) => [code, values.id])).toEqual([["VMP_PLUGIN_SHADOWED", "acme.x"]]);
  expect(await uninstall(home, "acme.x", { facts, others, store })).toEqual(["acme.x"]);
});
