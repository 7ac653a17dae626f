/** The whole command with a program that says hello. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mustSucceed, processPairs } from "../harness/pairs.ts";
import { type Command, commandText } from "../harness/process-time.ts";
import { pairedRow } from "../harness/row.ts";
import { scratchFolder } from "../harness/toolchain.ts";
import { guestPath, runCommand } from "../harness/vm-plugin.ts";
import { engine, type Sides } from "./sides.ts";

export function startRow({ context }: Sides): void {
  const empty = join(scratchFolder(), "empty.mjs");
  writeFileSync(empty, "");
  const theirs: Command = { program: process.execPath, arguments: [empty] };
  const ours = runCommand({ engine }, guestPath("x86_64", "hello"));
  context.progress(`${context.effort.pairs} x ${commandText(ours)} against ${commandText(theirs)}`);
  const pairs = processPairs(ours, theirs, context.effort.pairs, (our, their) => {
    mustSucceed(ours, our, "Hello from a guest!\n");
    mustSucceed(theirs, their, "");
  });
  const head = {
    name: `vm-plugin run --engine ${engine} hello`,
    unit: "s",
    peer: "node empty.mjs",
    bar: 1.5,
    goal: 1.2,
  };
  context.row(pairedRow("ratio", head, pairs));
}
