/** What signals, waits and limits do between processes, as signal(7), wait(2), setrlimit(2) and POSIX have it. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { Machine } from "../../../../src/machine/machine.ts";
import { main } from "../../../cli/vm-plugin.ts";
import { missing } from "../../../support/programs.ts";
import { build, run, twins } from "./guests.ts";
import { machineOptions, type Platform, runWords } from "./platform.ts";

export function testRules(title: string, platform: Platform, skip: false | string): void {
  const program = () => build("rules", platform.compilers.c);
  const command = (rule: string) =>
    `exec '${process.execPath}' '${main}' ${runWords(platform).join(" ")} '${program()}' ${rule}`;

  describe.skipIf(skip)(title, () => {
    test.each([
      ["a full queue of real-time signals keeps no SIGTERM out", "full-queue", ["full 1"], 143],
      ["a futex wait with a timeout is ended by a handler, SA_RESTART or not", "futex-timeout", [/Interrupted/], 0],
      ["a private mapping of a file does not grow by pages that are not the file's", "file-growth", [/Bad address/], 0],
      ["RLIMIT_NPROC refuses a fork", "process-limit", ["Resource temporarily unavailable"], 0],
      ["a stopped group that loses who could continue it is hung up", "orphaned-group", ["hung up 0"], 0],
      ["an ignored SIGCHLD is not left pending", "ignored-end", [/No child processes/, "pending 0"], 0],
      ["a stop sends SIGCHLD whatever tells of the end", "silent-stop", ["pending 1"], 0],
      ["a write to a full pipe goes on when a signal is ignored", "ignored-signal", ["wrote 1048576"], 0],
      ["sigtimedwait takes a blocked signal that would be ignored", "awaited-signal", ["got SIGCHLD 1"], 0],
      ["a large read gives all of a file or a device", "large-read", ["1 1 1"], 0],
      ["an orphan goes to the nearest subreaper", "subreaper", ["reaper 1 waited 1 status 7"], 0],
      ["a timer's pending signal does not outlive its program", "timer-after-exec", ["pending 0"], 0],
      [
        "a fork for which the host has no addresses left is to be tried again",
        "many-forks",
        ["Resource temporarily unavailable"],
        0,
      ],
      [
        "what has no splice, no such position and no size is refused",
        "odd-files",
        [/Invalid/, /Invalid/, /Invalid/, /= 0/, /= 0/, /Invalid/],
        0,
      ],
    ] as const)("%s", async (_, rule, lines, status) => {
      const [root] = twins(program());
      const options = { ...machineOptions(platform), memory: "64M", root };
      await using machine = await Machine.create(options);
      const result = await run(machine, "/program", [rule]);
      const said = result.stdout.trimEnd().split("\n");
      expect(said).toHaveLength(lines.length);
      for (const [i, line] of lines.entries()) expect(said[i]).toEqual(expect.stringMatching(line));
      expect(result.status).toBe(status);
    });

    test.each([
      ["a large buffer costs what is read into it", "large-buffer", ["8 6 9 0 3 65536"], { memory: "64M" }],
      [
        "a descriptor's number stays below the run's limit",
        "descriptor-numbers",
        [/= 1/, /Bad file descriptor/, /Bad file descriptor/, /Invalid argument/, /= 1/],
        { openFiles: 20 },
      ],
      ["a memory file needs room for what is copied alone", "memory-file", [/= 10/, /= 3/, /= 0/], {}],
    ] as const)("%s", async (_, rule, lines, limits) => {
      const [root] = twins(program());
      await using machine = await Machine.create({ ...machineOptions(platform), memory: "48M", root });
      const result = await run(machine, "/program", [rule], { limits });
      const said = result.stdout.trimEnd().split("\n");
      expect(said).toHaveLength(lines.length);
      for (const [i, line] of lines.entries()) expect(said[i]).toEqual(expect.stringMatching(line));
      expect(result.status).toBe(0);
    });

    test.skipIf(missing("script"))("a background splice from the terminal stops its group", () => {
      const { stdout } = spawnSync("script", ["-qefc", command("splice-stop"), "/dev/null"], {
        encoding: "utf8",
        input: "",
      });
      expect(stdout).toContain("stopped 1 by SIGTTIN 1");
    });

    test.skipIf(missing("script"))("a background write to a terminal of `stty tostop` stops its group", () => {
      const { stdout } = spawnSync("script", ["-qefc", command("terminal-stop"), "/dev/null"], {
        encoding: "utf8",
        input: "",
      });
      expect(stdout).toContain("stopped 1 by SIGTTOU 1");
      expect(stdout).not.toContain("written");
    });
  });
}
