/**
 * stress-program.ts TOTAL SEED: machines in batches, each with a fate of its own, in a Node that counts what it has before and
 * after. Prints a Report as JSON. To be bundled, and run with --expose-gc.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PluginManager } from "../../src/host/plugin-manager.ts";
import type { GuestProcess } from "../../src/machine/guest-process.ts";
import { Machine } from "../../src/machine/machine.ts";
import { nativePlugins } from "../../src/native.ts";
import { packageRoot } from "../../src/package-root.ts";

export interface Census {
  readonly threads: number;
  readonly descriptors: number;
  readonly mappings: number;
  /** Bytes. */
  readonly resident: number;
  readonly heap: number;
}

export interface Report {
  readonly before: Census;
  readonly after: Census;
  /** How many guests ended how. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
}

const [total, seed] = process.argv.slice(2).map(Number) as [number, number];
const collectGarbage = globalThis.gc;
if (collectGarbage === undefined) throw new Error("it has to be run with --expose-gc");
const guest = (name: string) => join(packageRoot(), "test/guests/riscv64", name);
const cut = join(tmpdir(), `vm-plugin-cut-${process.pid}`);
writeFileSync(cut, readFileSync(guest("hello")).subarray(0, 100));

/** Mulberry32. */
let state = seed;
function random(below: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
}

/** Some moment of a run's first milliseconds, from the very first on. */
async function moment(): Promise<void> {
  const which = random(6);
  for (let turn = 0; turn < which; turn++) await new Promise(setImmediate);
  if (which === 5) await sleep(random(4));
}

const quiet = { stdout: "ignore", stderr: "ignore" } as const;
const outcomes: Record<string, number> = {};
const count = (name: string) => {
  outcomes[name] = (outcomes[name] ?? 0) + 1;
};
const settled = (exit: GuestProcess["exit"]) =>
  exit.then(
    ({ limit, signal, code }) => count(limit ?? signal ?? `code ${code}`),
    ({ code }: { code: string }) => count(code),
  );

/** What becomes of a machine. Those that leave it open leave it to the garbage collection. */
const fates: Record<string, (machine: Machine) => Promise<void>> = {
  async finished(machine) {
    await settled(machine.spawn(guest("hello"), [], quiet).exit);
    await machine.close();
  },
  async unread(machine) {
    await settled(machine.spawn(guest("hello"), [], { stdin: "pipe" }).exit);
    await machine.close();
  },
  async read(machine) {
    const { stdin, stdout, exit } = machine.spawn(guest("echo"), [], { stdin: "pipe", stderr: "ignore" });
    stdin?.end("x".repeat(random(100_000)));
    for await (const _ of stdout ?? []);
    await settled(exit);
    await machine.close();
  },
  async aborted(machine) {
    const abort = new AbortController();
    const { exit } = machine.spawn(guest("fault"), ["loop"], { ...quiet, signal: abort.signal });
    const other = machine.spawn(guest("exit-code"), ["0"], quiet);
    await moment();
    abort.abort();
    await Promise.all([settled(exit), settled(other.exit)]);
    await machine.close();
  },
  async "closed while running"(machine) {
    const { exit } = machine.spawn(guest("fault"), ["loop"], { stdin: "pipe" });
    await moment();
    await Promise.all([machine.close(), settled(exit)]);
  },
  async stopped(machine) {
    const { exit } = machine.spawn(guest("echo"), [], { stdin: "pipe" });
    await moment();
    machine.stop();
    await settled(exit);
    await machine.close();
  },
  async killed(machine) {
    const process = machine.spawn(guest("fault"), ["loop"], quiet);
    await moment();
    process.kill("SIGKILL");
    await settled(process.exit);
    await machine.close();
  },
  async limited(machine) {
    const limits = random(2) === 0 ? { instructions: 10_000 + random(100_000) } : { time: 1 + random(5) };
    await settled(machine.spawn(guest("fault"), ["loop"], { ...quiet, limits }).exit);
    await machine.close();
  },
  async refused(machine) {
    try {
      machine.spawn("/no/such/program", [], { stdin: "pipe" });
    } catch (error) {
      count((error as { code: string }).code);
    }
    await settled(machine.spawn(cut, [], { stdin: "pipe" }).exit);
    await machine.close();
  },
  async "dropped unused"() {},
  async "dropped after its guest"(machine) {
    await settled(machine.spawn(guest("hello"), [], { stdin: "pipe" }).exit);
  },
  async "dropped with a guest that is ended"(machine) {
    const process = machine.spawn(guest("fault"), ["loop"], { stdin: "pipe" });
    await moment();
    process.kill("SIGKILL");
    void settled(process.exit);
  },
};

function census(): Census {
  return {
    threads: readdirSync("/proc/self/task").length,
    descriptors: readdirSync("/proc/self/fd").length,
    mappings: readFileSync("/proc/self/maps", "utf8").split("\n").length,
    resident: process.memoryUsage.rss(),
    heap: process.memoryUsage().heapUsed,
  };
}

/** What is left when what is on its way out has gone: the fewest threads of some looks, at most half a minute. */
async function rest(than?: Census): Promise<Census> {
  for (let look = 0; ; look++) {
    for (let turn = 0; turn < 3; turn++) {
      collectGarbage?.();
      await sleep(10);
    }
    const now = census();
    const gone = than === undefined ? look === 20 : now.threads <= than.threads && now.descriptors <= than.descriptors;
    if (gone || look === 500) return now;
  }
}

const host = await PluginManager.open({ native: nativePlugins, packageRoot: packageRoot() });
const names = Object.keys(fates);

async function one(index: number): Promise<void> {
  // One of sixteen has a host of its own.
  const shared = index % 16 === 5 ? undefined : host;
  const machine = await Machine.create({ architecture: "riscv64", memory: "4M", host: shared });
  await fates[names[index % names.length] ?? ""]?.(machine);
}

async function many(from: number, to: number): Promise<void> {
  for (let index = from; index < to; index += 16) {
    await Promise.all(Array.from({ length: Math.min(16, to - index) }, (_, offset) => one(index + offset)));
    // A host that creates machines without end collects its garbage; this one does so often enough for few to wait.
    if (index % 128 === 0) collectGarbage?.();
  }
}

const warmUp = 16 * 40;
await many(0, warmUp);
const before = await rest();
const begun = process.hrtime.bigint();
const cpu = process.cpuUsage();
await many(warmUp, warmUp + total);
const milliseconds = Number(process.hrtime.bigint() - begun) / 1e6;
const { user, system } = process.cpuUsage(cpu);
const after = await rest(before);
const report: Report = { before, after, outcomes, milliseconds, cpuMilliseconds: (user + system) / 1000 };
process.stdout.write(`${JSON.stringify(report)}\n`);
await host.close();
