/** Machines from nothing to their guest's first exit, and from a snapshot, without Node on either side. */
import { join } from "node:path";
import { buildNative } from "../../test/support/native-build.ts";
import { mustSucceed } from "../harness/pairs.ts";
import { type Command, commandText, measureProcess } from "../harness/process-time.ts";
import { type Pair, pairedRow } from "../harness/row.ts";
import { compile, scratchFolder } from "../harness/toolchain.ts";
import { repository } from "../harness/vm-plugin.ts";
import { buildLoop, engine, plainLoop, type Sides } from "./sides.ts";

/** Machines that one run of a side makes; it prints the median of their nanoseconds. */
const machines = "15";

export function machineRows(sides: Sides): void {
  const targets = ["vmp_bench_create", "vmp_bench_snapshots", "vmp_plugin_kvm", "vmp_plugin_linux"] as const;
  const folder = buildNative("plain", ...targets);
  const plugin = (name: string) => [join(folder, `plugins/${name}/${name}.node`), name];
  const program = (name: string) => join(folder, "bench/kvm/machine", name);
  createRow(sides, "create a machine to its first exit", 1.2, {
    program: program("vmp_bench_create"),
    arguments: [...plugin("kvm"), machines],
  });
  const warm = join(scratchFolder(), "warm");
  compile(sides.compiler, ["-O2", "-static", "-o", warm, join(repository, "bench/guests/warm.c")]);
  const snapshots = (what: string): Command => ({
    program: program("vmp_bench_snapshots"),
    arguments: [what, ...plugin("kvm"), ...plugin("linux"), warm, machines],
  });
  createRow(sides, "fork a warmed guest of 64 MiB to its first output", 1.2, snapshots("fork"));
  createRow(sides, "the same from a warm pool", 0.4, snapshots("pool"));
  createRow(sides, "reset with 16 pages written", 0.25, snapshots("reset"));
}

/** Against what the loop needs from nothing to a guest's first exit. */
function createRow({ context, compiler }: Sides, name: string, bar: number, ours: Command): void {
  const theirs = { program: buildLoop(compiler), arguments: ["create", machines] };
  context.progress(`${context.effort.pairs} x ${commandText(ours)} against ${commandText(theirs)}`);
  const pairs = Array.from({ length: context.effort.pairs }, (_, index): Pair => {
    const first = milliseconds(index % 2 === 0 ? ours : theirs);
    const second = milliseconds(index % 2 === 0 ? theirs : ours);
    return index % 2 === 0 ? { ours: first, peer: second } : { ours: second, peer: first };
  });
  const head = { name: `${engine}: ${name}`, unit: "ms", peer: `${plainLoop}, create to first exit`, bar };
  context.row(pairedRow("ratio", head, pairs));
}

function milliseconds(command: Command): number {
  const cost = measureProcess(command);
  mustSucceed(command, cost);
  return Number(cost.output) / 1e6;
}
