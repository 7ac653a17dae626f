import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { VmPluginError } from "../errors.ts";
import { passedOn, type RunEvent } from "../native.ts";
import { deferred } from "./deferred.ts";
import type { StandardStreams } from "./standard-streams.ts";

/** How a guest process ended. */
export interface GuestExit {
  /** null when a signal killed it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What a shell shows: the code, or 128 and the signal's number. */
  readonly status: number;
  /** The name of the limit that ended it, else undefined. */
  readonly limit: string | undefined;
  /** One line for a person on what killed it ("SIGSEGV at pc 0x..."), else undefined. */
  readonly detail: string | undefined;
  readonly statistics: {
    /** Instructions that the first virtual CPU retired. */
    readonly instructions: bigint;
    /** CPU time of that virtual CPU's thread, in nanoseconds. */
    readonly cpuNanoseconds: number;
  };
}

/** The first name of a number: SIGABRT, not its old alias SIGIOT. */
const signalNames = new Map(
  Object.entries(constants.signals)
    .map(([name, number]) => [number, name as NodeJS.Signals] as const)
    .reverse(),
);

function exitOf(event: RunEvent): GuestExit {
  const killed = event.signal !== 0;
  return {
    code: killed ? null : event.exitCode,
    signal: killed ? (signalNames.get(event.signal) ?? (`SIG${event.signal}` as NodeJS.Signals)) : null,
    status: killed ? 128 + event.signal : event.exitCode,
    limit: event.limit === "" ? undefined : event.limit,
    detail: event.detail === "" ? undefined : event.detail,
    statistics: { instructions: event.instructions, cpuNanoseconds: event.cpuNanoseconds },
  };
}

/** Linux numbers its signals from 1 to 64. */
function signalNumber(signal: NodeJS.Signals | number): number {
  const number = Object.hasOwn(constants.signals, signal) ? constants.signals[signal as NodeJS.Signals] : signal;
  if (typeof number === "number" && Number.isInteger(number) && number >= 1 && number <= 64) return number;
  const reason = 'expected a name like "SIGTERM" or a number from 1 to 64';
  throw new VmPluginError("VMP_INVALID_ARGUMENT", { what: `signal ${String(signal)}`, reason });
}

/** A process of a guest. Made by `Machine.spawn`. */
export class GuestProcess {
  /** The guest's own process id; 0 until it has started. */
  pid = 0;
  readonly stdin: Writable | null;
  /** To be read from before the process has ended. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Resolves when the guest is at its first instruction; rejects when it could not start. */
  readonly started: Promise<void>;
  /** Resolves when it has ended; rejects with a VmPluginError when it could not start or its machine failed. */
  readonly exit: Promise<GuestExit>;
  readonly #streams: StandardStreams;
  readonly #personality: string;
  readonly #send: (pid: number, signal: number) => boolean;
  readonly #ended = deferred<GuestExit>();
  readonly #started = deferred<void>();
  /** Signals for a guest that has not started yet; undefined once there is no more to wait for. */
  #early: number[] | undefined = [];

  /** personality: the plugin that names its errors. send: posts a Linux signal to a guest process. */
  constructor(streams: StandardStreams, personality: string, send: (pid: number, signal: number) => boolean) {
    this.stdin = streams.stdin;
    this.stdout = streams.stdout;
    this.stderr = streams.stderr;
    this.#streams = streams;
    this.#personality = personality;
    this.#send = send;
    this.exit = this.#ended.promise;
    this.started = this.#started.promise;
  }

  /**
   * Sends a signal, SIGTERM by default; one that comes before the guest has started waits for that. False when the process
   * has ended. VMP_INVALID_ARGUMENT when there is no such signal.
   */
  kill(signal: NodeJS.Signals | number = "SIGTERM"): boolean {
    const number = signalNumber(signal);
    if (this.#early === undefined) return this.pid !== 0 && this.#send(this.pid, number);
    this.#early.push(number);
    return true;
  }

  /** The machine's part: news from the core. */
  receive(event: RunEvent): void {
    if (event.kind === "spawned") {
      this.pid = event.process;
      for (const signal of this.#early ?? []) this.#send(this.pid, signal);
      this.#early = undefined;
      this.#started.resolve();
      return;
    }
    this.#early = undefined;
    this.#streams.closeGuestEnds();
    this.stdin?.destroy();
    // As with Node's child processes: what nobody has begun to read by now is dropped, or its descriptor would stay.
    setImmediate(() => {
      for (const stream of [this.stdout, this.stderr]) if (stream?.readableFlowing === null) stream.resume();
    });
    if (event.kind === "ended" && event.errorCode === "") {
      this.#ended.resolve(exitOf(event));
      return;
    }
    const failure = passedOn(this.#personality, event.errorCode, event.detail);
    this.#started.reject(failure);
    this.#ended.reject(failure);
  }
}
