/** The tables' scripts in a busybox that a machine runs: status, streams and files are what they are on the host. */
import { describe, expect, test } from "vitest";
import { main } from "../../../cli/vm-plugin.ts";
import { type Platform, runWords } from "../support/platform.ts";
import { environment, makeRoot, noBusybox } from "./guest-root.ts";
import { oracleCommand, outcomeOf, whyNone } from "./oracle.ts";
import { placeTable, readResult, tables } from "./table.ts";

/** The command's words for a program in such a root. */
export function commandIn(platform: Platform, root: string, words: readonly string[]): string[] {
  const set = Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  // unlzma asks for as much as a header of its input says, which is text here: under 2 GiB.
  return [...runWords(platform), "--memory", "4G", "--root", root, ...set, ...words];
}

/** Some applets ask for a socket and go on without: on the host they look for a service that is not in the root. */
const socketRefused = /^vm-plugin: warn: linux: system call \d+ \(socket\) is refused .*\n/m;

/** Why no busybox can be compared here, said once; or false. */
export function cannotCompare(platform: Platform): false | string {
  const reason = noBusybox(platform) || whyNone(platform);
  if (reason) console.warn(`skipped: ${reason}`);
  return reason;
}

export function compareScripts(title: string, platform: Platform, skip: false | string): void {
  describe.skipIf(skip)(title, () => {
    const [ours, theirs] = skip ? ["", ""] : [makeRoot(platform), makeRoot(platform)];

    describe.each(tables)("$name", ({ name, cases }) => {
      test("the table runs to its end", async () => {
        const words = placeTable(ours, name, cases);
        placeTable(theirs, name, cases);
        const [our, their] = await Promise.all([
          outcomeOf([process.execPath, [main, ...commandIn(platform, ours, words)]]),
          outcomeOf(oracleCommand(platform, theirs, words, environment)),
        ]);
        expect(their).toEqual({ status: 0, stdout: "", stderr: "" });
        expect({ ...our, stderr: our.stderr.replace(socketRefused, "") }).toEqual(their);
      });

      test.each(cases.map((one, index) => [one.name, index] as const))("%s", (_, index) => {
        expect(readResult(ours, name, index)).toEqual(readResult(theirs, name, index));
      });
    });
  });
}
