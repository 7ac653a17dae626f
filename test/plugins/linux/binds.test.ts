/** Folders and files of the host at paths of the guest's: --bind HOST:GUEST[:ro]. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { VmPluginError } from "../../../src/errors.ts";
import { Machine } from "../../../src/machine/machine.ts";
import { folder } from "../../support/folder.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run } from "./support/guests.ts";

const skip = missing(crossCompiler);

/** A root with the program, and beside it two folders and a file to bind. */
function places() {
  const base = folder();
  for (const path of ["root/deep/er", "root/etc", "one/inner", "two"]) mkdirSync(join(base, path), { recursive: true });
  copyFileSync(build("look"), join(base, "root/program"));
  writeFileSync(join(base, "root/etc/name"), "of the root");
  writeFileSync(join(base, "one/file"), "one");
  writeFileSync(join(base, "one/inner/file"), "inner");
  writeFileSync(join(base, "two/file"), "two");
  writeFileSync(join(base, "single"), "single");
  return { base, root: join(base, "root"), at: (path: string) => join(base, path) };
}

async function results(
  root: string | undefined,
  binds: readonly string[],
  commands: readonly (readonly [string, string])[],
  cwd?: string,
): Promise<string[]> {
  await using machine = await Machine.create({ architecture: "riscv64", memory: "32M", ...(root && { root }) });
  const { stdout, stderr } = await run(machine, root === undefined ? build("look") : "/program", commands.flat(), {
    binds,
    ...(cwd && { cwd }),
  });
  expect(stderr).toBe("");
  return stdout
    .trimEnd()
    .split("\n")
    .map((line, index) => line.slice(`${commands[index]?.join(" ")}: `.length));
}

describe.skipIf(skip)("a bind", () => {
  test("hides what the root has there, and is listed where the root has nothing", async () => {
    const { root, at } = places();
    const binds = [`${at("one")}:/deep`, `${at("two")}:/new/folder`, `${at("single")}:/etc/name`];
    expect(
      await results(root, binds, [
        ["text", "/deep/file"],
        ["text", "/deep/inner/file"],
        ["text", "/deep/er"],
        ["text", "/new/folder/file"],
        ["text", "/etc/name"],
        ["types", "/"],
        ["types", "/new"],
        ["types", "/new/folder"],
        ["types", "/etc"],
        ["enter", "/new/folder"],
        ["cwd", "."],
        ["text", "../../deep/file"],
        ["list", "../.."],
        ["enter", ".."],
        ["cwd", "."],
        ["text", "folder/../folder/file"],
        ["system", "/new"],
      ]),
    ).toEqual([
      ...["one", "inner", "No such file or directory", "two", "single"],
      ...["../4 ./4 deep/4 etc/4 new/4 program/8", "../4 ./4 folder/4", "../4 ./4 file/8", "../4 ./4 name/8"],
      ...["fine", "/new/folder", "one", ". .. deep etc new program", "fine", "/new", "two", "858458f6"],
    ]);
  });

  test("is written through to the host, unless it is read-only", async () => {
    const { root, at } = places();
    const binds = [`${at("one")}:/one`, `${at("two")}:/two:ro`, `${at("single")}:/single:ro`, `${at("one/file")}:/w`];
    expect(
      await results(root, binds, [
        ["make-new", "/one/new"],
        ["truncate", "/w"],
        ...["write", "truncate", "empty", "chmod", "touch", "writable"].flatMap(
          (verb) =>
            [
              [verb, "/two/file"],
              [verb, "/single"],
            ] as const,
        ),
        ["make", "/two/new"],
        ["make-new", "/two/new"],
        ["make-new", "/two/file"],
        ["folder", "/two/new"],
        ["folder", "/two/file"],
        ["remove", "/two/file"],
        ["move", "/two/file>/two/other"],
        ["hard", "/two/file>/two/other"],
        ["soft", "x>/two/other"],
        ["fifo", "/two/other"],
        ["text", "/two/file"],
        ["make", "/two/file"],
      ]),
    ).toEqual([
      ...["fine", "fine", ...Array(12).fill("Read-only file system"), ...Array(2).fill("Read-only file system")],
      ...["File exists", "Read-only file system", "File exists", ...Array(5).fill("Read-only file system"), "two"],
      "Read-only file system",
    ]);
    expect(readdirSync(at("two"))).toEqual(["file"]);
    expect(readFileSync(at("two/file"), "utf8")).toBe("two");
    expect(readFileSync(at("single"), "utf8")).toBe("single");
    expect(readFileSync(at("one/file"), "utf8")).toBe("");
    expect(existsSync(at("one/new"))).toBe(true);
  });

  test("is a file system of its own: no name is moved or linked into another, and its place stays", async () => {
    const { root, at } = places();
    const binds = [`${at("one")}:/one`, `${at("two")}:/deep/er/two`, `${at("single")}:/single`];
    expect(
      await results(root, binds, [
        ["move", "/one/file>/file"],
        ["move", "/etc/name>/one/name"],
        ["hard", "/one/file>/file"],
        ["move", "/one/file>/one/inner/moved"],
        ["move", "/one>/elsewhere"],
        ["unfold", "/deep/er/two"],
        ["remove", "/single"],
        ["move", "/deep>/shallow"],
        ["move", "/etc>/deep"],
        ["unfold", "/deep/er"],
        ["folder", "/one"],
        ["make-new", "/single"],
        ["soft", "x>/deep/er/two"],
      ]),
    ).toEqual([
      ...Array(3).fill("Invalid cross-device link"),
      "fine",
      ...Array(6).fill("Device or resource busy"),
      ...Array(3).fill("File exists"),
    ]);
  });

  test("lies in another, and a later one hides an earlier one", async () => {
    const { root, at } = places();
    const binds = [
      ...[`${at("one")}:/a`, `${at("two")}:/a/inner`, `${at("single")}:/a/file`],
      ...[`${at("one")}:/b/c`, `${at("two")}:/b`, `${at("two")}:/d`, `${at("one")}:/d`],
    ];
    expect(
      await results(root, binds, [
        ["text", "/a/file"],
        ["types", "/a"],
        ["text", "/a/inner/file"],
        ["text", "/a/inner/../inner/file"],
        ["list", "/b"],
        ["text", "/d/file"],
      ]),
    ).toEqual(["single", "../4 ./4 file/8 inner/4", "two", "two", ". .. file", "one"]);
  });

  test("goes where the links of the root lead; what it holds cannot link out of the guest's tree", async () => {
    const { root, at } = places();
    symlinkSync("/deep", join(root, "link"));
    symlinkSync("er", join(root, "deep/link"));
    symlinkSync(at("two"), at("one/outside"));
    symlinkSync("../../two", at("one/inner/up"));
    symlinkSync("/etc/name", at("one/absolute"));
    symlinkSync("../etc/name", at("one/relative"));
    expect(
      await results(
        root,
        [`${at("one")}:/link/link/new`],
        [
          ["text", "/deep/er/new/file"],
          ["text", "/link/link/new/file"],
          ["types", "/deep/er"],
          ["list", "/deep/er/new/outside"],
          ["list", "/deep/er/new/inner/up"],
          ["text", "/deep/er/new/absolute"],
          ["text", "/deep/er/new/relative"],
          ["text", "/deep/er/new/../../../etc/name"],
          ["text", "/deep/er/new/inner/../../../../../../etc/name"],
        ],
      ),
    ).toEqual([
      ...["one", "one", "../4 ./4 new/4"],
      ...["No such file or directory", "No such file or directory", "of the root", "No such file or directory"],
      ...["of the root", "of the root"],
    ]);
  });

  test("needs no root: then the rest is empty but for the program", async () => {
    const { at } = places();
    const program = build("look");
    const lines = await results(
      undefined,
      [`${at("one")}:/data/one`, `${at("single")}:/dev/single`],
      [
        ["list", "/"],
        ["list", "/data"],
        ["text", "/data/one/file"],
        ["make-new", "/data/one/made"],
        ["make-new", "/data/made"],
        ["list", dirname(program)],
        ["text", "/dev/single"],
        ["read", "/dev/null"],
      ],
    );
    const top = program.split("/")[1] ?? "";
    expect(lines).toEqual([
      [".", "..", "data", "dev", "proc", top].sort().join(" "),
      ...[". .. one", "one", "fine", "Read-only file system", ". .. look", "single", "nothing"],
    ]);
    expect(existsSync(at("one/made"))).toBe(true);
  });

  test("that is read-only tells nothing of the host by a name with a slash behind it", async () => {
    const { base, root, at } = places();
    symlinkSync(base, at("one/out"));
    symlinkSync(join(base, "none"), at("one/dangling"));
    expect(
      await results(
        root,
        [`${at("one")}:/one:ro`],
        [
          ["folder", "/one/out/"],
          ["folder", "/one/dangling/"],
        ],
      ),
    ).toEqual(["File exists", "File exists"]);
  });

  test("is where a program may be started and may work", async () => {
    const { root, at } = places();
    copyFileSync(build("look"), at("one/tool"));
    await using machine = await Machine.create({ architecture: "riscv64", memory: "32M", root });
    const options = { binds: [`${at("one")}:/opt/one`], cwd: "/opt/one/inner" };
    const { stdout } = await run(
      machine,
      "/opt/one/tool",
      ["text", "file", "cwd", ".", "link", "/proc/self/exe"],
      options,
    );
    expect(stdout).toBe("text file: inner\ncwd .: /opt/one/inner\nlink /proc/self/exe: /opt/one/tool\n");
  });

  test.each([
    ["BIND_NOT_FOUND", "missing", "/x"],
    ["BIND_DENIED", "/proc", "/x"],
    ["BIND_DENIED", "/sys/kernel", "/x"],
    ["BIND_DENIED", "/dev/null", "/x"],
    ["BIND_INVALID", "one", "/program/below"],
    ["BIND_INVALID", "one", "/circle/x"],
    ["BIND_INVALID", "one", "/proc/self"],
  ])("that cannot be made is refused: %s for %s:%s", async (code, host, guest) => {
    const { root, at } = places();
    symlinkSync("circle", join(root, "circle"));
    await using machine = await Machine.create({ architecture: "riscv64", memory: "32M", root });
    const source = host.startsWith("/") ? host : at(host);
    const failure = await run(machine, "/program", [], { binds: [`${source}:${guest}`] }).then(
      () => undefined,
      (error: VmPluginError) => error,
    );
    expect(failure?.code).toBe(`linux/${code}`);
    expect(failure?.message).toContain(`${source}:${guest}`);
  });
});
