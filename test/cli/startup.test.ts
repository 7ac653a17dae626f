import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "../support/folder.ts";
import { guest, root } from "./vm-plugin.ts";

test("run loads no schema, YAML, XML, bundler or command-line library", () => {
  const reports = folder();
  // The coverage report names every module that was loaded.
  const { status } = spawnSync(process.execPath, [join(root, "dist/cli/main.cjs"), "run", guest("hello")], {
    env: { ...process.env, NODE_V8_COVERAGE: reports },
  });
  expect(status).toBe(0);
  const [report] = readdirSync(reports);
  const { result } = JSON.parse(readFileSync(join(reports, report ?? ""), "utf8")) as { result: { url: string }[] };
  const packages = result.flatMap(({ url }) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  expect([...new Set(packages)]).toEqual(["node-gyp-build"]);
});
