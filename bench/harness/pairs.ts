/** Pairs: one short run of each side, the side that begins alternating. */
import { Bench } from "tinybench";
import { type Command, commandText, measureProcess, type ProcessCost } from "./process-time.ts";
import type { Pair } from "./row.ts";
import { FEWEST_SAMPLES } from "./statistics.ts";

/** How much a suite measures. */
export interface Effort {
  /** Pairs a row; no run of a side takes much longer than a second. */
  readonly pairs: number;
  /** Milliseconds that tinybench spends on each side of a pair. */
  readonly sideTime: number;
  readonly quick: boolean;
}

export const FULL: Effort = { pairs: 31, sideTime: 20, quick: false };
export const QUICK: Effort = { pairs: FEWEST_SAMPLES, sideTime: 4, quick: true };

/** Nanoseconds per operation of two synchronous functions, each of which does `operations` of them a call. */
export function functionPair(
  ours: () => unknown,
  peer: () => unknown,
  operations: number,
  oursFirst: boolean,
  sideTime: number,
): Pair {
  const side = (run: () => unknown): number => {
    const bench = new Bench({ time: sideTime, iterations: 3, warmup: false });
    bench.add("side", run, { async: false });
    bench.runSync();
    const result = bench.tasks[0]?.result;
    if (result?.state !== "completed") throw new Error(`a benched function failed: ${result?.state}`);
    return (result.latency.p50 * 1e6) / operations;
  };
  const first = side(oursFirst ? ours : peer);
  const second = side(oursFirst ? peer : ours);
  return oursFirst ? { ours: first, peer: second } : { ours: second, peer: first };
}

/** CPU seconds of two commands. `check` sees both results of each pair and throws where they are wrong. */
export function processPairs(
  ours: Command,
  peer: Command,
  count: number,
  check: (ours: ProcessCost, peer: ProcessCost) => void,
): Pair[] {
  return Array.from({ length: count }, (_, index) => {
    const oursFirst = index % 2 === 0;
    const first = measureProcess(oursFirst ? ours : peer);
    const second = measureProcess(oursFirst ? peer : ours);
    const [our, their] = oursFirst ? [first, second] : [second, first];
    check(our, their);
    return { ours: our.cpu, peer: their.cpu };
  });
}

/** Throws, with what the process said, unless it ended with code 0 (and printed `output`, where that is given). */
export function mustSucceed(command: Command, cost: ProcessCost, output?: string): void {
  const said = cost.errors.trim().slice(-2000);
  if (cost.exitCode !== 0) {
    throw new Error(`${commandText(command)} ended with code ${cost.exitCode}${said === "" ? "" : `: ${said}`}`);
  }
  if (output !== undefined && cost.output !== output) {
    throw new Error(
      `${commandText(command)} printed ${JSON.stringify(cost.output.slice(0, 200))}, expected ` +
        `${JSON.stringify(output.slice(0, 200))}${said === "" ? "" : `; it said: ${said}`}`,
    );
  }
}
