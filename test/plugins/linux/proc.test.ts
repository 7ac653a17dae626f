/** /proc and /dev as a guest sees them. */
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { folder } from "../../support/folder.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run } from "./support/guests.ts";

const skip = missing(crossCompiler);

function rootWith(name: string): string {
  const root = folder();
  copyFileSync(build(name), join(root, "program"));
  mkdirSync(join(root, "work"));
  return root;
}

async function look(root: string, commands: readonly (readonly [string, string])[], binds: readonly string[] = []) {
  await using machine = await Machine.create({ architecture: "riscv64", memory: "32M", root });
  const { stdout } = await run(machine, "/program", commands.flat(), { binds, env: { NAME: "value" } });
  return stdout
    .trimEnd()
    .split("\n")
    .map((line, index) => line.slice(`${commands[index]?.join(" ")}: `.length));
}

describe.skipIf(skip)("/proc", () => {
  test("tells a process about itself", async () => {
    const [self, comm, cmdline, environ, exe, cwd, root, stat, status, limits, thread, fd] = await look(
      rootWith("look"),
      [
        ["link", "/proc/self"],
        ["text", "/proc/self/comm"],
        ["text", "/proc/self/cmdline"],
        ["text", "/proc/self/environ"],
        ["link", "/proc/self/exe"],
        ["link", "/proc/self/cwd"],
        ["link", "/proc/self/root"],
        ["text", "/proc/self/stat"],
        ["text", "/proc/self/status"],
        ["text", "/proc/self/limits"],
        ["link", "/proc/thread-self"],
        ["list", "/proc/self/fd"],
        ["list", "/proc/self/task"],
      ],
    );
    expect(self).toMatch(/^[1-9]\d*$/);
    expect([comm, environ, exe, cwd, root]).toEqual(["program|", "NAME=value|", "/program", "/", "/"]);
    expect(cmdline).toMatch(/^\/program\|link\|\/proc\/self\|text\|/);
    expect(stat).toMatch(
      new RegExp(`^${self} \\(program\\) R \\d+ ${self} ${self} (0 -1|34816 ${self}) (\\d+ ){43}\\d+\\|$`),
    );
    expect(status).toContain(`Pid:\t${self}|`);
    expect(limits).toMatch(/\|Max open files +1024 +4096 +files +\|/);
    expect(thread).toBe(`${self}/task/${self}`);
    expect(fd).toBe(". .. 0 1 2 3");
  });

  test("tells about the system", async () => {
    const [uptime, meminfo, stat, loadavg, version, type, uuid, again, cpu] = await look(rootWith("look"), [
      ["text", "/proc/uptime"],
      ["text", "/proc/meminfo"],
      ["text", "/proc/stat"],
      ["text", "/proc/loadavg"],
      ["text", "/proc/version"],
      ["text", "/proc/sys/kernel/ostype"],
      ["text", "/proc/sys/kernel/random/uuid"],
      ["text", "/proc/sys/kernel/random/uuid"],
      ["text", "/proc/cpuinfo"],
    ]);
    expect(Number(uptime?.split(" ")[0])).toBeGreaterThan(
      Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) - 60,
    );
    expect(meminfo).toMatch(/^MemTotal: +32768 kB\|MemFree: +\d+ kB\|/);
    expect(stat).toMatch(/^cpu {2}(\d+ ){9}\d+\|cpu0 (\d+ ){9}\d+\|intr /);
    expect(loadavg).toMatch(/^(\d\.\d\d ){3}1\/1 \d+\|$/);
    expect([version?.startsWith("Linux version 6."), type]).toEqual([true, "Linux|"]);
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\|$/);
    expect(uuid).not.toBe(again);
    expect(cpu).toMatch(/isa\t\t: rv64i/);
  });

  test("lists what is mounted", async () => {
    const root = rootWith("look");
    const other = folder();
    const binds = [`${other}:/work`, `${other}:/a b:ro`];
    const [mounts, information, linked] = await look(
      root,
      [
        ["text", "/proc/mounts"],
        ["text", "/proc/self/mountinfo"],
        ["link", "/proc/mounts"],
      ],
      binds,
    );
    expect(mounts?.split("|")).toEqual([
      "root / rootfs rw,relatime 0 0",
      "host /a\\040b bind ro,relatime 0 0",
      "devtmpfs /dev devtmpfs rw,relatime 0 0",
      "proc /proc proc rw,relatime 0 0",
      "host /work bind rw,relatime 0 0",
      "",
    ]);
    expect(information).toContain("21 20 0:21 / /a\\040b ro,relatime - bind host ro|");
    expect(linked).toBe("self/mounts");
    expect(mounts + (information ?? "")).not.toContain(other);
  });

  test("cannot be changed, and leads nowhere else", async () => {
    const root = rootWith("look");
    const lines = await look(root, [
      ["make", "/proc/new"],
      ["folder", "/proc/new"],
      ["folder", "/proc/self"],
      ["remove", "/proc/version"],
      ["remove", "/proc/missing"],
      ["write", "/proc/version"],
      ["move", "/proc/version>/work/x"],
      ["hard", "/proc/version>/work/x"],
      ["read", "/proc/version/"],
      ["read", "/proc/version/.."],
      ["read", "/proc/self/root/../../work/../proc/self/root/program"],
      ["cwd", "."],
      ["enter", "/proc/self/fd/.."],
      ["list", "../../work"],
      ["read", "/proc/1/root/program"],
      ["read", "/proc/self/fd/99"],
      ["read", "/proc/self/fd/01"],
      ["system", "/proc/self"],
    ]);
    expect(lines).toEqual([
      ...["Read-only file system", "Read-only file system", "File exists", "Operation not permitted"],
      ...["No such file or directory", "Permission denied", "Invalid cross-device link", "Invalid cross-device link"],
      ...["Not a directory", "Not a directory", "0x7f", "/", "fine", ". ..", "No such file or directory"],
      ...["No such file or directory", "No such file or directory", "9fa0"],
    ]);
  });

  test("tells a process about its child what is safe, and nothing about those of another run", async () => {
    const root = rootWith("relatives");
    copyFileSync(build("look"), join(root, "look"));
    await using machine = await Machine.create({ architecture: "riscv64", memory: "32M", root });
    const { stdout, status } = await run(machine, "/program");
    expect(status).toBe(0);
    const denied = "Permission denied";
    expect(stdout.replace(/^(\w+: )(\d+) (.*) \d+$/gm, "$1PID $3 PARENT").split("\n")).toEqual([
      ...["pids 1", "comm: a child", "", "cmdline: /program", "stat: PID (a child) R PARENT", "status: Name:\ta child"],
      "State:\tR (running)",
      ...[`environ: ${denied}`, `maps: ${denied}`, `limits: ${denied}`, `fd: ${denied}`],
      ...[`exe: ${denied}`, `cwd: ${denied}`, `root: ${denied}`, "fd/0: No such file or directory"],
      ...[`through root: ${denied}`, "processes: 2", "stat: PID (a child) Z PARENT", "cmdline: "],
      ...["stat: No such file or directory", "kept: No such process", ""],
    ]);
    const other = machine.spawn("/look", ["open", "/proc/self/fd/0"], { stdin: "pipe" });
    await other.exit;
    const stranger = await run(machine, "/program", ["2"]);
    expect(stranger.stdout).toMatch(/^comm: No such file or directory\n/);
  });
});

describe.skipIf(skip)("/dev", () => {
  test("has its few devices, the streams, and no others", async () => {
    const root = rootWith("look");
    const lines = await look(root, [
      ["types", "/dev"],
      ["read", "/dev/zero"],
      ["write", "/dev/full"],
      ["read", "/dev/null"],
      ["link", "/dev/fd"],
      ["link", "/dev/stdout"],
      ["write", "/dev/stdout"],
      ["open", "/dev/tty"],
      ["open", "/dev/ptmx"],
      ["open", "/dev/kmsg"],
      ["make", "/dev/new"],
      ["remove", "/dev/null"],
      ["list", "/"],
    ]);
    expect(lines).toEqual([
      "../4 ./4 fd/10 full/2 null/2 random/2 stderr/10 stdin/10 stdout/10 tty/2 urandom/2 zero/2",
      ...["0x00", "fine", "nothing", "/proc/self/fd", "/proc/self/fd/1", "fine", "No such device or address"],
      ...["No such file or directory", "No such file or directory", "Read-only file system"],
      // A root looks as it is on the host: it has no folder /dev to be listed.
      ...["Operation not permitted", ". .. program work"],
    ]);
  });
});
