/** Signals by their Linux numbers. */
import { constants } from "node:os";
import { refuse } from "./checks.ts";

/** The first name of a number: SIGABRT, not its old alias SIGIOT. */
const names = new Map(
  Object.entries(constants.signals)
    .map(([name, number]) => [number, name as NodeJS.Signals] as const)
    .reverse(),
);

export function signalName(number: number): NodeJS.Signals {
  return names.get(number) ?? (`SIG${number}` as NodeJS.Signals);
}

/** Linux numbers its signals from 1 to 64. VMP_INVALID_ARGUMENT when there is no such signal. */
export function signalNumber(signal: NodeJS.Signals | number): number {
  const number = Object.hasOwn(constants.signals, signal) ? constants.signals[signal as NodeJS.Signals] : signal;
  if (typeof number === "number" && Number.isInteger(number) && number >= 1 && number <= 64) return number;
  throw refuse(`signal ${String(signal)}`, 'expected a name like "SIGTERM" or a number from 1 to 64');
}
