/** The limits of a run: what its first process and all that come from it may use together. */
import type { NativeLimits } from "../native.ts";
import { checkKeys, refuse } from "./checks.ts";
import { nanosecondsOf } from "./duration.ts";
import { memorySize } from "./memory-size.ts";

/** The guest that passes one is killed; its exit names the limit: "memory", "processes", "open-files", "instructions", "time". */
export interface RunLimits {
  /** Guest memory of all its processes: bytes, or "512M", "1GiB". */
  readonly memory?: string | number | undefined;
  /** Processes at one time. */
  readonly processes?: number | undefined;
  /** Descriptors that one process has open at one time, the three standard streams among them. */
  readonly openFiles?: number | undefined;
  /** Instructions of all its processes. */
  readonly instructions?: number | bigint | undefined;
  /** From its start, whether it computes or waits: milliseconds, or "500ms", "10s", "2min", "1h". */
  readonly time?: string | number | undefined;
}

const names = ["memory", "processes", "openFiles", "instructions", "time"] as const satisfies (keyof RunLimits)[];
const mostInstructions = 2n ** 64n - 1n;
const mostCounted = 2 ** 31 - 1;

export function checkLimits(given: unknown = {}): NativeLimits {
  const { memory, processes, openFiles, instructions, time } = checkKeys("limits", given, names);
  return {
    memory: memory === undefined ? 0 : memorySize("limits.memory", memory),
    processes: processes === undefined ? 0 : countOf("limits.processes", processes),
    openFiles: openFiles === undefined ? 0 : countOf("limits.openFiles", openFiles),
    instructions: instructions === undefined ? 0n : instructionsOf(instructions),
    nanoseconds: time === undefined ? 0 : nanosecondsOf("limits.time", time),
  };
}

function countOf(what: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= mostCounted) return value;
  throw refuse(`${what} ${String(value)}`, `expected a whole number from 1 to ${mostCounted}`);
}

function instructionsOf(value: unknown): bigint {
  const whole = typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof whole === "bigint" && whole >= 1n && whole <= mostInstructions) return whole;
  const reason = "expected a whole number from 1, as a bigint where it is above 2^53";
  throw refuse(`limits.instructions ${String(value)}`, reason);
}
