/** Machines that are ready before they are asked for. */
import { checkKeys, kindOf, refuse } from "./checks.ts";
import { warnOf } from "./closers.ts";
import { Machine, type MachineOptions } from "./machine.ts";
import { type ForkOptions, forkOptionNames, Snapshot } from "./snapshot.ts";

export interface PoolOptions extends Omit<ForkOptions, "paused"> {
  /**
   * How many are kept ready. Default 1. Each has its plugins' instances, its threads and what memory it has touched. The time
   * limits of forked programs begin when they are taken; until the pool is closed they keep the process alive.
   */
  readonly size?: number | undefined;
}

const largestSize = 1024;

/**
 * Keeps a number of machines ready, made by the same options or forked from the same snapshot, and makes another for each
 * that is taken. A machine that was taken is its taker's.
 */
export class MachinePool {
  readonly #make: () => Promise<Machine>;
  readonly #isForked: boolean;
  /** Oldest first. One that could not be made rejects for whoever takes it. */
  readonly #ready: Promise<Machine>[] = [];
  #closing: Promise<void> | undefined;

  private constructor(make: () => Promise<Machine>, isForked: boolean) {
    this.#make = make;
    this.#isForked = isForked;
  }

  /** Resolves when all of them are ready; rejects, with none left, when one cannot be made. */
  static async open(source: MachineOptions | Snapshot, options: PoolOptions = {}): Promise<MachinePool> {
    const { size = 1, ...rest } = options;
    if (!Number.isInteger(size) || size < 1 || size > largestSize)
      throw refuse(
        "size",
        `expected a number from 1 to ${largestSize}, not ${typeof size === "number" ? size : kindOf(size)}`,
      );
    if (typeof source !== "object" || source === null)
      throw refuse("source", `expected a snapshot or options of a machine, not ${kindOf(source)}`);
    checkKeys("", options, [...forkOptionNames.filter((name) => name !== "paused"), "size"]);
    const isForked = source instanceof Snapshot;
    if (!isForked) checkKeys("", rest, []);
    const make = isForked ? () => source.fork({ ...rest, paused: true }) : () => Machine.create(source);
    const pool = new MachinePool(make, isForked);
    for (let made = 0; made < size; made++) pool.#add();
    try {
      await Promise.all(pool.#ready);
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  /** How many it holds, ready or under way. */
  get size(): number {
    return this.#ready.length;
  }

  /** The machine that is ready the longest; a forked one goes on from here. Another takes its place. */
  async take(): Promise<Machine> {
    if (this.#closing !== undefined) throw refuse("pool", "it is closed; open another");
    const next = this.#ready.shift();
    // Not before the taker has gone on: making one takes the processor that the taker may want.
    if (next !== undefined) {
      setImmediate(() => {
        if (this.#closing === undefined) this.#add();
      });
    }
    const machine = await (next ?? this.#make());
    if (this.#isForked) machine.resume();
    return machine;
  }

  #add(): void {
    const machine = this.#make();
    machine.catch(() => {}); // its taker hears of it
    this.#ready.push(machine);
  }

  /** Closes those that were not taken. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const made = await Promise.allSettled(this.#ready.splice(0));
    const closed = await Promise.allSettled(
      made.map((result) => (result.status === "fulfilled" ? result.value.close() : undefined)),
    );
    warnOf(closed.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
