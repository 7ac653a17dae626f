/** Programs that compute: their CPU time, start-up included, and its geometric means. */
import { mustSucceed, processPairs } from "../harness/pairs.ts";
import { type Command, commandText } from "../harness/process-time.ts";
import { buildProgram, programs, scaleOf } from "../harness/programs.ts";
import { geometricMeanRow, type Pair, pairedRow, type Row, type RowHead } from "../harness/row.ts";
import { runCommand } from "../harness/vm-plugin.ts";
import { engine, peer, type Sides } from "./sides.ts";

/** Runs of seconds vary little, and take long. */
const longPairs = 7;

export function programRows(sides: Sides): void {
  const { context, compiler } = sides;
  const measured = programs.map((program) => {
    const executable = buildProgram(compiler, "riscv64", program);
    const scale = String(scaleOf(program, context.effort.quick));
    const pairs = compare(sides, executable, scale);
    context.row(pairedRow("ratio", { name: `${engine}: ${program.name} ${scale}`, unit: "s", peer }, pairs));
    return { group: program.group, pairs };
  });
  for (const group of ["integers", "floats"]) {
    const some = measured.filter((one) => one.group === group);
    context.row(meanRow(`programs on ${group}`, some));
  }
  context.row(meanRow("programs", measured, { bar: 3.5, goal: 2.2 }));
}

function meanRow(
  of: string,
  measured: readonly { readonly pairs: readonly Pair[] }[],
  bars: Pick<RowHead, "bar" | "goal"> = {},
): Row {
  const name = `${engine}: geometric mean of ${measured.length} ${of}`;
  const pairs = measured.map((one) => one.pairs);
  return geometricMeanRow({ name, unit: "s", peer, ...bars }, pairs);
}

/** Pairs of CPU seconds of the same executable here and under qemu; both must print the same and succeed. */
function compare({ context, qemu }: Sides, executable: string, scale: string): Pair[] {
  const ours = runCommand({ engine }, executable, scale);
  const theirs: Command = { program: qemu, arguments: [executable, scale] };
  const count = Math.min(context.effort.pairs, longPairs);
  context.progress(`${count} x ${commandText(ours)} against ${commandText(theirs)}`);
  return processPairs(ours, theirs, count, (our, their) => {
    mustSucceed(theirs, their);
    mustSucceed(ours, our, their.output);
  });
}
