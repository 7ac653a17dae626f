/** Traces of system calls against those that strace(1) makes of the same program on this host. */
import { spawnSync } from "node:child_process";
import { closeSync, constants, copyFileSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { folder } from "../../support/folder.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run } from "./support/guests.ts";
import { cannotTrace } from "./support/strace.ts";

const source = fileURLToPath(new URL("guests/strace.c", import.meta.url));

/** The lines of each process, the first one's first. */
type Traces = readonly (readonly string[])[];

function traceOnHost(): Traces {
  const root = folder();
  const work = join(root, "work");
  mkdirSync(work);
  const options = ["-O1", "-static", "-D_GNU_SOURCE", "-w"];
  const compiled = spawnSync("gcc", [...options, "-o", join(work, "program"), source], { encoding: "utf8" });
  if (compiled.status !== 0) throw new Error(`${source} does not compile:\n${compiled.stderr}`);
  const output = join(root, "trace");
  const result = spawnSync("strace", ["-ff", "-o", output, "./program", "."], { cwd: work, encoding: "utf8" });
  expect({ status: result.status, stderr: result.stderr }).toEqual({ status: 7, stderr: "" });
  return readdirSync(root)
    .filter((name) => name.startsWith("trace."))
    .sort((a, b) => Number(a.slice("trace.".length)) - Number(b.slice("trace.".length)))
    .map((name) => linesOf(join(root, name)));
}

function guestFolder(): { readonly root: string; readonly work: string } {
  const root = folder();
  const work = join(root, "work");
  mkdirSync(work);
  copyFileSync(build("strace"), join(work, "program"));
  return { root, work };
}

async function rawTraceInMachine(): Promise<readonly string[]> {
  const { root } = guestFolder();
  const output = join(folder(), "trace");
  const trace = openSync(output, "w");
  await using machine = await Machine.create({ architecture: "riscv64", memory: "64M", root });
  const { status, stderr } = await run(machine, "./program", ["."], { cwd: "/work", trace });
  closeSync(trace);
  expect({ status, stderr }).toEqual({ status: 7, stderr: "" });
  return linesOf(output);
}

function linesOf(path: string): string[] {
  return readFileSync(path, "utf8").split("\n").slice(0, -1);
}

/** Lines without a process are those of the first, which is the last to be alone. */
function byProcess(lines: readonly string[]): Traces {
  const first = lines.map((line) => /^getpid\(\) += (\d+)$/.exec(line)?.[1]).find((id) => id !== undefined);
  const traces = new Map<string, string[]>();
  for (const line of lines) {
    const [, id = first ?? "", text = line] = /^\[pid +(\d+)\] (.*)$/.exec(line) ?? [];
    traces.set(id, [...(traces.get(id) ?? []), text]);
  }
  return [...traces].sort(([a], [b]) => Number(a) - Number(b)).map(([, each]) => each);
}

/** From the mark on: what comes before is the C library's, and differs between architectures. */
function afterStart(lines: readonly string[]): readonly string[] {
  const mark = lines.findIndex((line) => /^write\(-1, "(begin|leaf)"/.test(line));
  return lines.slice(Math.max(mark, 0));
}

/** Without what may differ between two runs on two architectures. */
function comparable(traces: Traces): Traces {
  const processes = new Map<string, string>();
  const name = (id: string) => {
    if (!processes.has(id)) processes.set(id, `P${processes.size}`);
    return processes.get(id) ?? "";
  };
  return traces.map((lines) =>
    afterStart(lines)
      .map((line) =>
        line
          .replace(/0x[0-9a-f]{5,}/g, "ADDRESS")
          .replace(/SA_RESTORER\|?/g, "")
          .replace(/sa_flags=, sa_restorer=ADDRESS/g, "sa_flags=0")
          .replace(/, sa_restorer=ADDRESS/g, "")
          .replace(/^(clone|getpid|gettid|wait4)(\(.*\) += )(\d+)$/, (_, call, rest, id) => call + rest + name(id))
          .replace(/^(getpgid\(0\) += )\d+$/, "$1GROUP")
          .replace(/(^(?:tg?|)kill\(|^wait4\(|P_PID, |si_pid=)(\d+)/g, (_, before, id) => before + name(id))
          .replace(/^(tgkill\(\w+, )(\d+)/, (_, before, id) => before + name(id))
          .replace(/si_uid=\d+/, "si_uid=USER")
          // waitid(2) leaves them as they were in the program's memory.
          .replace(/, si_[us]time=\d+( \/\* .* s \*\/)?/g, "")
          .replace(/tv_usec=\d+/g, "tv_usec=TIME")
          .replace(/(f_b\w+|f_f\w+|f_namelen)=(\{.*?\}|\d+)/g, "$1=NUMBER")
          .replace(/ += /, " = "),
      )
      // raise(3) asks for both, in an order that is the C library's. Whether the signal finds a process reading already
      // depends on the host's load.
      .filter(
        (line) => !/^get[pt]id\(\) = P0$|^read\(.* <unfinished \.\.\.>|^rt_sigreturn.* = (0|ADDRESS|\d+)$/.test(line),
      ),
  );
}

describe.skipIf(missing(crossCompiler) || cannotTrace())("a trace has the lines that strace prints", () => {
  let ours: Traces = [];
  let theirs: Traces = [];

  test("of a program that makes a call of every form", async () => {
    theirs = comparable(traceOnHost());
    ours = comparable(byProcess(await rawTraceInMachine()));
    expect(theirs[0]?.length).toBeGreaterThan(200);
    expect(ours[0]).toEqual(theirs[0]);
  });

  test("of each of its children", () => {
    expect(ours.length).toBe(6);
    for (const [index, lines] of theirs.entries()) {
      if (index === 0) continue;
      // One is interrupted as often as it happens to be.
      expect([...new Set(ours[index])]).toEqual([...new Set(lines)]);
    }
  });
});

const skip = missing(crossCompiler);

describe.skipIf(skip)("a trace", () => {
  test("names the process of each line while there are several", async () => {
    const lines = await rawTraceInMachine();
    expect(lines.find((line) => line.includes('"begin"'))).toMatch(/^write/);
    expect(lines.filter((line) => /^\[pid {5}\d] exit_group\(3\) {15}= \?$/.test(line)).length).toBe(1);
    expect(lines.filter((line) => /^\[pid {5}\d] \+\+\+ killed by SIGSEGV \+\+\+$/.test(line)).length).toBe(1);
    expect(lines.slice(-3)).toEqual([
      'write(-1, "end", 3)                     = -1 EBADF (Bad file descriptor)',
      "exit_group(7)                           = ?",
      "+++ exited with 7 +++",
    ]);
  });

  test("whose reader has gone is given up, and the guest goes on", async () => {
    const { work, root } = guestFolder();
    const fifo = join(work, "..", "fifo");
    expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const trace = openSync(fifo, constants.O_WRONLY);
    closeSync(reader);
    await using machine = await Machine.create({ architecture: "riscv64", memory: "64M", root });
    const { status, stderr } = await run(machine, "./program", ["."], { cwd: "/work", trace });
    closeSync(trace);
    expect({ status, stderr }).toEqual({ status: 7, stderr: "" });
  });

  test("whose reader does not read holds the guest up until it is stopped", async () => {
    const { work, root } = guestFolder();
    const fifo = join(work, "..", "fifo");
    expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const trace = openSync(fifo, constants.O_WRONLY);
    await using machine = await Machine.create({ architecture: "riscv64", memory: "64M", root });
    const aborted = new AbortController();
    const guest = machine.spawn("./program", ["many"], { cwd: "/work", trace, signal: aborted.signal });
    await setTimeout(300);
    aborted.abort();
    await expect(guest.exit).rejects.toMatchObject({ code: "VMP_CANCELLED" });
    closeSync(reader);
    closeSync(trace);
  });
});
