/** The command starts from code that was compiled when the package was built, and from nothing else that lies there. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "../support/folder.ts";
import { version } from "./compiled-before.ts";
import { main, root } from "./vm-plugin.ts";

/** A copy of as much of the package as tells its version. */
function copy() {
  const path = folder();
  const built = join(path, "dist/cli");
  mkdirSync(built, { recursive: true });
  copyFileSync(join(root, "package.json"), join(path, "package.json"));
  for (const name of ["main.cjs", "command.cjs", "command.cache"])
    copyFileSync(join(main, "..", name), join(built, name));
  return { main: join(built, "main.cjs"), command: join(built, "command.cjs"), cache: join(built, "command.cache") };
}

const { version: number } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const output = `vm-plugin ${number}\n`;
const before = { status: 0, signal: null, stdout: output, stderr: "compiled before\n" };
const now = { ...before, stderr: "compiled now\n" };

test("what was compiled at the build is used", () => {
  expect(version(copy().main)).toEqual(before);
});

test("a command that was changed without changing its length runs as it is", () => {
  const { main, command } = copy();
  const text = readFileSync(command, "utf8");
  const changed = text.replaceAll("`vm-plugin ${", "`VM-PLUGIN ${");
  expect(changed).not.toBe(text);
  writeFileSync(command, changed);
  expect(version(main)).toEqual({ ...now, stdout: output.replace("vm-plugin", "VM-PLUGIN") });
});

test("damaged, truncated, foreign and missing compiled code is not used", () => {
  const { main, command, cache } = copy();
  const whole = readFileSync(cache);
  const source = readFileSync(command).length;
  const contents: Buffer[] = [];
  for (let at = source + 64; at < whole.length; at += Math.floor((whole.length - source) / 8)) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ 0x55;
    contents.push(damaged);
  }
  const data = whole.subarray(source, source + (whole.length - source) / 2);
  const ends = [0, 1, source, source + 2, source + data.length, whole.length - 1, whole.length - 4096];
  contents.push(...ends.map((end) => whole.subarray(0, end)), data, Buffer.concat([data, data]));
  const results = contents.map((content) => {
    writeFileSync(cache, content);
    return version(main);
  });
  expect(results).toEqual(contents.map(() => now));
  rmSync(cache);
  expect(version(main)).toEqual(now);
});

test("another V8's flags make the command compile itself", () => {
  expect(version(copy().main, "--no-lazy")).toEqual(now);
});
