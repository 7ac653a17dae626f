import type { RunEvent } from "../native.ts";
import { signalName } from "./guest-signals.ts";

/** A system call that guests asked for and that the personality does not have. */
export interface RefusedCall {
  readonly name: string;
  readonly count: number;
}

/** Of the first process and all that came from it. */
export interface GuestStatistics {
  readonly instructions: bigint;
  /** CPU time of the threads of its virtual CPUs. */
  readonly cpuNanoseconds: number;
  readonly processes: number;
  /** Those that reached the host: some engines answer getpid and its like by themselves, but in a program that is traced. */
  readonly systemCalls: bigint;
  readonly refusedCalls: readonly RefusedCall[];
}

/** How a guest process ended. */
export interface GuestExit {
  /** null when a signal killed it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What a shell shows: the code, or 128 and the signal's number. */
  readonly status: number;
  /** The limit that ended it ("memory", "processes", "open-files", "instructions", "time"), else undefined. */
  readonly limit: string | undefined;
  /** One line for a person on what killed it ("SIGSEGV at pc 0x..."), else undefined. */
  readonly detail: string | undefined;
  readonly statistics: GuestStatistics;
}

/** Of an event of the kind "ended" without an error. */
export function exitOf(event: RunEvent): GuestExit {
  const killed = event.signal !== 0;
  return {
    code: killed ? null : event.exitCode,
    signal: killed ? signalName(event.signal) : null,
    status: killed ? 128 + event.signal : event.exitCode,
    limit: event.limit === "" ? undefined : event.limit,
    detail: event.detail === "" ? undefined : event.detail,
    statistics: {
      instructions: event.instructions,
      cpuNanoseconds: event.cpuNanoseconds,
      processes: event.processes,
      systemCalls: event.systemCalls,
      refusedCalls: refusedCallsOf(event.refusedCalls),
    },
  };
}

/** "NAME COUNT, NAME COUNT". */
function refusedCallsOf(text: string): RefusedCall[] {
  if (text === "") return [];
  return text.split(", ").map((part) => {
    const space = part.lastIndexOf(" ");
    return { name: part.slice(0, space), count: Number(part.slice(space + 1)) };
  });
}
