import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runStatusOf } from "../../src/cli/exit-status.ts";
import { elf } from "../support/elf.ts";
import { folder } from "../support/folder.ts";
import { guest, vmPlugin } from "./vm-plugin.ts";

describe("vm-plugin run", () => {
  test("gives the guest its arguments and environment, and passes output and exit status on", () => {
    const { status, stdout, stderr } = vmPlugin([
      "run",
      "--env",
      "A=1",
      "--env",
      "B=x=y",
      guest("arguments"),
      "one",
      "--stats",
      "",
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual(
      expect.arrayContaining(["argv[2]=--stats", "argv[3]=", "env[0]=A=1", "env[1]=B=x=y"]),
    );
    expect(vmPlugin(["run", guest("exit-code"), "42"]).status).toBe(42);
  });

  test("gives the guest its standard input", () => {
    const input = "line\n".repeat(50_000);
    expect(vmPlugin(["run", guest("echo")], { input })).toEqual({ status: 0, stdout: input, stderr: "" });
  });

  test("runs a script below the root by the interpreter that its first line names", () => {
    const granted = folder();
    copyFileSync(guest("arguments"), join(granted, "arguments"));
    const write = (name: string, line: string) => writeFileSync(join(granted, name), `${line}\n`, { mode: 0o755 });
    write("script", "#! /arguments  -x and more ");
    write("nested", "#!script");
    write("lost", "#!/missing");
    write("circle", "#!/circle");
    const run = (name: string) => vmPlugin(["run", "--root", granted, name, "one"]);
    expect(run("/script")).toEqual({
      status: 0,
      stdout: "argc=4\nargv[0]=/arguments\nargv[1]=-x and more\nargv[2]=/script\nargv[3]=one\n",
      stderr: "",
    });
    expect(run("/nested").stdout).toContain("argv[2]=script\nargv[3]=/nested\nargv[4]=one\n");
    expect(run("/lost")).toMatchObject({
      status: 127,
      stderr: expect.stringContaining("there is no program /missing"),
    });
    expect(run("/circle")).toMatchObject({ status: 126, stderr: expect.stringContaining("script") });
  });

  test("grants the root for reading alone when told to", () => {
    const granted = folder();
    copyFileSync(guest("files"), join(granted, "files"));
    const escapes = ["--root", granted, "/files", "--escape", "/x"];
    vmPlugin(["run", "--read-only", ...escapes]);
    expect(readdirSync(granted)).toEqual(["files"]);
    vmPlugin(["run", ...escapes]);
    expect(readdirSync(granted).length).toBeGreaterThan(1);
  });

  test("prints statistics on stderr when asked", () => {
    const { stderr, stdout } = vmPlugin(["run", "--stats", guest("hello")]);
    expect(stdout).toBe("Hello from a guest!\n");
    expect(stderr).toMatch(/engine +interpreter/);
    expect(stderr).toMatch(/instructions +[1-9]\d*/);
  });

  test.each([
    ["read 0", "SIGSEGV"],
    ["write 0", "SIGSEGV"],
    ["read 18446744073709551615", "SIGSEGV"],
    ["write 9223372036854775808", "SIGSEGV"],
    ["jump 0", "SIGSEGV"],
    ["jump 274877906944", "SIGSEGV"],
    ["write-code", "SIGSEGV"],
    ["illegal-instruction", "SIGILL"],
    ["breakpoint", "SIGTRAP"],
    ["recursion", "SIGSEGV"],
    ["abort", "SIGABRT"],
    ["signal 9", "SIGKILL"],
  ])("a guest that dies of %s exits as a shell shows it, with the reason", (mode, name) => {
    const { status, stderr } = vmPlugin(["run", "--memory", "64M", guest("fault"), ...mode.split(" ")]);
    const numbers: Record<string, number> = { SIGSEGV: 11, SIGILL: 4, SIGABRT: 6, SIGTRAP: 5, SIGKILL: 9 };
    expect(status).toBe(128 + (numbers[name] ?? 0));
    expect(stderr).toContain(name);
  });

  test("a guest that takes all memory gets an error from its system, not the host's memory", () => {
    const { status, stdout } = vmPlugin(["run", "--memory", "16M", guest("fault"), "memory"]);
    expect(status).toBe(3);
    expect(stdout).toMatch(/ENOMEM after [1-9]\d* MiB/);
  });
});

describe("what vm-plugin cannot run", () => {
  const place = folder();
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(place, name), content, { mode: 0o755 });
    return join(place, name);
  };
  const oneLine = /^vm-plugin: [A-Za-z-]+[_/][A-Z_]+: .* Fix: .*\n$/;

  test.each([
    ["a program that is not there", "/no/such/program", 127, "VMP_PROGRAM_NOT_FOUND"],
    ["a folder", place, 126, "VMP_PROGRAM_NOT_EXECUTABLE"],
    ["a text file", file("text", "hello\n"), 126, "VMP_PROGRAM_NOT_EXECUTABLE"],
    ["a script", file("script", "#!/bin/sh\n"), 126, "VMP_PROGRAM_NOT_EXECUTABLE"],
    ["an empty file", file("empty", ""), 126, "VMP_PROGRAM_NOT_EXECUTABLE"],
    ["a header cut short", file("short", Buffer.from("7f454c4602010100", "hex")), 126, "VMP_PROGRAM_MALFORMED"],
  ])("%s", (_what, program, wanted, code) => {
    const { status, stderr, stdout } = vmPlugin(["run", program]);
    expect(status).toBe(wanted);
    expect(stdout).toBe("");
    expect(stderr).toMatch(oneLine);
    expect(stderr).toContain(code);
  });

  test("a program of another architecture, naming what the engines run", () => {
    const program = join(folder(), "program");
    const s390 = 22;
    writeFileSync(program, elf({ machine: s390 }), { mode: 0o755 });
    const { status, stderr } = vmPlugin(["run", program]);
    expect(status).toBe(126);
    expect(stderr).toContain("s390");
    expect(stderr).toContain("riscv64, x86_64");
    expect(stderr).toMatch(oneLine);
  });
});

describe("the command line of run", () => {
  test.each([
    [["run", "--engin", "x", "/p"], "VMP_OPTION_UNKNOWN", /--engine/],
    [["run", "--engine"], "VMP_OPTION_VALUE", /--engine/],
    [["run", "--stats=1", "/p"], "VMP_OPTION_VALUE", /switch/],
    [["run", "--root", "/a", "--root", "/b", "/p"], "VMP_OPTION_VALUE", /twice/],
    [["run", "--root", "--memory", "1M", "/p"], "VMP_OPTION_VALUE", /--root does not take --memory: expected DIR/],
    [["run", "--root", "--memory=1M", "/p"], "VMP_OPTION_VALUE", /expected DIR/],
    [["run", "--root", "-h", "/p"], "VMP_OPTION_VALUE", /expected DIR/],
    [["run", "--root=--memory", "/p"], "VMP_ROOT_NOT_FOUND", /--memory/],
    [["run", "--env", "novalue", guest("hello")], "VMP_OPTION_VALUE", /KEY=VALUE/],
    [["run", "--memory", "lots", guest("hello")], "VMP_INVALID_ARGUMENT", /512M/],
    [["run"], "VMP_ARGUMENT_MISSING", /PROGRAM/],
    [["run", "--engine", "interpretr", guest("hello")], "VMP_IMPLEMENTATION_NOT_FOUND", /interpreter/],
    [["run", "--plugin", "/no/such/folder", guest("hello")], "VMP_PLUGIN_FOLDER_NOT_FOUND", /folder/],
    [["run", "--root", "/no/such/folder", "/hello"], "VMP_ROOT_NOT_FOUND", /folder/],
  ])("%j is refused with %s", (args, code, says) => {
    const { status, stderr } = vmPlugin(args);
    // A guest's own status may be anything below.
    expect(status).toBeGreaterThanOrEqual(125);
    expect(stderr).toContain(code);
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

test.each([
  ["VMP_PROGRAM_NOT_FOUND", 127],
  ["VMP_NO_ENGINE", 126],
  ["linux/ELF_TRUNCATED", 126],
  ["acme.linux/ELF_TRUNCATED", 126],
  ["9p/PROGRAM_NOT_FOUND", 127],
  ["acme.linux/FAILED", 125],
  ["VMP_INTERNAL", 125],
])("the status for %s is %i", (code, status) => {
  expect(runStatusOf(code)).toBe(status);
});
