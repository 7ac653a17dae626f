/** Both sides of the rows: the same guest here and under qemu-riscv64. */
import { join } from "node:path";
import { mustSucceed } from "../harness/pairs.ts";
import { type Command, commandText, measureProcess, type ProcessCost } from "../harness/process-time.ts";
import type { Pair } from "../harness/row.ts";
import type { SuiteContext } from "../harness/suite.ts";
import { compile, scratchFolder } from "../harness/toolchain.ts";
import { repository } from "../harness/vm-plugin.ts";

export const engine = "interpreter";
export const peer = "qemu-riscv64";

export interface Sides {
  readonly context: SuiteContext;
  /** The path of qemu-riscv64. */
  readonly qemu: string;
  /** The path of riscv64-linux-gnu-gcc. */
  readonly compiler: string;
}

const built = new Map<string, string>();

/** The path of bench/guests/NAME.c, built as the programs of bench/programs are. */
export function buildGuest(compiler: string, name: string): string {
  const before = built.get(name);
  if (before !== undefined) return before;
  const executable = join(scratchFolder(), name);
  compile(compiler, ["-O2", "-static", "-o", executable, join(repository, "bench/guests", `${name}.c`)]);
  built.set(name, executable);
  return executable;
}

/** A side of a row that counts operations: its command for a number of them. */
export interface Side {
  readonly commandFor: (operations: number) => Command;
  /** The two lengths whose difference is measured, so that start-up does not appear. */
  readonly few: number;
  readonly many: number;
}

/** Seconds an operation, of `what` each run cost. The longer run's output is the second answer. */
function perOperation(side: Side, what: (cost: ProcessCost) => number): { seconds: number; output: string } {
  const costs = [side.few, side.many].map((operations) => {
    const command = side.commandFor(operations);
    const cost = measureProcess(command);
    mustSucceed(command, cost);
    return cost;
  });
  const [short, long] = costs as [ProcessCost, ProcessCost];
  return { seconds: (what(long) - what(short)) / (side.many - side.few), output: long.output };
}

/** Pairs of seconds an operation; `check` sees what both sides printed in their longer runs. */
export function operationPairs(
  context: SuiteContext,
  ours: Side,
  theirs: Side,
  what: (cost: ProcessCost) => number,
  check: (ours: string, theirs: string) => void = () => {},
): Pair[] {
  const text = (side: Side) => commandText(side.commandFor(side.many));
  context.progress(`${context.effort.pairs} x ${text(ours)} against ${text(theirs)}`);
  return Array.from({ length: context.effort.pairs }, (_, index) => {
    const oursFirst = index % 2 === 0;
    const first = perOperation(oursFirst ? ours : theirs, what);
    const second = perOperation(oursFirst ? theirs : ours, what);
    const [our, their] = oursFirst ? [first, second] : [second, first];
    check(our.output, their.output);
    return { ours: our.seconds, peer: their.seconds };
  });
}

export function mustAgree(ours: string, theirs: string): void {
  if (ours !== theirs)
    throw new Error(`printed here: ${JSON.stringify(ours)}, under ${peer}: ${JSON.stringify(theirs)}`);
}

/** Pairs in another unit. */
export const scaled = (pairs: readonly Pair[], by: number): Pair[] =>
  pairs.map((pair) => ({ ours: pair.ours * by, peer: pair.peer * by }));
