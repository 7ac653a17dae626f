/** Every kind of path with every kind of call, compared with what the host's kernel answers in a chroot. */
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findProgram } from "../../../../bench/harness/toolchain.ts";
import { Machine } from "../../../../src/machine/machine.ts";
import { missing } from "../../../support/programs.ts";
import { build, run, twins } from "./guests.ts";
import { machineOptions, type Platform } from "./platform.ts";

/** Why the host cannot answer, said once; or false. */
export function cannotChroot({ compilers, emulator }: Platform): boolean {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) console.log("skipped: chroot needs root");
  return missing(compilers.c, "chroot", ...(emulator === undefined ? [] : [`${emulator}-static`])) !== false || !isRoot;
}

/** What the program prints with the folder as its root. */
function inChroot({ emulator }: Platform, root: string, args: readonly string[]): string {
  if (emulator !== undefined) copyFileSync(findProgram(`${emulator}-static`) ?? "", join(root, "emulator"));
  const words = emulator === undefined ? ["/program"] : ["/emulator", "/program"];
  const result = spawnSync("chroot", [root, ...words, ...args], {
    encoding: "utf8",
    timeout: 60_000,
    maxBuffer: 1 << 28,
  });
  if (result.status !== 0) throw new Error(`the program failed in a chroot: ${result.stderr}`);
  return result.stdout;
}

export function testPaths(title: string, platform: Platform, skip: boolean): void {
  describe.skipIf(skip)(title, () => {
    test.each(["absolute", "relative", "descriptor"])("%s", async (from) => {
      const program = build("paths", platform.compilers.c);
      const [ours, theirs] = twins(program);
      const expected = inChroot(platform, theirs, [from]).split("\n");
      if (platform.emulator !== undefined) copyFileSync(program, join(ours, "emulator"));
      await using machine = await Machine.create({ ...machineOptions(platform), memory: "64M", root: ours });
      const { stdout, status } = await run(machine, "/program", [from]);
      expect(status).toBe(0);
      const lines = stdout.split("\n");
      const wrong = expected.flatMap((line, index) =>
        line === lines[index] ? [] : [`${line} -- here: ${lines[index]}`],
      );
      expect(wrong.slice(0, 40)).toEqual([]);
      expect(lines).toHaveLength(expected.length);
      expect(lines.length).toBeGreaterThan(5000);
    });
  });
}
