import type { Readable, Writable } from "node:stream";
import { passedOn, type RunEvent } from "../native.ts";
import { deferred } from "./deferred.ts";
import { type CallOptions, type CallPort, checkCall, FunctionCalls } from "./function-calls.ts";
import { exitOf, type GuestExit } from "./guest-exit.ts";
import { signalName, signalNumber } from "./guest-signals.ts";
import type { StandardStreams } from "./standard-streams.ts";

/** Sends a guest process a Linux signal; to 0: the foreground process group of its terminal. False when there is none. */
export type SendSignal = (process: number, signal: number) => boolean;

const foreground = 0;

/** A process of a guest. Made by `Machine.spawn`. What it starts is killed when it ends. */
export class GuestProcess {
  /** The guest's own process id; 0 until it has started. */
  pid = 0;
  readonly stdin: Writable | null;
  /** To be read from before the process has ended. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Resolves when the guest is at its first instruction; rejects when it could not start. */
  readonly started: Promise<void>;
  /** Resolves when it has ended; rejects with a VmPluginError when it could not start, was cancelled or its machine failed. */
  readonly exit: Promise<GuestExit>;
  /** Called when a signal (SIGTSTP, SIGSTOP ...) has stopped it; SIGCONT lets it go on. */
  onstop: ((signal: NodeJS.Signals) => void) | undefined;
  readonly #streams: StandardStreams;
  readonly #personality: string;
  readonly #send: SendSignal;
  readonly #calls: FunctionCalls;
  readonly #ended = deferred<GuestExit>();
  readonly #started = deferred<void>();
  /** Signals for a guest that has not started yet; undefined once there is no more to wait for. */
  #early: (() => void)[] | undefined = [];

  /** personality: the plugin that names its errors. */
  constructor(streams: StandardStreams, personality: string, send: SendSignal, calls: CallPort) {
    this.stdin = streams.stdin;
    this.stdout = streams.stdout;
    this.stderr = streams.stderr;
    this.#streams = streams;
    this.#personality = personality;
    this.#send = send;
    this.#calls = new FunctionCalls(personality, calls);
    this.exit = this.#ended.promise;
    this.started = this.#started.promise;
  }

  /**
   * Sends a signal, SIGTERM by default; one that comes before the guest has started waits for that. False when the process
   * has ended. VMP_INVALID_ARGUMENT when there is no such signal.
   */
  kill(signal: NodeJS.Signals | number = "SIGTERM"): boolean {
    const number = signalNumber(signal);
    return this.#whenStarted(() => this.#send(this.pid, number));
  }

  /** As kill, to what has the guest's terminal: of a shell with job control, the job in the foreground. */
  signalForeground(signal: NodeJS.Signals | number): boolean {
    const number = signalNumber(signal);
    return this.#whenStarted(() => this.#send(foreground, number));
  }

  /**
   * Calls a function of the program by its name in the symbol table, with up to six integers (or guest addresses) as C passes
   * them, as soon as the process waits in a system call or is stopped (SIGSTOP); it goes on with that afterwards. Resolves to
   * what the function leaves in the register of results, as a signed 64-bit integer: of a function that returns less, take
   * BigInt.asIntN(32, ...) or the like.
   *
   * The function runs in the midst of whatever the process waits for, as a handler of a signal would: one that asks for a lock
   * that is held there waits for ever.
   *
   * Rejects with VMP_TIMED_OUT (see `timeout`), with VMP_CALL_FAILED when the process ends or begins another program
   * meanwhile, with VMP_CANCELLED when it is stopped by the host, and with the personality's own errors: linux/SYMBOL_NOT_FOUND
   * and its like, linux/CALL_BUSY while another call is under way, linux/PROCESS_NOT_FOUND when it has ended.
   */
  async call(symbol: string, args: readonly (number | bigint)[] = [], options: CallOptions = {}): Promise<bigint> {
    const checked = checkCall(symbol, args, options);
    await this.started;
    return this.#calls.begin(checked);
  }

  #whenStarted(send: () => boolean): boolean {
    if (this.#early === undefined) return this.pid !== 0 && send();
    this.#early.push(send);
    return true;
  }

  /** The machine's part: it is there, at its first instruction or at that of a snapshot. pid: the guest's own. */
  begin(pid: number): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    this.pid = pid;
    for (const send of early) send();
    this.#started.resolve();
  }

  /** The machine's part: news from the core. */
  receive(event: RunEvent): void {
    if (event.kind === "stopped") {
      // What it throws is the process's uncaught exception, as that of any listener: the core's callback would lose it.
      queueMicrotask(() => this.onstop?.(signalName(event.signal)));
      return;
    }
    if (event.kind === "returned") {
      this.#calls.receive(event);
      return;
    }
    if (event.kind === "spawned") {
      this.begin(event.process);
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
