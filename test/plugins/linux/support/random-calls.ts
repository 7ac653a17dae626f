/** Random system calls with wild arguments, of a guest that must end and change nothing outside its root. */
import { copyFileSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GuestExit } from "../../../../src/machine/guest-exit.ts";
import { Machine, type SpawnOptions } from "../../../../src/machine/machine.ts";
import { heldBeyond, holdings, hostState } from "../../../support/host-state.ts";
import { compileGuest, ownSources } from "./compile.ts";
import { machineOptions, type Platform } from "./platform.ts";

/** "of its own": none that waits, ends or makes another process; "all": every number. */
export type Calls = "of its own" | "all";

export interface Round {
  readonly platform: Platform;
  /** Of buildRandomCalls. */
  readonly program: string;
  /** An empty folder, which gets the root and a witness beside it. */
  readonly folder: string;
  readonly seed: number;
  readonly calls: Calls;
}

const number = 20_000;
const refusedToRun = 98;

const rules: Readonly<Record<Calls, { words: string[]; limits: SpawnOptions["limits"]; ends: unknown[] }>> = {
  // It may have harmed itself; nothing has stopped it.
  "of its own": { words: [], limits: { time: "60s", processes: 20 }, ends: [undefined] },
  // Most wait for ever, for themselves or for each other; none holds up the end of all.
  all: { words: ["all"], limits: { time: "2s", processes: 20 }, ends: [undefined, "time", "processes", "memory"] },
};

export function buildRandomCalls({ compilers }: Platform, program: string): void {
  compileGuest(join(ownSources, "random.c"), program, compilers.c);
}

/** How the guest has ended, and what is wrong with that or with this host. */
export async function callAtRandom({
  platform,
  program,
  folder,
  seed,
  calls,
}: Round): Promise<{ exit: GuestExit; wrong: string[] }> {
  const { words, limits, ends } = rules[calls];
  const root = join(folder, "root");
  const beside = join(folder, "beside");
  mkdirSync(join(root, "a"), { recursive: true });
  writeFileSync(beside, "untouched");
  copyFileSync(program, join(root, "program"));
  const witness = () => {
    const { mode, uid, gid, nlink, mtimeMs } = lstatSync(beside);
    const names = readdirSync(folder).sort();
    return JSON.stringify([names, mode, uid, gid, nlink, mtimeMs, readFileSync(beside, "utf8")]);
  };
  const found = { witness: witness(), state: hostState(), held: holdings() };
  const exit = await run(platform, root, [String(seed), String(number), ...words], limits);
  const wrong: string[] = [];
  if (!ends.includes(exit.limit)) wrong.push(`the guest was ended by the limit ${exit.limit}: ${exit.detail}`);
  if (exit.code === refusedToRun) wrong.push("the guest took the machine for a host, and made no calls");
  if (witness() !== found.witness) wrong.push(`beside the root there was ${found.witness}, and is ${witness()}`);
  if (hostState() !== found.state) wrong.push(`this process was\n${found.state}\nand is\n${hostState()}`);
  const held = await heldBeyond(found.held);
  if (held !== undefined)
    wrong.push(`this process had ${JSON.stringify(found.held)}, and keeps ${JSON.stringify(held)}`);
  return { exit, wrong };
}

async function run(platform: Platform, root: string, words: string[], limits: SpawnOptions["limits"]) {
  await using machine = await Machine.create({ ...machineOptions(platform), memory: "64M", root, logLevel: "error" });
  return await machine.spawn("/program", words, { stdout: "ignore", stderr: "ignore", limits }).exit;
}
