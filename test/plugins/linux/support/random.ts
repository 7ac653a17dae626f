/** Random system calls with wild arguments end, and change nothing outside the root. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { GuestExit } from "../../../../src/machine/guest-exit.ts";
import { Machine, type SpawnOptions } from "../../../../src/machine/machine.ts";
import { folder } from "../../../support/folder.ts";
import { build, run } from "./guests.ts";
import { machineOptions, type Platform } from "./platform.ts";

const calls = 20_000;

/** Runs the guest in a root with a witness beside it, which must not change. */
async function callAtRandom(platform: Platform, words: string[], limits: SpawnOptions["limits"]): Promise<GuestExit> {
  const base = folder();
  const root = join(base, "root");
  mkdirSync(join(root, "a"), { recursive: true });
  writeFileSync(join(base, "beside"), "untouched");
  copyFileSync(build("random", platform.compilers.c), join(root, "program"));
  await using machine = await Machine.create({ ...machineOptions(platform), memory: "64M", root, logLevel: "error" });
  const { exit } = await run(machine, "/program", words, { stdout: "ignore", stderr: "ignore", limits });
  expect(readdirSync(base).sort()).toEqual(["beside", "root"]);
  expect(readFileSync(join(base, "beside"), "utf8")).toBe("untouched");
  return exit;
}

export function testRandomCalls(title: string, platform: Platform, skip: false | string): void {
  describe.skipIf(skip)(title, () => {
    test.each([1, 2, 3, 4, 5, 6])("seed %i", async (seed) => {
      const descriptors = () => readdirSync("/proc/self/fd").length;
      const before = descriptors();
      const exit = await callAtRandom(platform, [String(seed), String(calls)], { time: "60s" });
      // It may have harmed itself; it has not been stopped, and neither has the host.
      expect(exit.limit).toBeUndefined();
      await expect.poll(descriptors).toBeLessThanOrEqual(before + 2);
    });

    test.each([11, 12, 13, 14])("of all kinds, processes among them, seed %i", async (seed) => {
      const exit = await callAtRandom(platform, [String(seed), String(calls), "all"], { time: "5s", processes: 20 });
      // Most wait for ever, for themselves or for each other; none holds up the end of all.
      expect([undefined, "time", "processes", "memory"]).toContain(exit.limit);
    });
  });
}
