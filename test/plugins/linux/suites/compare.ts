/** Programs in the style of the usual test suites: exit status, output and errors are those on the host. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { vmPlugin } from "../../../cli/vm-plugin.ts";
import { commandIn } from "../shell/compare.ts";
import { environment, makeRoot } from "../shell/guest-root.ts";
import { oracleCommand, outcomeOf } from "../shell/oracle.ts";
import { runOnHost, twins } from "../support/guests.ts";
import { type Platform, runWords } from "../support/platform.ts";

/** Name of the program, and how it ends. */
export const suites = [
  ["sorting", 0],
  ["compression", 0],
  ["hashing", 0],
  ["json", 9],
  ["expressions", 21],
  ["numbers", 11],
  ["compiler", 6],
  ["database", 5],
  ["language", 134],
  ["library", 5],
  ["processes", 6],
] as const;

export function compareSuite(platform: Platform, program: string, status: number): void {
  const [ours, theirs] = twins(program);
  const result = vmPlugin([...runWords(platform), "--root", ours, "./program"]);
  const expected = runOnHost(platform, theirs, []);
  expect(expected.status).toBe(status);
  expect(result.stdout.split("\n")).toEqual(expected.stdout.split("\n"));
  // The program's own end by a signal is told in a line of vm-plugin's.
  const stderr = result.stderr.replace(/^vm-plugin: .*\n/gm, "");
  expect({ ...result, stdout: "", stderr }).toEqual({ ...expected, stdout: "" });
}

/** A program that executes others; `mend` makes what the host's run gives what it should give. */
export async function compareExecuting(
  platform: Platform,
  program: string,
  mend = (stdout: string) => stdout,
): Promise<void> {
  const [ours, theirs] = [makeRoot(platform), makeRoot(platform)];
  for (const root of [ours, theirs]) copyFileSync(program, join(root, "program"));
  const expected = await outcomeOf(oracleCommand(platform, theirs, ["/program", "executes"], environment));
  const result = vmPlugin(commandIn(platform, ours, ["/program", "executes"]));
  expect(expected.stdout).toContain("child of 3 words, with an argument, 1 variables, ONLY=this, 0 -1");
  expect(expected.stdout).toContain("system 7");
  expect(result).toEqual({ ...expected, stdout: mend(expected.stdout) });
}
