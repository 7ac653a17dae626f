/**
 * npm run bench -- SUITE [--json] [--quick]
 *
 * Measures a suite and prints a table, or with --json one report (`Report` in harness/row.ts) on standard output. Quick
 * runs are for trying the benches out: fewer pairs, shorter runs, wider bounds. Exit codes: 0 measured (bars missed or
 * not), 1 a program failed or printed the wrong thing (the rows before it are printed), 2 usage.
 */
import { parseArgs } from "node:util";
import { describeMachine } from "./harness/machine.ts";
import { FULL, QUICK } from "./harness/pairs.ts";
import type { Report, Row, Skipped } from "./harness/row.ts";
import type { Suite } from "./harness/suite.ts";
import { formatReport } from "./harness/table.ts";

const suites: Readonly<Record<string, () => Promise<{ default: Suite }>>> = {
  host: () => import("./suites/host.ts"),
  kvm: () => import("./suites/kvm.ts"),
  riscv: () => import("./suites/riscv.ts"),
};

const usage = `usage: npm run bench -- SUITE [--json] [--quick]\nsuites: ${Object.keys(suites).join(", ")}\n`;

/** What was asked for, or why it is not understood. */
function readArguments():
  | { name: string; load: () => Promise<{ default: Suite }>; json: boolean; quick: boolean }
  | string {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: "boolean", default: false }, quick: { type: "boolean", default: false } },
    });
    const [name, ...rest] = positionals;
    const load = name === undefined || !Object.hasOwn(suites, name) ? undefined : suites[name];
    if (name === undefined || load === undefined || rest.length > 0) return usage;
    return { name, load, ...values };
  } catch (error) {
    return `${(error as Error).message}\n${usage}`;
  }
}

async function main(): Promise<number> {
  const request = readArguments();
  if (typeof request === "string") {
    process.stderr.write(request);
    return 2;
  }
  const rows: Row[] = [];
  const skipped: Skipped[] = [];
  const machine = describeMachine();
  const suite = await request.load();
  let failure: unknown;
  try {
    await suite.default({
      effort: request.quick ? QUICK : FULL,
      row: (row) => void rows.push(row),
      skip: (name, reason) => void skipped.push({ name, reason }),
      progress: (line) => void process.stderr.write(`${line}\n`),
    });
  } catch (error) {
    failure = error;
  }
  const report: Report = { suite: request.name, machine, rows, skipped };
  process.stdout.write(`${request.json ? JSON.stringify(report, null, 2) : formatReport(report)}\n`);
  if (failure === undefined) return 0;
  process.stderr.write(`bench: the suite ended early: ${failure instanceof Error ? failure.message : failure}\n`);
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
