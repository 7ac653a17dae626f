import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "../support/folder.ts";
import { pluginPackage, testHome } from "./plugin-package.ts";
import { guest, main } from "./vm-plugin.ts";

/** The packages of which something was loaded: the coverage report names every module. */
function packagesOf(words: readonly string[], environment: NodeJS.ProcessEnv): string[] {
  const reports = folder();
  const env = { ...environment, NODE_V8_COVERAGE: reports };
  expect(spawnSync(process.execPath, [main, ...words], { env }).status).toBe(0);
  const [report] = readdirSync(reports);
  const { result } = JSON.parse(readFileSync(join(reports, report ?? ""), "utf8")) as { result: { url: string }[] };
  return [...new Set(result.flatMap(({ url }) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []))];
}

test("run loads no schema, YAML, XML, bundler or command-line library", () => {
  expect(packagesOf(["run", guest("hello")], testHome().environment)).toEqual(["node-gyp-build"]);
});

test("list loads no library at all, with installed plugins too", () => {
  const home = testHome();
  home.run("install", pluginPackage());
  // The first one fills the cache of manifests.
  home.run("list");
  expect(packagesOf(["list"], home.environment)).toEqual([]);
});
