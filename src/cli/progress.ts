/** What is being done, on standard error, where somebody watches it: one line that is wiped when it is over. */
import { printable } from "../errors.ts";
import type { Heard } from "../host/home/stage.ts";
import { complain } from "./output.ts";
import { isTerminal } from "./style.ts";

export interface Progress {
  step(text: string): void;
  end(): void;
}

function openProgress(): Progress {
  if (process.env.TERM === "dumb" || !isTerminal(2)) return { step: () => {}, end: () => {} };
  const columns = process.stderr.columns || 80;
  const wipe = "\r\u001b[K";
  return {
    step: (text) => complain(`${wipe}${printable(text).slice(0, columns - 1)}`),
    end: () => complain(wipe),
  };
}

/** Runs `work` with a progress line, which is gone when it is done, however it ends. */
export async function withProgress<Result>(work: (progress: Progress) => Promise<Result>): Promise<Result> {
  const progress = openProgress();
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}

/** For operations on a home. */
export function hear(progress: Progress): Heard {
  return ({ step, done, total }) => progress.step(total > 1 ? `${step} ${done} of ${total} files` : step);
}
