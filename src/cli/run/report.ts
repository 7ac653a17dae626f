/** What `run` tells of a guest that has ended. */
import type { GuestExit } from "../../machine/guest-exit.ts";
import type { Call } from "../call.ts";

/** What ended the guest, where it did not end by itself; undefined where there is nothing to say. */
export function endingOf(call: Call, { limit, signal, detail }: GuestExit): string | undefined {
  if (limit !== undefined) {
    const value = call.value(`limit-${limit}`);
    // Without one of its own there is the machine's memory.
    const why = value === undefined ? detail : `--limit-${limit} ${value}`;
    return `the guest was ended by its limit of ${limit}${why === undefined ? "" : `: ${why}`}\n`;
  }
  // A reader that has seen enough is no fault: a shell says nothing of SIGPIPE either.
  return signal === null || signal === "SIGPIPE" || detail === undefined ? undefined : `${detail}\n`;
}

/** milliseconds: from the command's start to the guest's end. */
export function statisticsOf(engine: string, { statistics }: GuestExit, milliseconds: number): string {
  const { instructions, cpuNanoseconds, processes, systemCalls, refusedCalls } = statistics;
  const million = Number(instructions) / 1e6;
  const rate = cpuNanoseconds === 0 ? 0 : (million * 1e9) / cpuNanoseconds;
  const refused = refusedCalls.map(({ name, count }) => `${name} ${count}`).join(", ");
  return [
    `engine        ${engine}`,
    `instructions  ${instructions}`,
    `CPU time      ${(cpuNanoseconds / 1e6).toFixed(1)} ms (${rate.toFixed(0)} million instructions a second)`,
    `elapsed       ${milliseconds.toFixed(1)} ms`,
    `processes     ${processes}`,
    `system calls  ${systemCalls}`,
    `refused       ${refused === "" ? "none" : refused}`,
    "",
  ].join("\n");
}
