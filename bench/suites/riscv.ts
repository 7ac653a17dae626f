/** RISC-V programs in the interpreter, their CPU time against qemu-riscv64's. */
import { mustSucceed, processPairs } from "../harness/pairs.ts";
import { type Command, commandText } from "../harness/process-time.ts";
import { buildProgram, programs, scaleOf } from "../harness/programs.ts";
import { geometricMeanRow, type Pair, pairedRow, type Row, type RowHead } from "../harness/row.ts";
import type { SuiteContext } from "../harness/suite.ts";
import { findProgram } from "../harness/toolchain.ts";
import { guestPath, runCommand } from "../harness/vm-plugin.ts";

const engine = "interpreter";
const peer = "qemu-riscv64";

type Bars = Pick<RowHead, "bar" | "goal">;

export default async function riscv(context: SuiteContext): Promise<void> {
  const qemu = findProgram("qemu-riscv64");
  const compiler = findProgram("riscv64-linux-gnu-gcc");
  if (qemu === undefined) {
    context.skip("riscv", "qemu-riscv64 is not installed (Debian: qemu-user)");
    return;
  }
  systemCallRows(context, qemu);
  if (compiler === undefined) {
    context.skip("programs", "riscv64-linux-gnu-gcc is not installed (Debian: gcc-riscv64-linux-gnu)");
    return;
  }
  const measured = programs.map((program) => {
    const executable = buildProgram(compiler, "riscv64", program);
    const scale = String(scaleOf(program, context.effort.quick));
    const pairs = compare(context, qemu, executable, [scale], context.effort.pairs);
    context.row(pairedRow("ratio", { name: `${engine}: ${program.name} ${scale}`, unit: "s", peer }, pairs));
    return { group: program.group, pairs };
  });
  for (const group of ["integers", "floats"]) {
    const some = measured.filter((one) => one.group === group);
    context.row(meanRow(`programs on ${group}`, some));
  }
  context.row(meanRow("programs", measured, { bar: 3.5, goal: 2.2 }));
}

function meanRow(of: string, measured: readonly { readonly pairs: readonly Pair[] }[], bars: Bars = {}): Row {
  const name = `${engine}: geometric mean of ${measured.length} ${of}`;
  const pairs = measured.map((one) => one.pairs);
  return geometricMeanRow({ name, unit: "s", peer, ...bars }, pairs);
}

function systemCallRows(context: SuiteContext, qemu: string): void {
  const count = context.effort.quick ? 100_000 : 500_000;
  for (const call of ["getpid", "write"]) {
    const pairs = compare(
      context,
      qemu,
      guestPath("riscv64", "syscall-loop"),
      [String(count), call],
      context.effort.pairs,
    );
    const head = { name: `${engine}: ${count} system calls, ${call}`, unit: "s", peer, bar: 0.5, goal: 0.2 };
    context.row(pairedRow("ratio", head, pairs));
  }
}

/** Pairs of CPU seconds of the same executable here and under qemu; both must print the same and succeed. */
function compare(
  context: SuiteContext,
  qemu: string,
  executable: string,
  words: readonly string[],
  count: number,
): Pair[] {
  const ours = runCommand({ engine }, executable, ...words);
  const theirs: Command = { program: qemu, arguments: [executable, ...words] };
  context.progress(`${count} x ${commandText(ours)} against ${commandText(theirs)}`);
  return processPairs(ours, theirs, count, (our, their) => {
    mustSucceed(theirs, their);
    mustSucceed(ours, our, their.output);
  });
}
