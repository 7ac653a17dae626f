/** Exits that devices serve: native ones in instructions, those in TypeScript in time beyond the exit itself. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildNative } from "../../test/support/native-build.ts";
import { instructionsPerOperation } from "../harness/callgrind.ts";
import { operationPairs, scaled } from "../harness/operations.ts";
import { exactDifferenceRow, pairedRow } from "../harness/row.ts";
import { compile, findProgram, scratchFolder } from "../harness/toolchain.ts";
import { repository, runCommand } from "../harness/vm-plugin.ts";
import { buildLoop, engine, plainLoop, type Sides } from "./sides.ts";

/** What the guest executes, and what the plain loop calls the same. */
const accesses = {
  read: { text: "inb %dx, %al; nop", port: 0x600, loop: "in" },
  write: { text: "outb %al, %dx; nop", port: 0x600, loop: "out" },
  load: { text: "movl (%rbx), %eax", port: 0, loop: "load" },
  posted: { text: "outb %al, %dx; nop", port: 0x610, loop: "out" },
};

export function deviceRows(sides: Sides): void {
  nativeRow(sides);
  typescriptRow(sides, "read", "a port read served by TypeScript", 25);
  typescriptRow(sides, "write", "a port write served by TypeScript", 25);
  typescriptRow(sides, "load", "a read of device memory served by TypeScript", 25);
  typescriptRow(sides, "posted", "a posted port write to TypeScript", 1);
}

/** Both sides leave with the same recorded exits; what one instruction of KVM's own takes is on neither. */
function nativeRow({ context, compiler }: Sides): void {
  const name = `${engine}: port and MMIO exit served by a native device`;
  const valgrind = findProgram("valgrind");
  if (valgrind === undefined) {
    context.skip(name, "valgrind is not installed (Debian: valgrind)");
    return;
  }
  const recording = join(scratchFolder(), "exits");
  compile(buildLoop(compiler), ["record", recording]);
  const environment = { VMP_RECORDING: recording };
  const image = join(scratchFolder(), "halt.bin");
  writeFileSync(image, Uint8Array.of(0xf4));
  const folder = buildNative("plain", "vmp_bench_serve", "vmp_plugin_kvm", "vmp_plugin_bare-metal");
  const plugin = (id: string) => [join(folder, "plugins", id, `${id}.node`), id];
  const serve = join(folder, "bench/kvm/machine/vmp_bench_serve");
  context.progress("served exits under callgrind");
  const ours = instructionsPerOperation(
    valgrind,
    serve,
    [...plugin("kvm"), ...plugin("bare-metal"), image],
    environment,
  );
  const theirs = instructionsPerOperation(valgrind, buildReplayedLoop(compiler), ["in"], environment);
  const head = { name, unit: "instructions", peer: plainLoop, bar: 150 };
  context.row(exactDifferenceRow(head, ours, theirs));
}

function buildReplayedLoop(compiler: string): string {
  const executable = join(scratchFolder(), "replayed-loop");
  const sources = ["loop/main.c", "loop/machine.c", "replay/ioctl.c"].map((name) =>
    join(repository, "bench/kvm", name),
  );
  compile(compiler, ["-O2", "-Wall", "-Wextra", "-Werror", "-o", executable, ...sources]);
  return executable;
}

function typescriptRow({ context, compiler }: Sides, kind: keyof typeof accesses, what: string, bar: number): void {
  const { text, port, loop: name } = accesses[kind];
  const loop = buildLoop(compiler);
  const [few, many] = context.effort.quick ? [500, 5500] : [1000, 41_000];
  const images = new Map([few, many].map((count) => [count, buildImage(compiler, text, port, count)]));
  const options = ["--personality", "bare-metal", "--architecture", "x86_64", "--device", "debug-exit"];
  const run = {
    engine,
    plugins: [join(repository, "bench/plugins/registers-typescript")],
    options: [...options, "--configure", "debug-exit.plain=true"],
  };
  const pairs = operationPairs(
    context,
    { few, many, commandFor: (count) => runCommand(run, images.get(count) as string) },
    { few, many, commandFor: (count) => ({ program: loop, arguments: [name, String(count)] }) },
    (cost) => cost.elapsed,
  );
  const head = { name: `${engine}: ${what}`, unit: "us", peer: plainLoop, bar };
  context.row(pairedRow("difference", head, scaled(pairs, 1e6)));
}

function buildImage(compiler: string, access: string, port: number, count: number): string {
  const image = join(scratchFolder(), `access-${port}-${access.replaceAll(/\W+/g, "-")}-${count}.bin`);
  const definitions = [`-DACCESS=${access}`, `-DPORT=${port}`, `-DCOUNT=${count}`];
  const layout = ["-nostdlib", "-static", "-no-pie", "-Wl,-N", "-Wl,--oformat=binary", "-Wl,-Ttext=0x100000"];
  compile(compiler, [...layout, ...definitions, "-o", image, join(repository, "bench/guests/accesses.S")]);
  return image;
}
