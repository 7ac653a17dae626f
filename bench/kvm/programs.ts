/** Programs in ring 3 against the same executables on the host: what they take once they run. */
import { join } from "node:path";
import { operationPairs } from "../harness/operations.ts";
import { buildProgram, programs } from "../harness/programs.ts";
import { geometricMeanRow, type Pair, pairedRow } from "../harness/row.ts";
import { compile, scratchFolder } from "../harness/toolchain.ts";
import { repository, runCommand } from "../harness/vm-plugin.ts";
import { engine, type Sides } from "./sides.ts";

const peer = "the host";
const bar = 1.05;
/** Runs of seconds vary little, and take long. */
const longPairs = 11;
/** One of each kind: integers, hashing, memory, floats. */
const chosen = ["sha256", "quicksort", "binary-trees", "sieve", "n-body", "matrix"];

export function programRows(sides: Sides): void {
  const { compiler } = sides;
  const measured: Pair[][] = [];
  for (const program of programs.filter(({ name }) => chosen.includes(name))) {
    const executable = buildProgram(compiler, "x86_64", program);
    measured.push(compare(sides, program.name, executable, program.scale * 4));
  }
  const vectors = join(scratchFolder(), "vectors");
  compile(compiler, ["-O3", "-mavx2", "-static", "-o", vectors, join(repository, "bench/guests/vectors.c")]);
  measured.push(compare(sides, "AVX2 in the cache", vectors, 1_600_000, "16384"));
  measured.push(compare(sides, "AVX2 in memory", vectors, 160, "33554432"));
  const head = { name: `${engine}: geometric mean of ${measured.length} programs`, unit: "s", peer, bar };
  sides.context.row(geometricMeanRow(head, measured));
}

/** Pairs of seconds for `scale` rounds, without what one round takes with all that is touched for the first time. */
function compare({ context }: Sides, name: string, executable: string, scale: number, ...words: string[]): Pair[] {
  const [few, many] = [1, Math.max(3, context.effort.quick ? Math.ceil(scale / 4) : scale)];
  const effort = { ...context.effort, pairs: Math.min(context.effort.pairs, longPairs) };
  const pairs = operationPairs(
    { ...context, effort },
    { few, many, commandFor: (rounds) => runCommand({ engine }, executable, String(rounds), ...words) },
    { few, many, commandFor: (rounds) => ({ program: executable, arguments: [String(rounds), ...words] }) },
    (cost) => cost.cpu,
    (ours, theirs) => {
      if (ours !== theirs) throw new Error(`${name} printed ${JSON.stringify(ours)}, on the host ${theirs}`);
    },
  );
  context.row(pairedRow("ratio", { name: `${engine}: ${name}`, unit: "s a round", peer, bar }, pairs));
  return pairs;
}
