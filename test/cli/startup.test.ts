import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { guest, root } from "./vm-plugin.ts";

test("run loads no schema, YAML, XML, bundler or command-line library", () => {
  const folder = mkdtempSync(join(tmpdir(), "vmp-"));
  // The coverage report names every module that was loaded.
  const { status } = spawnSync(process.execPath, [join(root, "dist/cli/main.cjs"), "run", guest("hello")], {
    env: { ...process.env, NODE_V8_COVERAGE: folder },
  });
  expect(status).toBe(0);
  const [report] = readdirSync(folder);
  const { result } = JSON.parse(readFileSync(join(folder, report ?? ""), "utf8")) as { result: { url: string }[] };
  const packages = result.flatMap(({ url }) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  expect([...new Set(packages)]).toEqual(["node-gyp-build"]);
});
