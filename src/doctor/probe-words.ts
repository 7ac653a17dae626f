/** Results of what was tried out, in words. */
import { constants } from "node:os";
import { getSystemErrorName } from "node:util";
import type { ProbeResult } from "../native.ts";

/** "works", "EPERM" or "killed by SIGSYS". */
export function probeWord({ error, signal }: ProbeResult): string {
  if (signal !== 0) return `killed by ${signalName(signal)}`;
  return error === 0 ? "works" : errorName(error);
}

export function works({ error, signal }: ProbeResult): boolean {
  return error === 0 && signal === 0;
}

/** errno: positive. */
export function errorName(errno: number): string {
  return getSystemErrorName(-errno);
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}
