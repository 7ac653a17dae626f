/** What the host itself costs: calls, start-up, and a plugin that does nothing. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mustSucceed, processPairs } from "../harness/pairs.ts";
import { type Command, commandText } from "../harness/process-time.ts";
import { exactDifferenceRow, type Pair, pairedRow } from "../harness/row.ts";
import type { SuiteContext } from "../harness/suite.ts";
import { findProgram, scratchFolder } from "../harness/toolchain.ts";
import { guestPath, repository, runCommand } from "../harness/vm-plugin.ts";
import { discoverRows } from "../host/discover.ts";
import { handleCallRows } from "../host/handle-call.ts";
import { listCommandRows } from "../host/list-command.ts";
import { openHostRows } from "../host/open-host.ts";
import { resolveRows } from "../host/resolve.ts";
import { buildDoNothingNative, countNativeCall } from "./native-call.ts";

const engine = "interpreter";
const greeting = "Hello from a guest!\n";

export default async function host(context: SuiteContext): Promise<void> {
  for (const row of handleCallRows(context.effort, context.progress)) context.row(row);
  for (const row of await openHostRows(context.effort)) context.row(row);
  for (const row of await discoverRows(context.effort)) context.row(row);
  for (const row of await resolveRows(context.effort)) context.row(row);
  const nativePlugin = buildDoNothingNative();
  nativeCallRow(context, nativePlugin);
  startUpRow(context);
  for (const row of await listCommandRows(context.effort, context.progress)) context.row(row);
  doNothingRow(context, "native", nativePlugin);
  doNothingRow(context, "TypeScript", join(repository, "bench/plugins/do-nothing-typescript"));
}

function nativeCallRow(context: SuiteContext, plugin: string): void {
  const name = "native plugin called from native code";
  const valgrind = findProgram("valgrind");
  if (valgrind === undefined) {
    context.skip(name, "valgrind is not installed (Debian: valgrind)");
    return;
  }
  context.progress("native-call under callgrind");
  const { binding, pointer } = countNativeCall(valgrind, plugin);
  const head = { name, unit: "instructions", peer: "C function pointer", bar: 5 };
  context.row(exactDifferenceRow(head, binding, pointer));
}

/** A whole run of a trivial guest, against an empty program of Node's. */
function startUpRow(context: SuiteContext): void {
  const empty = join(scratchFolder(), "empty.mjs");
  writeFileSync(empty, "");
  const peer: Command = { program: process.execPath, arguments: [empty] };
  const ours = runCommand({ engine }, guestPath("riscv64", "hello"));
  const pairs = compareRuns(context, ours, peer, "");
  const head = { name: "vm-plugin run hello", unit: "s", peer: "node empty.mjs", bar: 1.5, goal: 1.2 };
  context.row(pairedRow("ratio", head, pairs));
}

/** What one more plugin that does nothing costs a whole run: discovery, loading, binding. */
function doNothingRow(context: SuiteContext, kind: string, plugin: string): void {
  const hello = guestPath("riscv64", "hello");
  const pairs = compareRuns(
    context,
    runCommand({ engine, plugins: [plugin] }, hello),
    runCommand({ engine }, hello),
    greeting,
  );
  const head = { name: `vm-plugin run hello with a do-nothing ${kind} plugin`, unit: "s", peer: "without it" };
  context.row(pairedRow("difference", head, pairs));
}

function compareRuns(context: SuiteContext, ours: Command, peer: Command, peerOutput: string): Pair[] {
  context.progress(`${context.effort.pairs} x ${commandText(ours)} against ${commandText(peer)}`);
  return processPairs(ours, peer, context.effort.pairs, (our, their) => {
    mustSucceed(ours, our, greeting);
    mustSucceed(peer, their, peerOutput);
  });
}
