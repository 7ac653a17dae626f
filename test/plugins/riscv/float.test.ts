import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { missing } from "../../support/programs.ts";
import { buildCheck } from "./support/harness.ts";

const skip = missing("cmake", "g++");
const seed = Number(process.env.VM_PLUGIN_SEED ?? 1);

test.skipIf(skip)(
  "arithmetic in integers gives what the host's unit gives, results and flags, in every mode it has",
  () => {
    const check = buildCheck("float_check", "plain");
    const result = spawnSync(check, [`${seed}`, "200000"], { encoding: "utf8" });
    console.log(result.stdout.trim());
    expect(result.status, result.stdout + result.stderr).toBe(0);
  },
);
