/** A program's status, output and errors in a machine against those on the host. */
import { expect } from "vitest";
import { Machine } from "../../../../src/machine/machine.ts";
import { build, run, runOnHost, twins } from "./guests.ts";
import { machineOptions, type Platform } from "./platform.ts";

export interface Comparison {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Of the machine; "256M" by default. */
  readonly memory?: string;
  /** What the program prints when it got to its end. */
  readonly last: string;
  /** What the host's output should be, where it is something else. */
  readonly mend?: (stdout: string) => string;
  /** Takes out of both outputs what may differ. */
  readonly normalize?: (stdout: string) => string;
  /** The folder of the program's source, where it is not that of this plugin's guests. */
  readonly sources?: string;
}

export async function sameResults(
  platform: Platform,
  name: string,
  {
    args = [],
    env = {},
    memory = "256M",
    last,
    mend = (stdout) => stdout,
    normalize = (stdout) => stdout,
    sources,
  }: Comparison,
): Promise<void> {
  const [ours, theirs] = twins(build(name, platform.compilers.c, sources));
  await using machine = await Machine.create({ ...machineOptions(platform), memory, root: ours });
  const { status, stdout, stderr } = await run(machine, "./program", args, { env });
  const expected = runOnHost(platform, theirs, args, env);
  expect(normalize(stdout).split("\n")).toEqual(normalize(mend(expected.stdout)).split("\n"));
  expect(stdout).toContain(last);
  expect({ status, stderr }).toEqual({ status: expected.status, stderr: expected.stderr });
}
