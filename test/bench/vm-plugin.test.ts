import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { measureProcess } from "../../bench/harness/process-time.ts";
import { guestPath, runCommand } from "../../bench/harness/vm-plugin.ts";
import { folder } from "../support/folder.ts";

test("a run that is measured does not use the user's own home", () => {
  const unusable = join(folder(), "home");
  writeFileSync(unusable, "");
  vi.stubEnv("VM_PLUGIN_HOME", unusable);
  try {
    const { exitCode, output } = measureProcess(runCommand({ engine: "interpreter" }, guestPath("riscv64", "hello")));
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: "Hello from a guest!\n" });
  } finally {
    vi.unstubAllEnvs();
  }
});
