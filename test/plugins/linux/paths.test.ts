/** Every kind of path with every kind of call, compared with what the host's kernel answers to qemu-riscv64 in a chroot. */
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run, twins } from "./support/guests.ts";

const emulator = "qemu-riscv64-static";
const lacking = missing(crossCompiler, emulator, "chroot");
if (process.getuid?.() !== 0) console.log("paths.test.ts is skipped: chroot needs root");
const skip = lacking || process.getuid?.() !== 0;

/** What the program prints with the folder as its root. */
function inChroot(root: string, args: readonly string[]): string {
  const where = spawnSync("sh", ["-c", `command -v ${emulator}`], { encoding: "utf8" }).stdout.trim();
  copyFileSync(where, join(root, "emulator"));
  const result = spawnSync("chroot", [root, "/emulator", "/program", ...args], {
    encoding: "utf8",
    timeout: 60_000,
    maxBuffer: 1 << 28,
  });
  if (result.status !== 0) throw new Error(`${emulator} failed: ${result.stderr}`);
  return result.stdout;
}

describe.skipIf(skip)("each path means what it means to Linux", () => {
  test.each(["absolute", "relative", "descriptor"])(
    "%s",
    async (from) => {
      const [ours, theirs] = twins(build("paths"));
      const expected = inChroot(theirs, [from]).split("\n");
      copyFileSync(build("paths"), join(ours, "emulator"));
      await using machine = await Machine.create({ architecture: "riscv64", memory: "64M", root: ours });
      const { stdout, status } = await run(machine, "/program", [from]);
      expect(status).toBe(0);
      const lines = stdout.split("\n");
      const wrong = expected.flatMap((line, index) =>
        line === lines[index] ? [] : [`${line} -- here: ${lines[index]}`],
      );
      expect(wrong.slice(0, 40)).toEqual([]);
      expect(lines).toHaveLength(expected.length);
      expect(lines.length).toBeGreaterThan(5000);
    },
    120_000,
  );
});
