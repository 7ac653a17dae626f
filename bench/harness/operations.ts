/** Rows that count operations: what each costs is the difference of a long and a short run. */
import { mustSucceed } from "./pairs.ts";
import { type Command, commandText, measureProcess, type ProcessCost } from "./process-time.ts";
import type { Pair } from "./row.ts";
import type { SuiteContext } from "./suite.ts";

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

/** Pairs in another unit. */
export const scaled = (pairs: readonly Pair[], by: number): Pair[] =>
  pairs.map((pair) => ({ ours: pair.ours * by, peer: pair.peer * by }));
