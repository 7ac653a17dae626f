/** Snapshots of a program that answers questions about what it was told before. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import type { GuestProcess } from "../../../../src/machine/guest-process.ts";
import { Machine } from "../../../../src/machine/machine.ts";
import { MachinePool } from "../../../../src/machine/machine-pool.ts";
import { errorOf } from "../../../support/errors.ts";
import { folder } from "../../../support/folder.ts";
import { build, run } from "./guests.ts";
import { machineOptions, type Platform } from "./platform.ts";

export const piped = { stdin: "pipe", stdout: "pipe", stderr: "inherit" } as const;

export class Server {
  readonly process: GuestProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(process: GuestProcess) {
    this.process = process;
    const input = process.stdout;
    if (input === null) throw new Error("no output");
    this.#lines = createInterface({ input })[Symbol.asyncIterator]();
  }

  async next(): Promise<string> {
    const { value, done } = await this.#lines.next();
    return done === true ? "(the end)" : value;
  }

  async ask(...questions: string[]): Promise<string[]> {
    const answers: string[] = [];
    for (const question of questions) {
      this.process.stdin?.write(`${question}\n`);
      answers.push(await this.next());
    }
    return answers;
  }
}

export const only = (machine: Machine): Server => new Server(machine.processes[0] as GuestProcess);

export function testSnapshots(title: string, platform: Platform, skip: boolean | string): void {
  const create = (root: string) => Machine.create({ ...machineOptions(platform), memory: "64M", root });
  const rootOf = () => {
    const root = folder();
    mkdirSync(join(root, "work"));
    writeFileSync(join(root, "work/file"), "abcdefghijklmnopqrstuvwxyz");
    copyFileSync(build("server", platform.compilers.c), join(root, "program"));
    return root;
  };
  const started = async () => {
    const machine = await create(rootOf());
    const server = new Server(machine.spawn("./program", [], piped));
    expect(await server.next()).toBe("ready");
    return { machine, server };
  };

  describe.skipIf(skip !== false)(title, () => {
    test("a fork goes on from the snapshot, and neither sees what the other does", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      await server.ask("set 5 50", "open", "next");
      await using snapshot = await machine.snapshot();
      expect(await server.ask("set 5 51", "set 70000 1", "next", "get 5")).toEqual(["ok", "ok", "def", "51"]);
      await using first = await snapshot.fork(piped);
      await using second = await snapshot.fork(piped);
      const [one, two] = [only(first), only(second)];
      expect(await one.ask("get 5", "get 70000", "next", "set 5 60")).toEqual(["50", "0", "def", "ok"]);
      expect(await two.ask("get 5", "next", "next")).toEqual(["50", "def", "ghi"]);
      expect(await one.ask("get 5", "next")).toEqual(["60", "ghi"]);
      expect(await server.ask("get 5", "get 70000", "next")).toEqual(["51", "1", "ghi"]);
      one.process.stdin?.write("exit 7\n");
      expect(await one.process.exit).toMatchObject({ code: 7 });
      expect(await two.ask("get 5")).toEqual(["50"]);
    });

    test("a snapshot outlives its machine", async () => {
      const { machine, server } = await started();
      await server.ask("fill 500 3");
      const snapshot = await machine.snapshot();
      await machine.close();
      await using fork = await snapshot.fork(piped);
      await snapshot.close();
      expect(await only(fork).ask("sum", "set 1 1", "sum")).toEqual(["1500", "ok", "1501"]);
      expect((await errorOf(() => snapshot.fork())).code).toBe("VMP_INVALID_ARGUMENT");
    });

    test("a machine is brought back again and again, whatever its program did", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      await server.ask("set 5 50", "open", "next", "push 1", "raise 2", "signal 1");
      await using snapshot = await machine.snapshot();
      const inside = (value: string) => ["get 5", "next", "ready", "pop", "alarms", value];
      const expected = ["50", "def", "3", "1", "0", "ok"];
      for (const turn of ["fill 2000 9", "brk 4", "push 33", "set 5 9"]) {
        expect(await server.ask(...inside(turn))).toEqual(expected);
        await server.ask("signal 0", "raise 1", "push 4");
        expect(await machine.reset(snapshot)).toEqual([]);
        expect(machine.processes).toEqual([server.process]);
      }
      expect(await server.ask("sum", "signal 0", "exit 3")).toEqual(["50", "1", "(the end)"]);
      expect(await server.process.exit).toMatchObject({ code: 3 });
    });

    test("a program that has ended runs again, with streams of its own", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      await server.ask("set 5 50");
      await using snapshot = await machine.snapshot();
      await server.ask("exit 4");
      expect(await server.process.exit).toMatchObject({ code: 4 });
      const [process] = await machine.reset(snapshot, piped);
      const again = new Server(process as GuestProcess);
      expect(await again.ask("get 5", "pid")).toEqual(["50", `${server.process.pid} 1`]);
      expect((process as GuestProcess).pid).toBe(server.process.pid);
    });

    test("processes, their pipes and the memory that they share are in it", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      expect(await server.ask("child 7", "child 8")).toEqual(["7 1 of 1", "8 2 of 2"]);
      await using snapshot = await machine.snapshot();
      expect(await server.ask("child 9")).toEqual(["9 3 of 3"]);
      await using fork = await snapshot.fork(piped);
      const copy = only(fork);
      expect(await copy.ask("child 1", "child 2")).toEqual(["1 3 of 3", "2 4 of 4"]);
      expect(await server.ask("child 1", "reap")).toEqual(["1 4 of 4", "1 3"]);
      expect(await copy.ask("child 3", "reap")).toEqual(["3 5 of 5", "1 3"]);
      await machine.reset(snapshot);
      expect(await server.ask("child 5", "reap")).toEqual(["5 3 of 3", "1 3"]);
    });

    test("a process that came since the snapshot is gone after it", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      await using snapshot = await machine.snapshot();
      expect(await server.ask("child 7")).toEqual(["7 1 of 1"]);
      await machine.reset(snapshot);
      expect(await server.ask("child 7")).toEqual(["7 1 of 1"]);
      const other = machine.spawn("./program", [], piped);
      expect(await new Server(other).next()).toBe("ready");
      await machine.reset(snapshot);
      expect((await errorOf(() => other.exit)).code).toBe("VMP_CANCELLED");
      expect(await server.ask("child 7")).toEqual(["7 1 of 1"]);
    });

    test("a snapshot of a fork has what the fork has written", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      await server.ask("set 1 1");
      await using snapshot = await machine.snapshot();
      await using fork = await snapshot.fork(piped);
      await only(fork).ask("set 2 2", "child 1");
      await using second = await fork.snapshot();
      await using grandchild = await second.fork(piped);
      const last = only(grandchild);
      expect(await last.ask("get 1", "get 2", "child 2")).toEqual(["1", "2", "2 2 of 2"]);
      await last.ask("set 1 9");
      await grandchild.reset(second);
      expect(await last.ask("get 1", "get 2")).toEqual(["1", "2"]);
    });

    test("random numbers differ from fork to fork, and from reset to reset", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      await using snapshot = await machine.snapshot();
      await using first = await snapshot.fork(piped);
      await using second = await snapshot.fork(piped);
      const numbers = [...(await server.ask("random")), ...(await only(first).ask("random"))];
      numbers.push(...(await only(second).ask("random")));
      await machine.reset(snapshot);
      numbers.push(...(await server.ask("random")));
      expect(new Set(numbers).size).toBe(4);
    });

    test("what a timer has left does not run out while the snapshot waits", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      await server.ask("alarm 1000");
      await using snapshot = await machine.snapshot();
      await new Promise((resolve) => setTimeout(resolve, 1200));
      await using fork = await snapshot.fork(piped);
      const [left] = await only(fork).ask("left 0");
      expect(Number(left)).toBe(1000);
      expect(await server.ask("alarms")).toEqual(["0"]);
    });

    test("a stopped process stays stopped, until it is continued", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      const stopped = new Promise((resolve) => {
        server.process.onstop = resolve;
      });
      server.process.stdin?.write("stop\n");
      await stopped;
      await using snapshot = await machine.snapshot();
      await using fork = await snapshot.fork(piped);
      const copy = only(fork);
      copy.process.stdin?.write("get 5\n");
      copy.process.kill("SIGCONT");
      expect(await copy.next()).toBe("continued");
      expect(await copy.next()).toBe("0");
      server.process.kill("SIGCONT");
      expect(await server.next()).toBe("continued");
    });

    test("a paused machine stays paused, and a paused fork waits for its time", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      await machine.pause();
      await using snapshot = await machine.snapshot();
      await using fork = await snapshot.fork({ ...piped, paused: true });
      const copy = only(fork);
      let answered = false;
      const answer = copy.ask("set 5 1").then(() => {
        answered = true;
      });
      const own = server.ask("get 5");
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(answered).toBe(false);
      fork.resume();
      await answer;
      machine.resume();
      expect(await own).toEqual(["0"]);
    });

    test("a fork that copies the memory shows it, and shares none", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      await server.ask("fill 100 77");
      await using snapshot = await machine.snapshot();
      await using fork = await snapshot.fork({ ...piped, copied: true });
      const copy = only(fork);
      expect(await copy.ask("sum")).toEqual(["7700"]);
      const found = new Uint8Array(fork.memory).reduce((count, byte) => count + (byte === 77 ? 1 : 0), 0);
      expect(found).toBeGreaterThanOrEqual(100);
    });

    test("a pool of forks has the next one ready", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      await server.ask("set 5 50");
      await using snapshot = await machine.snapshot();
      await using pool = await MachinePool.open(snapshot, { ...piped, size: 2 });
      for (let turn = 0; turn < 5; turn++) {
        await using taken = await pool.take();
        expect(await only(taken).ask("get 5", "set 5 51", "get 5")).toEqual(["50", "ok", "51"]);
      }
      await new Promise(setImmediate);
      expect(pool.size).toBe(2);
    });

    test("a pool of machines has them ready for any program", async () => {
      const options = { ...machineOptions(platform), memory: "64M", root: rootOf() };
      await using pool = await MachinePool.open(options, { size: 2 });
      for (let turn = 0; turn < 3; turn++) {
        await using machine = await pool.take();
        const server = new Server(machine.spawn("./program", [], piped));
        expect([await server.next(), ...(await server.ask("set 1 1", "get 1"))]).toEqual(["ready", "ok", "1"]);
      }
      await pool.close();
      expect((await errorOf(() => pool.take())).code).toBe("VMP_INVALID_ARGUMENT");
    });

    test("the time limit of a paused fork begins when it goes on", async () => {
      await using machine = await create(rootOf());
      const server = new Server(machine.spawn("./program", [], { ...piped, limits: { time: "2s" } }));
      expect(await server.next()).toBe("ready");
      await using snapshot = await machine.snapshot();
      await using fork = await snapshot.fork({ ...piped, paused: true });
      const [copy] = fork.processes as [GuestProcess];
      expect(await server.process.exit).toMatchObject({ limit: "time" });
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(fork.processes).toEqual([copy]);
      fork.resume();
      expect(await copy.exit).toMatchObject({ limit: "time" });
    });

    test("a reset with a limit of memory forgets what processes have used since", async () => {
      await using machine = await create(rootOf());
      const server = new Server(machine.spawn("./program", [], { ...piped, limits: { memory: "24M" } }));
      expect(await server.next()).toBe("ready");
      await using snapshot = await machine.snapshot();
      for (let turn = 0; turn < 4; turn++) {
        expect(await server.ask("child 1", "brk 4", "fill 2000 1")).toEqual(["1 1 of 1", "ok", "ok"]);
        await machine.reset(snapshot);
      }
      expect(await server.ask("sum")).toEqual(["0"]);
    });

    test("a machine that is closed while it is brought back is closed", async () => {
      const { machine } = await started();
      await using snapshot = await machine.snapshot();
      const back = machine.reset(snapshot).then(
        () => "done",
        (error: { code: string }) => error.code,
      );
      const taken = machine.snapshot().then(
        (other) => other.close(),
        () => {},
      );
      await machine.close();
      expect(["done", "VMP_INVALID_ARGUMENT", "VMP_MACHINE_FAILED"]).toContain(await back);
      await taken;
    });

    test("a snapshot of another machine is refused, and changes nothing", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      const other = await started();
      await using snapshot = await other.machine.snapshot();
      await other.machine.close();
      expect((await errorOf(() => machine.reset(snapshot))).code).toBe("VMP_INVALID_ARGUMENT");
      expect(await server.ask("get 1")).toEqual(["0"]);
    });

    test("a function of a fork is called, and one that is under way ends with a reset", async () => {
      const { machine, server } = await started();
      await using _ = machine;
      await using snapshot = await machine.snapshot();
      await using fork = await snapshot.fork(piped);
      const copy = only(fork);
      expect(await copy.process.call("twice", [21])).toBe(42n);
      const endless = errorOf(() => server.process.call("wait_for_ever"));
      expect(await copy.process.call("twice", [4])).toBe(8n);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await machine.reset(snapshot);
      expect((await endless).code).toBe("VMP_CALL_FAILED");
      expect(await server.process.call("twice", [-3])).toBe(-6n);
      expect(await server.ask("get 1")).toEqual(["0"]);
    });

    test("there is none of a machine in which nothing runs", async () => {
      await using machine = await create(rootOf());
      expect((await errorOf(() => machine.snapshot())).code).toBe("VMP_SNAPSHOT_UNSUPPORTED");
      expect((await run(machine, "./program", [], {})).status).toBe(0);
      expect((await errorOf(() => machine.snapshot())).code).toBe("VMP_SNAPSHOT_UNSUPPORTED");
    });

    test("a hundred forks leave no descriptor and no thread behind", async () => {
      const count = () => ({
        descriptors: readdirSync("/proc/self/fd").length,
        threads: readdirSync("/proc/self/task").length,
      });
      const { machine, server } = await started();
      await using _ = machine;
      await server.ask("open", "child 1");
      const snapshot = await machine.snapshot();
      const turn = async () => {
        await using fork = await snapshot.fork(piped);
        expect(await only(fork).ask("child 2", "next")).toEqual(["2 2 of 2", "abc"]);
      };
      await turn();
      const before = count();
      for (let turns = 0; turns < 100; turns++) await turn();
      // The thread that has closed the last one may be about to end.
      await expect.poll(() => count().threads, { timeout: 20_000 }).toBeLessThanOrEqual(before.threads);
      expect(count().descriptors).toBeLessThanOrEqual(before.descriptors);
      await snapshot.close();
    });
  });
}
