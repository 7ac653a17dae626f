import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { functionPair, mustSucceed, processPairs } from "../../bench/harness/pairs.ts";
import { commandText, measureProcess } from "../../bench/harness/process-time.ts";
import { scratchFolder } from "../../bench/harness/toolchain.ts";

const shell = (script: string) => ({ program: "/bin/sh", arguments: ["-c", script] });

/** Uses at least 60 ms of CPU by its own account, however loaded the machine is. */
const burn = "while (process.cpuUsage().user + process.cpuUsage().system < 60000);";

test("the exit code and the output of a command come with its cost", () => {
  const cost = measureProcess(shell("echo out; echo err >&2; exit 7"));
  expect(cost).toMatchObject({ exitCode: 7, output: "out\n", errors: "err\n" });
});

test("a command that a signal kills has 128 + its number", () => {
  expect(measureProcess(shell("ulimit -c 0; kill -SEGV $$")).exitCode).toBe(128 + 11);
});

test("the CPU time that a process says it used is counted", () => {
  const cost = measureProcess({ program: process.execPath, arguments: ["-e", burn] });
  expect(cost.cpu).toBeGreaterThanOrEqual(0.06);
});

test("the CPU time of children that a process waited for is counted", () => {
  const cost = measureProcess({
    ...shell('"$NODE" -e "$BURN"; :'),
    environment: { NODE: process.execPath, BURN: burn },
  });
  expect(cost.cpu).toBeGreaterThanOrEqual(0.06);
});

test("sleeping costs no CPU time", () => {
  expect(measureProcess(shell("sleep 0.3")).cpu).toBeLessThan(0.3);
});

test("a program that does not exist is named", () => {
  expect(() => measureProcess({ program: "/no/such/program", arguments: [] })).toThrow(/\/no\/such\/program/);
});

test("standard input is empty", () => {
  expect(measureProcess(shell("cat")).output).toBe("");
});

test("pairs are interleaved, and each side begins every other one", () => {
  const log = join(scratchFolder(), "order");
  const side = (name: string) => ({
    ...shell('echo "$NAME" >>"$LOG"; echo "$NAME"'),
    environment: { NAME: name, LOG: log },
  });
  const seen: string[] = [];
  const pairs = processPairs(side("ours"), side("peer"), 4, (our, their) => {
    seen.push(our.output.trim(), their.output.trim());
  });
  expect(pairs).toHaveLength(4);
  expect(seen).toEqual(["ours", "peer", "ours", "peer", "ours", "peer", "ours", "peer"]);
  const order = readFileSync(log, "utf8").trim().split("\n");
  expect(order).toEqual(["ours", "peer", "peer", "ours", "ours", "peer", "peer", "ours"]);
});

test("a wrong result ends a bench, with the command and what it printed", () => {
  const command = shell("echo wrong; echo because >&2");
  expect(() => mustSucceed(command, measureProcess(command), "right\n")).toThrow(/wrong.*right.*because/s);
  const failing = shell("exit 3");
  expect(() => mustSucceed(failing, measureProcess(failing))).toThrow(/code 3/);
});

test("a command is written so that a shell reads it back", () => {
  const text = commandText({ program: "/bin/echo", arguments: ["plain", "two words", "it's"] });
  expect(measureProcess(shell(text)).output).toBe("plain two words it's\n");
});

test.each([true, false])(
  "two functions give a pair, in nanoseconds an operation (the first is timed first: %s)",
  (first) => {
    const order: string[] = [];
    const side = (name: string, operations: number) => () => {
      order.push(name);
      let sum = 0;
      for (let index = 0; index < operations; index++) sum += Math.sqrt(index);
      return sum;
    };
    const { ours, peer } = functionPair(side("ours", 10_000), side("peer", 1_000_000), 10_000, first, 2);
    expect(ours).toBeGreaterThan(0);
    expect(peer).toBeGreaterThan(ours);
    expect(order[0]).toBe(first ? "ours" : "peer");
  },
);
