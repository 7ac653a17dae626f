/** Shell scripts in Debian's riscv64 busybox: status, streams and files are what they are under qemu-riscv64. */
import { describe, expect, test } from "vitest";
import { main } from "../../cli/vm-plugin.ts";
import { busybox, environment, makeRoot, noBusybox } from "./shell/guest-root.ts";
import { oracleCommand, outcomeOf, whyNone } from "./shell/oracle.ts";
import { placeTable, readResult, tables } from "./shell/table.ts";

const reason = noBusybox || whyNone();
if (reason) console.warn(`skipped: ${reason}`);
const skip = reason !== false;

const ourCommand = (root: string, words: readonly string[]): [string, string[]] => {
  const set = Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  // unlzma asks for as much as a header of its input says, which is text here: under 2 GiB.
  return [process.execPath, [main, "run", "--memory", "4G", "--root", root, ...set, ...words]];
};

/** Some applets ask for a socket and go on without: under qemu they look for a service that is not in the root. */
const socketRefused = /^vm-plugin: warn: linux: system call \d+ \(socket\) is refused .*\n/m;

test("the tables hold at least 150 scripts", () => {
  const names = tables.flatMap(({ name, cases }) => cases.map((one) => `${name}: ${one.name}`));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(150);
});

describe.skipIf(skip)(`scripts in ${busybox} (needs /proc/sys/fs/binfmt_misc of its own)`, () => {
  const [ours, theirs] = skip ? ["", ""] : [makeRoot(), makeRoot()];

  describe.each(tables)("$name", ({ name, cases }) => {
    test("the table runs to its end", async () => {
      const words = placeTable(ours, name, cases);
      placeTable(theirs, name, cases);
      const [our, their] = await Promise.all([
        outcomeOf(ourCommand(ours, words)),
        outcomeOf(oracleCommand(theirs, words, environment)),
      ]);
      expect(their).toEqual({ status: 0, stdout: "", stderr: "" });
      expect({ ...our, stderr: our.stderr.replace(socketRefused, "") }).toEqual(their);
    });

    test.each(cases.map((one, index) => [one.name, index] as const))("%s", (_, index) => {
      expect(readResult(ours, name, index)).toEqual(readResult(theirs, name, index));
    });
  });
});
