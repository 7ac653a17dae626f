/** What the personality keeps of processes in a snapshot, and makes of it; harness/snapshots has the tests themselves. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildNative } from "../../support/native-build.ts";

const program = join(buildNative("plain", "vmp_linux_snapshots"), "plugins/linux/vmp_linux_snapshots");
const { stdout, stderr, status, signal } = spawnSync(program, { encoding: "utf8", timeout: 100_000 });

describe("the personality's snapshots", () => {
  let explanation = "";
  for (const line of stdout.split("\n")) {
    const [, not, name] = /^(not )?ok (.*)$/.exec(line) ?? [];
    if (name === undefined) {
      explanation += `${line}\n`;
      continue;
    }
    const reason = explanation;
    explanation = "";
    test(name, () => expect(not, reason).toBeUndefined());
  }

  test("the program ends by itself and agrees", () => {
    expect({ status, signal }, `${explanation}${stderr}`).toEqual({ status: 0, signal: null });
  });
});
