/** Random system calls with wild arguments end, and change nothing outside the root. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { folder } from "../../../support/folder.ts";
import type { Platform } from "./platform.ts";
import { buildRandomCalls, type Calls, callAtRandom } from "./random-calls.ts";

export function testRandomCalls(title: string, platform: Platform, skip: false | string): void {
  describe.skipIf(skip)(title, () => {
    const round = (seed: number, calls: Calls) =>
      callAtRandom({ platform, program, folder: folder(), seed, calls }).then(({ wrong }) => wrong);
    let program = "";
    beforeAll(async () => {
      program = join(folder(), "program");
      buildRandomCalls(platform, program);
      await round(0, "of its own"); // what this process makes once, it has made then
    });

    test.each([1, 2, 3, 4, 5, 6])("seed %i", async (seed) => expect(await round(seed, "of its own")).toEqual([]));

    test.each([11, 12, 13, 14])("of all kinds, processes among them, seed %i", async (seed) =>
      expect(await round(seed, "all")).toEqual([]),
    );
  });
}
