import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { unknownCallGuest } from "../machine/unknown-call-guest.ts";
import { folder } from "../support/folder.ts";
import { guest, vmPlugin } from "./vm-plugin.ts";

describe("a guest that reaches a limit", () => {
  test.each([
    [["--limit-time", "60ms"], ["loop"], "time", "60ms"],
    [["--limit-instructions", "1000000"], ["loop"], "instructions", "1000000"],
    [["--limit-memory=8M"], ["memory"], "memory", "8M"],
  ])("%j is ended, with one line that says which and what it was", (options, args, limit, value) => {
    const { status, stdout, stderr } = vmPlugin(["run", ...options, guest("fault"), ...args]);
    expect({ status, stdout }).toEqual({ status: 137, stdout: "before\n" });
    expect(stderr).toBe(`vm-plugin: the guest was ended by its limit of ${limit}: --limit-${limit} ${value}\n`);
  });

  test.each([
    [["--limit-processes", "none"], "VMP_OPTION_VALUE", /--limit-processes does not take none: .*whole number/],
    [["--limit-open-files", "0"], "VMP_OPTION_VALUE", /--limit-open-files does not take 0/],
    [["--limit-instructions", "1e9"], "VMP_OPTION_VALUE", /--limit-instructions does not take 1e9/],
    [["--limit-instructions", "18446744073709551616"], "VMP_INVALID_ARGUMENT", /limits\.instructions/],
    [["--limit-memory", "lots"], "VMP_INVALID_ARGUMENT", /limits\.memory lots.*512M/],
    [["--limit-time", "10"], "VMP_INVALID_ARGUMENT", /limits\.time 10.*10s/],
    [["--limit-time", "1s", "--limit-time", "2s"], "VMP_OPTION_VALUE", /twice/],
    [["--limit-tim", "1s"], "VMP_OPTION_UNKNOWN", /--limit-time/],
    [["--bind", "/a"], "VMP_INVALID_ARGUMENT", /binds\[0\] "\/a".*HOST:GUEST/],
    [["--strace-output", "/no/such/folder/file"], "VMP_OPTION_VALUE", /--strace-output.*ENOENT/],
  ])("%j is refused with %s", (options, code, says) => {
    const { status, stderr } = vmPlugin(["run", ...options, guest("hello")]);
    expect(status).toBe(125);
    expect(stderr).toContain(code);
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

test("--bind shows the guest a folder or a file of the host", () => {
  const host = folder();
  writeFileSync(join(host, "note"), "a note\n");
  const binds = ["--bind", `${host}:/data:ro`, "--bind", `${join(host, "note")}:/file`];
  const { stdout, status } = vmPlugin(["run", ...binds, guest("files"), "/data/note", "/file"]);
  expect({ stdout, status }).toEqual({ stdout: "a note\na note\n", status: 0 });
});

describe("system calls", () => {
  const call = /^write\(1, "Hello from a guest!\\n", 20\) += 20$/m;

  test("are traced on stderr", () => {
    const { stdout, stderr } = vmPlugin(["run", "--strace", guest("hello")]);
    expect(stdout).toBe("Hello from a guest!\n");
    expect(stderr).toMatch(call);
  });

  test("are traced to a file", () => {
    const path = join(folder(), "trace");
    const { stderr } = vmPlugin(["run", "--strace-output", path, guest("hello")]);
    expect(stderr).toBe("");
    expect(readFileSync(path, "utf8")).toMatch(call);
  });

  test("and processes are counted by --stats, those not implemented by name", () => {
    const plain = vmPlugin(["run", "--stats", guest("hello")]).stderr;
    expect(plain).toMatch(/^processes +1$/m);
    expect(plain).toMatch(/^system calls +[1-9]\d*$/m);
    expect(plain).toMatch(/^refused +none$/m);
    const { status, stderr } = vmPlugin(["run", "--stats", unknownCallGuest()]);
    expect(status).toBe(7);
    expect(stderr).toMatch(/^refused +\S+ 1$/m);
  });
});
