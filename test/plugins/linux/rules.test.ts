/** What signals, waits and limits do between processes, as signal(7), wait(2), setrlimit(2) and POSIX have it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { root as project } from "../../cli/vm-plugin.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run, twins } from "./support/guests.ts";

const skip = missing(crossCompiler);

describe.skipIf(skip)("between processes", () => {
  test.each([
    ["a full queue of real-time signals keeps no SIGTERM out", "full-queue", ["full 1"], 143],
    ["a futex wait with a timeout is ended by a handler, SA_RESTART or not", "futex-timeout", [/Interrupted/], 0],
    ["a private mapping of a file does not grow by pages that are not the file's", "file-growth", [/Bad address/], 0],
    ["RLIMIT_NPROC refuses a fork", "process-limit", ["Resource temporarily unavailable"], 0],
    ["a stopped group that loses who could continue it is hung up", "orphaned-group", ["hung up 0"], 0],
    ["an ignored SIGCHLD is not left pending", "ignored-end", [/No child processes/, "pending 0"], 0],
    ["a stop sends SIGCHLD whatever tells of the end", "silent-stop", ["pending 1"], 0],
  ] as const)("%s", async (_, rule, lines, status) => {
    const [root] = twins(build("rules"));
    const options = { architecture: "riscv64", memory: "64M", root };
    await using machine = await Machine.create(options);
    const result = await run(machine, "/program", [rule]);
    const said = result.stdout.trimEnd().split("\n");
    expect(said).toHaveLength(lines.length);
    for (const [i, line] of lines.entries()) expect(said[i]).toEqual(expect.stringMatching(line));
    expect(result.status).toBe(status);
  });

  test.skipIf(missing("script"))("a background write to a terminal of `stty tostop` stops its group", () => {
    const command = `exec '${process.execPath}' '${join(project, "dist/cli/main.cjs")}' run '${build("rules")}' terminal-stop`;
    const { stdout } = spawnSync("script", ["-qefc", command, "/dev/null"], { encoding: "utf8", input: "" });
    expect(stdout).toContain("stopped 1 by SIGTTOU 1");
    expect(stdout).not.toContain("written");
  });
});
