/**
 * npm start: one program on every engine that this machine offers, each beside the native x86-64 build that ran just
 * before it, with equal checksums. Exit code 1 when a checksum differs or a run fails.
 */
import { existsSync } from "node:fs";
import { type Engine, listEngines } from "./harness/engines.ts";
import { type Command, commandText, measureProcess } from "./harness/process-time.ts";
import { medianOf } from "./harness/statistics.ts";
import { formatNumber, formatTable } from "./harness/table.ts";
import { guestPath, runCommand } from "./harness/vm-plugin.ts";

const rounds = 3;
/** No round begins after this many seconds: a slow machine shows one. */
const patience = 20;

interface Run {
  readonly cpu: number;
  readonly output: string;
}

interface Line {
  readonly engine: string;
  readonly guest: string;
  readonly runs: Run[];
}

function run(command: Command): Run {
  const { cpu, output, exitCode, errors } = measureProcess(command);
  if (exitCode !== 0) throw new Error(`${commandText(command)} ended with code ${exitCode}: ${errors.trim()}`);
  return { cpu, output: output.replace(/^checksum /, "").trim() };
}

/** CPU seconds of each engine and, where it can run, of the native build, all of them in every round. */
function measure(engines: readonly Engine[], native: boolean): { peer: Line; lines: Line[] } {
  const peer: Line = { engine: "native", guest: "x86_64", runs: [] };
  const lines = engines.map(({ name, guest }): Line => ({ engine: name, guest, runs: [] }));
  const begun = performance.now();
  for (let round = 0; round < rounds && (round === 0 || performance.now() - begun < patience * 1000); round++) {
    if (native) peer.runs.push(run({ program: guestPath("x86_64", "checksum"), arguments: [] }));
    for (const line of lines)
      line.runs.push(run(runCommand({ engine: line.engine }, guestPath(line.guest, "checksum"))));
  }
  return { peer, lines };
}

function formatLine({ engine, guest, runs }: Line, peer: Line, expected: string): string[] {
  const ratios = runs.map(({ cpu }, round) => cpu / (peer.runs[round]?.cpu ?? Number.NaN));
  const outputs = new Set(runs.map(({ output }) => output));
  return [
    engine,
    guest,
    [...outputs].join(" and "),
    outputs.size === 1 && outputs.has(expected) ? "yes" : "NO",
    medianOf(runs.map(({ cpu }) => cpu)).toFixed(2),
    peer.runs.length === 0 ? "" : `${formatNumber(medianOf(ratios))}x`,
  ];
}

async function main(): Promise<number> {
  const { offered, skipped } = await listEngines();
  const engines = offered.filter(({ guest }) => existsSync(guestPath(guest, "checksum")));
  const native = process.platform === "linux" && process.arch === "x64";
  const { peer, lines } = measure(engines, native);
  const shown = native ? [peer, ...lines] : lines;
  const expected = shown[0]?.runs[0]?.output ?? "";
  const table = shown.map((line) => formatLine(line, peer, expected));
  const head = ["engine", "guest", "checksum", "equal", "CPU seconds", "against native"];
  process.stdout.write(`${formatTable(head, table)}\n`);
  for (const { name, guest } of offered) {
    if (!existsSync(guestPath(guest, "checksum")))
      skipped.push({ name, reason: `no program here is built for ${guest}` });
  }
  if (!native) skipped.push({ name: "native", reason: `its build is for x86-64, this is ${process.arch}` });
  for (const { name, reason } of skipped) process.stdout.write(`skipped: ${name}: ${reason}\n`);
  return lines.length > 0 && table.every((line) => line[3] === "yes") ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`npm start: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
