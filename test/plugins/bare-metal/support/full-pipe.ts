/** A pipe that takes nothing more until it is read. */
import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { folder } from "../../../support/folder.ts";

export interface FullPipe {
  readonly descriptor: number;
  /** What it holds now, which makes room. */
  read(): string;
  close(): void;
}

/** Calls `step` until the pipe has nothing to give, or to take. */
function untilBlocked(step: () => void): void {
  try {
    for (;;) step();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
  }
}

export function fullPipe(): FullPipe {
  const path = join(folder(), "pipe");
  if (spawnSync("mkfifo", [path]).status !== 0) throw new Error(`mkfifo ${path} fails`);
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const part = Buffer.alloc(4096, ".");
  untilBlocked(() => writeSync(descriptor, part));
  return {
    descriptor,
    read() {
      let text = "";
      untilBlocked(() => {
        text += part.toString("latin1", 0, readSync(descriptor, part, 0, part.length, null));
      });
      return text;
    },
    close: () => closeSync(descriptor),
  };
}
