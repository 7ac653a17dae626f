/** Signals that the command gets are the guest's, and the user's terminal is as it was when the guest has ended. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { build, crossCompiler } from "../plugins/linux/support/guests.ts";
import { missing } from "../support/programs.ts";
import { guest, main } from "./vm-plugin.ts";

interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly closed: Promise<number | null>;
  output(): string;
}

function start(program: string, args: readonly string[]): Running {
  const child = spawn(program, args);
  let output = "";
  const collect = (data: string) => {
    output += data;
  };
  child.stdout.setEncoding("utf8").on("data", collect);
  child.stderr.setEncoding("utf8").on("data", collect);
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, closed, output: () => output };
}

const run = (...args: string[]) => start(process.execPath, [main, "run", ...args]);

/** As /proc/PID/stat says: "T" for a stopped one. */
function stateOf({ child }: Running): string {
  const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
  return stat[stat.lastIndexOf(")") + 2] ?? "";
}

const skip = missing(crossCompiler);
describe.skipIf(skip)("without a terminal", () => {
  let uses: string;
  beforeAll(() => {
    uses = build("uses");
  });

  test("signals go to the guest's first process, whose handlers run", async () => {
    const running = run(uses, "signals");
    await expect.poll(running.output).toBe("ready\n");
    let expected = "ready\n";
    for (const name of ["HUP", "INT", "QUIT", "TSTP", "CONT", "WINCH"] as const) {
      running.child.kill(`SIG${name}`);
      expected += `got ${name}\n`;
      await expect.poll(running.output).toBe(expected);
    }
    running.child.kill("SIGTERM");
    expect(await running.closed).toBe(7);
    expect(running.output()).toBe(`${expected}got TERM\n`);
  });

  test("a signal that kills the guest is told by the exit status", async () => {
    for (const [signal, number] of [
      ["SIGINT", 2],
      ["SIGTERM", 15],
    ] as const) {
      const running = run(guest("fault"), "loop");
      await expect.poll(running.output).toBe("before\n");
      running.child.kill(signal);
      expect(await running.closed).toBe(128 + number);
    }
  });

  test("a guest that is stopped stops the command, and goes on with it", async () => {
    const running = run(guest("fault"), "loop");
    await expect.poll(running.output).toBe("before\n");
    running.child.kill("SIGTSTP");
    await expect.poll(() => stateOf(running)).toBe("T");
    running.child.kill("SIGCONT");
    await expect.poll(() => stateOf(running)).not.toBe("T");
    running.child.kill("SIGTERM");
    expect(await running.closed).toBe(128 + 15);
  });
});

const noTerminal = missing(crossCompiler, "script", "stty");
describe.skipIf(noTerminal)("at a terminal", () => {
  let uses: string;
  beforeAll(() => {
    uses = build("uses");
  });

  /** A shell script with a terminal of its own. */
  const atTerminal = (script: string) => start("script", ["-qefc", script, "/dev/null"]);
  const command = (...args: string[]) => [process.execPath, main, "run", ...args].map((word) => `'${word}'`).join(" ");

  test("its keys are signals for the guest", async () => {
    const running = atTerminal(`exec ${command(uses, "signals")}`);
    await expect.poll(running.output).toContain("ready");
    running.child.stdin.write("\x03");
    await expect.poll(running.output).toContain("got INT");
    running.child.stdin.write("\x1c");
    await expect.poll(running.output).toContain("got QUIT");
    running.child.stdin.write("\x1a");
    await expect.poll(running.output).toContain("got TSTP");
    running.child.kill("SIGTERM");
    await running.closed;
  });

  test.each([
    ["by itself", "raw", ""],
    ["by a crash", "raw-crash", ""],
    ["by SIGTERM to the command", "raw-wait", "SIGTERM"],
    ["by SIGHUP to the command", "raw-wait", "SIGHUP"],
    ["by a limit", "raw-wait", "--limit-time"],
  ])("its settings are as they were when a guest that changed them ended %s", async (_, mode, how) => {
    const limit = how.startsWith("--") ? [how, "1s"] : [];
    const running = atTerminal(
      `stty -g; ${command(...limit, uses, mode)} </dev/tty & echo "pid $!."; wait; echo; stty -g`,
    );
    await expect.poll(running.output).toMatch(/pid \d+\.[\s\S]*raw/);
    if (how.startsWith("SIG")) process.kill(Number(/pid (\d+)\./.exec(running.output())?.[1]), how);
    await running.closed;
    const settings = running.output().match(/^[0-9a-f]+(:[0-9a-f]+){10,}/gm) ?? [];
    expect(settings).toHaveLength(2);
    expect(settings[1]).toBe(settings[0]);
  });
});
