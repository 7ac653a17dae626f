/** What a machine was at one moment, to go on from as often as is wanted. */

import { checkFlag, checkKeys, refuse } from "./checks.ts";
import { warnOf } from "./closers.ts";
import type { Machine } from "./machine.ts";
import type { MachineOptions } from "./machine-options.ts";
import { checkStandardStream, type StandardStream } from "./standard-streams.ts";

export interface ForkOptions {
  /** What the programs have for the streams that they were given at their start. Default: as of spawn. */
  readonly stdin?: StandardStream | undefined;
  readonly stdout?: StandardStream | undefined;
  readonly stderr?: StandardStream | undefined;
  /** The machine rests until `resume`. Default false. */
  readonly paused?: boolean | undefined;
  /** All of the memory at once instead of each page at its first write; for those who hold it by its descriptor. Default false. */
  readonly copied?: boolean | undefined;
}

export const forkOptionNames = [
  "stdin",
  "stdout",
  "stderr",
  "paused",
  "copied",
] as const satisfies (keyof ForkOptions)[];

export interface CheckedFork {
  readonly standard: readonly [StandardStream, StandardStream, StandardStream];
  readonly paused: boolean;
  readonly copied: boolean;
}

/** VMP_INVALID_ARGUMENT for what cannot be meant. */
export function checkFork(options: ForkOptions): CheckedFork {
  checkKeys("", options, forkOptionNames);
  const { stdin = "ignore", stdout = "pipe", stderr = "pipe" } = options;
  const standard = [stdin, stdout, stderr] as const;
  for (const index of [0, 1, 2] as const) checkStandardStream(standard[index], index);
  return {
    standard,
    paused: checkFlag("paused", options.paused) ?? false,
    copied: checkFlag("copied", options.copied) ?? false,
  };
}

/** The machine's part of a snapshot. */
export interface SnapshotSource {
  /** Of the addon's. */
  readonly handle: unknown;
  /** Of the machine that it was taken from, and of all that came from its snapshots. */
  readonly options: MachineOptions;
  /** The numbers of its runs. */
  readonly runs: readonly number[];
  readonly fork: (source: SnapshotSource, options: CheckedFork) => Promise<Machine>;
  readonly release: () => Promise<void>;
}

/** One that nobody holds any more and that was not closed lets go of its host here. */
const dropped = new FinalizationRegistry<() => Promise<void>>((release) => {
  release().catch((failure) => warnOf([failure]));
});

/**
 * Made by `Machine.snapshot`. Holds the memory that its machine had, which forks share: what each of them writes is its own.
 * What programs have changed in files of the host stays changed.
 */
export class Snapshot {
  #source: SnapshotSource | undefined;
  readonly #release: () => Promise<void>;
  #closing: Promise<void> | undefined;

  constructor(source: SnapshotSource) {
    this.#source = source;
    this.#release = source.release;
    dropped.register(this, source.release, this);
  }

  /**
   * A machine whose programs go on from the snapshot: `machine.processes`. Its limits are those of the first one, its time and
   * its clocks the host's; random numbers that programs ask for from here on differ.
   */
  async fork(options: ForkOptions = {}): Promise<Machine> {
    const source = this.source();
    return source.fork(source, checkFork(options));
  }

  /** For `Machine.reset`. VMP_INVALID_ARGUMENT when it is closed. */
  source(): SnapshotSource {
    if (this.#source !== undefined) return this.#source;
    throw refuse("snapshot", "it is closed; take another");
  }

  /** Lets go of it. Machines that were made from it live on. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    dropped.unregister(this);
    this.#source = undefined;
    await this.#release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
