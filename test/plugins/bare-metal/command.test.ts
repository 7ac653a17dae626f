/** The README's example, as it stands there. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../../src/package-root.ts";
import { vmPlugin } from "../../cli/vm-plugin.ts";
import { folder } from "../../support/folder.ts";
import { cannotRun } from "./support/machine.ts";

const readme = readFileSync(join(packageRoot(), "README.md"), "utf8");
const [, source = "", compile = "", run = ""] =
  /\$ cat hello\.S\n([\s\S]*?)\n {4}\$ (gcc [^\n]*)\n {4}\$ npx vm-plugin ([^\n]*)\n/.exec(readme) ?? [];

test.skipIf(cannotRun)("an image is run by its name (needs /dev/kvm)", () => {
  const place = folder();
  writeFileSync(join(place, "hello.S"), `${source.replaceAll(/^ {4}/gm, "")}\n`);
  const compiled = spawnSync("sh", ["-c", compile], { cwd: place, encoding: "utf8" });
  expect(compiled).toMatchObject({ status: 0, stderr: "" });
  const words = run.split(" ").map((word) => (word === "hello.bin" ? join(place, word) : word));
  expect(vmPlugin(words)).toEqual({ status: 7, stdout: "hello\n", stderr: "" });
});

test("an image without an architecture is told apart from a program", () => {
  const path = join(folder(), "image.bin");
  writeFileSync(path, "no program");
  const { status, stderr } = vmPlugin(["run", "--personality", "bare-metal", path]);
  expect(status).toBe(126);
  expect(stderr).toContain("it is not an ELF file; give --architecture");
});

test("a configuration that cannot be read is refused", () => {
  const { status, stderr } = vmPlugin(["run", "--configure", "bare-metal", "image.bin"]);
  expect(status).toBe(125);
  expect(stderr).toContain("expected PLUGIN.KEY=VALUE");
});
