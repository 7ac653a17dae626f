/** The guest's file system: nothing outside the root can be reached, and a read-only one cannot be changed. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { VmPluginError } from "../../../src/errors.ts";
import { Machine, type MachineOptions } from "../../../src/machine/machine.ts";
import { folder } from "../../support/folder.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run } from "./support/guests.ts";

const skip = missing(crossCompiler);
const create = (options: Omit<MachineOptions, "architecture">) =>
  Machine.create({ architecture: "riscv64", memory: "32M", ...options });

/** A root beside a folder that holds a secret, and links from the one to the other. */
function beside(program: string) {
  const base = folder();
  const root = join(base, "root");
  const outside = join(base, "outside");
  mkdirSync(join(root, "deep/er"), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(outside, "secret"), "TOP SECRET", { mode: 0o644 });
  symlinkSync("/", join(outside, "link"));
  symlinkSync(outside, join(root, "evil"));
  symlinkSync("../../..", join(root, "up"));
  copyFileSync(program, join(root, "program"));
  return { root, outside };
}

function facts(path: string) {
  const of = (name: string) => {
    const { mode, size, mtimeMs, ctimeMs, nlink } = statSync(join(path, name));
    return { name, mode, size, mtimeMs, ctimeMs, nlink };
  };
  return [of("."), ...readdirSync(path).sort().map(of)];
}

describe.skipIf(skip)("what lies outside the root", () => {
  test("is not reached by .., links, descriptors, /proc, renames or hard links, and is not changed", async () => {
    const { root, outside } = beside(build("escape"));
    const before = facts(outside);
    await using machine = await create({ root });
    const { stdout, status } = await run(machine, "/program", [outside], { stdin: openSync(outside, "r") });
    expect(status).toBe(0);
    expect(stdout).not.toContain("SECRET");
    expect(stdout).not.toContain("opened");
    expect(stdout).not.toContain("stat sees");
    expect(facts(outside)).toEqual(before);
    // What it made "outside" with .. lies below the root.
    expect(readdirSync(root)).toEqual(expect.arrayContaining(["new", "folder"]));
    expect(readdirSync(root)).not.toContain("stolen");
    const succeeded = stdout
      .split("\n")
      .filter((line) => / = (?!-1)\d+ \(fine\)$/.test(line) && !line.endsWith("= 0 (fine)"));
    expect(succeeded.map((line) => line.replace(/^\d+: /, ""))).toEqual([
      'open("../new", O_CREAT | O_EXCL | O_WRONLY, 0600) = 4 (fine)',
    ]);
  });

  test("does not get the mode of a folder that a guest makes while another puts a link in its place", async () => {
    const { root, outside } = beside(build("race"));
    symlinkSync(outside, join(root, "y"));
    chmodSync(outside, 0o700);
    await using machine = await create({ root });
    await Promise.all(["make", "swap"].map((role) => run(machine, "/program", [role, "20000"])));
    expect(statSync(outside).mode & 0o7777).toBe(0o700);
  });

  test("is not reached when the root is the host's own: its /proc, /sys and /dev", async () => {
    const base = folder();
    copyFileSync(build("look"), join(base, "program"));
    for (const name of ["proc", "sys", "dev"]) symlinkSync(`/${name}`, join(base, name));
    await using machine = await create({ root: "/" });
    const paths = ["/proc/1/environ", `${base}/proc/1/environ`, "/proc/1/root/etc", "/proc/kmsg"];
    paths.push("/sys/kernel", `${base}/sys/kernel`, `${base}/dev/kmsg`, `${base}/dev/shm/../zero`, "/dev/mem");
    const { stdout } = await run(
      machine,
      join(base, "program"),
      paths.flatMap((path) => ["read", path, "stat", path]),
    );
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(2 * paths.length);
    for (const line of lines) {
      expect(line).toMatch(/: (No such file or directory|Permission denied|Too many levels of symbolic links)$/);
    }
  });

  test("is not named by a descriptor's link", async () => {
    const { root, outside } = beside(build("look"));
    await using machine = await create({ root });
    const stdin = openSync(join(outside, "secret"), "r");
    const { stdout } = await run(machine, "/program", ["link", "/proc/self/fd/0", "link", "/proc/self/exe"], { stdin });
    expect(stdout).toMatch(/^link \/proc\/self\/fd\/0: file:\[\d+\]\nlink \/proc\/self\/exe: \/program\n$/);
  });
});

describe.skipIf(skip)("what lies outside the root, while links and folders change places", () => {
  test("is not reached", async () => {
    const { root, outside } = beside(build("swap"));
    const before = facts(outside);
    await using machine = await create({ root });
    const { stdout, status } = await run(machine, "/program", ["3000", outside]);
    expect(stdout).toBe("secrets: 0\n");
    expect(status).toBe(0);
    expect(facts(outside)).toEqual(before);
  });
});

describe.skipIf(skip)("a root", () => {
  test("that is read-only cannot be changed", async () => {
    const { root } = beside(build("look"));
    writeFileSync(join(root, "file"), "text");
    const before = facts(join(root, "deep"));
    await using machine = await create({ root, readOnly: true });
    const verbs = ["write", "truncate", "make", "remove", "rename", "chmod", "touch", "writable", "touch-here"];
    const { stdout } = await run(machine, "/program", [
      ...verbs.flatMap((verb) => [verb, "/file"]),
      ...["folder", "/new", "make", "/deep/new", "read", "/file", "make", "/dev/null"],
      ...["touch-folder", "/deep", "touch-folder", "/proc/self/cwd", "touch-folder", "/"],
    ]);
    const there = await run(machine, "/program", ["touch-here", "."], { cwd: "/deep" });
    expect(there.stdout).toBe("touch-here .: Read-only file system\n");
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(": ")[1]),
    ).toEqual([
      ...verbs.map(() => "Read-only file system"),
      "Read-only file system",
      "Read-only file system",
      "0x74",
      "fine",
      ...Array(3).fill("Read-only file system"),
    ]);
    expect(facts(join(root, "deep"))).toEqual(before);
    expect(statSync(join(root, "file")).size).toBe(4);
  });

  test("that is the host's own has files that can be made, written and emptied, but no devices", async () => {
    const base = folder();
    copyFileSync(build("look"), join(base, "program"));
    symlinkSync("/dev/zero", join(base, "zero"));
    symlinkSync("/dev/kmsg", join(base, "log"));
    await using machine = await create({ root: "/" });
    const file = join(base, "file");
    const { stdout } = await run(machine, join(base, "program"), [
      ...["make-new", file, "make-new", file, "make", file, "write", file, "empty", file, "make", base],
      ...["read", join(base, "zero"), "write", join(base, "log"), "make", join(base, "log")],
    ]);
    const results = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(": ")[1]);
    expect(results.slice(0, 7)).toEqual(["fine", "File exists", "fine", "fine", "fine", "Is a directory", "0x00"]);
    for (const result of results.slice(7))
      expect(result).toMatch(/^(No such file or directory|Read-only file system)$/);
  });

  test("has links and relative paths that lead to what is synthesized", async () => {
    const { root } = beside(build("look"));
    symlinkSync("/dev/null", join(root, "null"));
    symlinkSync("../proc/self/mounts", join(root, "deep/mounts"));
    symlinkSync("deep/mounts", join(root, "mounts"));
    symlinkSync("/proc/self", join(root, "deep/self"));
    symlinkSync("loop", join(root, "loop"));
    await using machine = await create({ root });
    const { stdout } = await run(
      machine,
      "/program",
      [
        ...["read", "../../null", "make", "/null", "stat", "/null", "read", "/mounts", "read", "../mounts"],
        ...["read", "../../dev/null", "write", "../../dev/null", "enter", "/deep/self", "read", "comm"],
        ...["read", "/dev/null/", "stat", "/dev/null/", "read", "/loop", "link", "/null"],
      ],
      { cwd: "/deep/er" },
    );
    expect(stdout.trimEnd().split("\n")).toEqual([
      ...["read ../../null: nothing", "make /null: fine", "stat /null: fine", "read /mounts: 0x72"],
      ...["read ../mounts: 0x72", "read ../../dev/null: nothing", "write ../../dev/null: fine"],
      ...["enter /deep/self: fine", "read comm: 0x70", "read /dev/null/: Not a directory"],
      ...["stat /dev/null/: Not a directory", "read /loop: Too many levels of symbolic links", "link /null: /dev/null"],
    ]);
  });

  test("has a FIFO that opens for reading when it has a writer, whether that writes or not", async () => {
    const { root } = beside(build("look"));
    const fifo = join(root, "fifo");
    expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
    await using machine = await create({ root });
    let opened = false;
    const reader = run(machine, "/program", ["open", "/fifo"]).then((result) => {
      opened = true;
      return result;
    });
    await setTimeout(100);
    expect(opened).toBe(false);
    const writer = openSync(fifo, "r+");
    expect((await reader).stdout).toBe("open /fifo: fine\n");
    closeSync(writer);
  });

  test("is the working directory, or a folder below it is", async () => {
    const { root } = beside(build("look"));
    await using machine = await create({ root });
    const at = async (cwd?: string) =>
      (await run(machine, "/program", ["cwd", "."], cwd === undefined ? {} : { cwd })).stdout;
    expect(await at()).toBe("cwd .: /\n");
    expect(await at("/deep/er")).toBe("cwd .: /deep/er\n");
    expect(await at("/deep/../up/deep")).toBe("cwd .: /deep\n");
    await expect(at("/nowhere")).rejects.toMatchObject({ code: "linux/WORKING_DIRECTORY_NOT_FOUND" });
    await expect(at("/program")).rejects.toMatchObject({ code: "linux/WORKING_DIRECTORY_NOT_FOUND" });
  });

  test.each([
    ["ROOT_NOT_FOUND", (base: string) => join(base, "missing")],
    ["ROOT_NOT_A_DIRECTORY", (base: string) => join(base, "file")],
    ["ROOT_DENIED", () => "/proc"],
  ])("that cannot be one is refused: %s", async (code, pathOf) => {
    const base = folder();
    writeFileSync(join(base, "file"), "");
    const path = pathOf(base);
    const failure = await create({ root: path }).then(
      () => undefined,
      (error: VmPluginError) => error,
    );
    expect(failure?.code).toBe(`linux/${code}`);
    expect(failure?.message).toContain(path);
  });

  test("gives new files the mode that the guest's umask leaves, whatever the host's is", async () => {
    const { root } = beside(build("files"));
    mkdirSync(join(root, "work"));
    chmodSync(join(root, "work"), 0o777);
    await using machine = await create({ root });
    expect((await run(machine, "/program", ["work"])).status).toBe(0);
    expect(statSync(join(root, "work/open")).mode & 0o7777).toBe(0o777);
    expect(statSync(join(root, "work/everyone")).mode & 0o7777).toBe(0o666);
    expect(statSync(join(root, "work/pipe")).mode & 0o7777).toBe(0o666);
    expect(statSync(join(root, "work/plain")).mode & 0o7777).toBe(0o666);
  });
});
