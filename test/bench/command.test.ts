import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { findProgram } from "../../bench/harness/toolchain.ts";
import { repository } from "../../bench/harness/vm-plugin.ts";
import { buildDoNothingNative, countNativeCall } from "../../bench/suites/native-call.ts";

function bench(...words: string[]) {
  return spawnSync(process.execPath, ["--import", "tsx", "bench/main.ts", ...words], {
    cwd: repository,
    encoding: "utf8",
  });
}

test.each([[[]], [["no-such-suite"]], [["host", "riscv"]], [["host", "--no-such-option"]], [["toString"]]])(
  "bench %j is refused with the suites there are",
  (words) => {
    const result = bench(...words);
    expect(result.status).toBe(2);
    expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(/suites: host, kvm, riscv/);
  },
);

const valgrind = findProgram("valgrind");
const reason = valgrind === undefined ? " (skipped: valgrind is not installed)" : "";

test.skipIf(valgrind === undefined)(
  `a native plugin is called with at most 5 instructions more than a C function pointer${reason}`,
  { timeout: 120_000 },
  () => {
    const { binding, pointer } = countNativeCall(valgrind as string, buildDoNothingNative());
    expect(pointer).toBeGreaterThan(5);
    expect(binding - pointer).toBeLessThanOrEqual(5);
  },
);
