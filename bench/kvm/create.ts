/** A machine from nothing to its guest's first exit, without Node on either side. */
import { join } from "node:path";
import { buildNative } from "../../test/support/native-build.ts";
import { mustSucceed } from "../harness/pairs.ts";
import { type Command, commandText, measureProcess } from "../harness/process-time.ts";
import { type Pair, pairedRow } from "../harness/row.ts";
import { buildLoop, engine, plainLoop, type Sides } from "./sides.ts";

/** Machines that one run of a side makes; it prints the median of their nanoseconds. */
const machines = "15";

export function createRow({ context, compiler }: Sides): void {
  const folder = buildNative("plain", "vmp_bench_create", "vmp_plugin_kvm");
  const library = join(folder, "plugins/kvm/kvm.node");
  const ours = { program: join(folder, "bench/kvm/machine/vmp_bench_create"), arguments: [library, "kvm", machines] };
  const theirs = { program: buildLoop(compiler), arguments: ["create", machines] };
  context.progress(`${context.effort.pairs} x ${commandText(ours)} against ${commandText(theirs)}`);
  const pairs = Array.from({ length: context.effort.pairs }, (_, index): Pair => {
    const first = milliseconds(index % 2 === 0 ? ours : theirs);
    const second = milliseconds(index % 2 === 0 ? theirs : ours);
    return index % 2 === 0 ? { ours: first, peer: second } : { ours: second, peer: first };
  });
  const head = { name: `${engine}: create a machine to its first exit`, unit: "ms", peer: plainLoop, bar: 1.2 };
  context.row(pairedRow("ratio", head, pairs));
}

function milliseconds(command: Command): number {
  const cost = measureProcess(command);
  mustSucceed(command, cost);
  return Number(cost.output) / 1e6;
}
