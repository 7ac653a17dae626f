/** The guest's own user, when the host's process is root. */
import { chmodSync, copyFileSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { folder } from "../../support/folder.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run } from "./support/guests.ts";

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log("user.test.ts is skipped: only root can take another user's place");
const skip = missing(crossCompiler) || !isRoot;

describe.skipIf(skip)("a guest of another user than root", () => {
  test("reads and makes files as that user", async () => {
    const root = folder();
    chmodSync(root, 0o755);
    copyFileSync(build("look"), join(root, "program"));
    mkdirSync(join(root, "open"), { mode: 0o777 });
    chmodSync(join(root, "open"), 0o1777);
    mkdirSync(join(root, "closed"), { mode: 0o700 });
    writeFileSync(join(root, "closed/file"), "x");
    writeFileSync(join(root, "secret"), "x", { mode: 0o600 });
    writeFileSync(join(root, "open/kept"), "x", { mode: 0o644 });
    const configuration = { linux: { user: 1000, group: 1001 } };
    await using machine = await Machine.create({ architecture: "riscv64", memory: "32M", root, configuration });
    const commands = [
      ...["read", "/secret", "writable", "/secret", "read", "/closed/file", "stat", "/closed/file", "enter", "/closed"],
      ...["make-new", "/open/file", "folder", "/open/folder", "fifo", "/open/fifo", "soft", "x>/open/link"],
      ...[
        "make-new",
        "/file",
        "write",
        "/open/kept",
        "remove",
        "/open/kept",
        "chmod",
        "/open/kept",
        "read",
        "/open/kept",
      ],
      ...["owner", "/open/file", "text", "/proc/self/fd/0", "write", "/dev/null", "chmod", "/open/file"],
    ];
    const { stdout } = await run(machine, "/program", commands);
    const denied = "Permission denied";
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(/^\S+ \S+: /, "")),
    ).toEqual([
      ...[denied, denied, denied, denied, denied, "fine", "fine", "fine", "fine"],
      ...[denied, denied, "Operation not permitted", "Operation not permitted", "0x78"],
      ...["1000 1001 100600", "", "fine", "fine"],
    ]);
    for (const name of ["file", "folder", "fifo"]) {
      const { uid, gid } = statSync(join(root, "open", name));
      expect([uid, gid]).toEqual([1000, 1001]);
    }
    // The host's own threads are root's still.
    writeFileSync(join(root, "closed/after"), "");
    expect(statSync(join(root, "closed/after")).uid).toBe(0);
  });
});
