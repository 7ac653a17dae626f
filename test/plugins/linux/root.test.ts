/** The guest's file system: nothing outside the root can be reached, and a read-only one cannot be changed. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { VmPluginError } from "../../../src/errors.ts";
import { Machine, type MachineOptions } from "../../../src/machine/machine.ts";
import { build, crossCompiler, folder, missing, run } from "./support/guests.ts";

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

  test("is not reached when the root is the host's own: its /proc, /sys and /dev", async () => {
    const base = folder();
    copyFileSync(build("look"), join(base, "program"));
    for (const name of ["proc", "sys", "dev"]) symlinkSync(`/${name}`, join(base, name));
    await using machine = await create({ root: "/" });
    const paths = [
      "/proc/1/environ",
      `${base}/proc/1/environ`,
      `${base}/proc/self/environ`,
      `${base}/proc/self/root/etc/passwd`,
    ];
    paths.push("/sys/kernel", `${base}/sys/kernel`, `${base}/dev/zero`, `${base}/dev/shm/../zero`);
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

describe.skipIf(skip)("a root", () => {
  test("that is read-only cannot be changed", async () => {
    const { root } = beside(build("look"));
    writeFileSync(join(root, "file"), "text");
    const before = facts(join(root, "deep"));
    await using machine = await create({ root, readOnly: true });
    const verbs = ["write", "truncate", "make", "remove", "rename", "chmod", "touch", "writable"];
    const { stdout } = await run(machine, "/program", [
      ...verbs.flatMap((verb) => [verb, "/file"]),
      ...["folder", "/new", "make", "/deep/new", "read", "/file", "make", "/dev/null"],
    ]);
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
    ]);
    expect(facts(join(root, "deep"))).toEqual(before);
    expect(statSync(join(root, "file")).size).toBe(4);
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
  });
});
