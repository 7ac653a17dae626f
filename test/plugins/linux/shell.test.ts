/** Shell scripts in Debian's riscv64 busybox: status, streams and files are what they are under qemu-riscv64. */
import { expect, test } from "vitest";
import { cannotCompare, compareScripts } from "./shell/compare.ts";
import { tables } from "./shell/table.ts";
import { riscv64 } from "./support/platform.ts";

test("the tables hold at least 150 scripts", () => {
  const names = tables.flatMap(({ name, cases }) => cases.map((one) => `${name}: ${one.name}`));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(150);
});

const title = "scripts in busybox (needs /proc/sys/fs/binfmt_misc of its own)";
compareScripts(title, riscv64, cannotCompare(riscv64));
