import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { buildNativeTests } from "./build-native-tests.ts";

const { program } = buildNativeTests();
const { stdout, stderr, status, signal } = spawnSync(program, { encoding: "utf8", timeout: 100_000 });

describe("native core", () => {
  let explanation = "";
  for (const line of stdout.split("\n")) {
    const [, not, name, skipped] = /^(not )?ok (.*?)(?: # skipped: (.*))?$/.exec(line) ?? [];
    if (name === undefined) {
      explanation += `${line}\n`;
      continue;
    }
    const reason = explanation;
    explanation = "";
    test.skipIf(skipped !== undefined)(skipped === undefined ? name : `${name} (${skipped})`, () =>
      expect(not, reason).toBeUndefined(),
    );
  }

  test("the program ends by itself and agrees", () => {
    expect({ status, signal }, `${explanation}${stderr}`).toEqual({ status: 0, signal: null });
  });
});
