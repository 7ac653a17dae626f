/** A person at a terminal: types, and waits for what is shown; never for a time. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { compile, localCompiler } from "../../../../bench/harness/toolchain.ts";
import { folder } from "../../../support/folder.ts";

let helper: string | undefined;

function helperPath(): string {
  if (helper === undefined) {
    const binary = join(folder(), "pty");
    const source = fileURLToPath(new URL("pty.c", import.meta.url));
    compile(localCompiler(), ["-O1", "-Wall", "-Wextra", "-Werror", "-o", binary, source]);
    helper = binary;
  }
  return helper;
}

export class Session {
  /** All that was shown so far. */
  shown = "";
  #seen = 0;
  #ended = false;
  readonly #child: ChildProcess;
  readonly #end: Promise<string>;
  #changed: () => void = () => {};

  constructor(program: string, words: readonly string[], rows = 24, columns = 80) {
    const size = [String(rows), String(columns)];
    this.#child = spawn(helperPath(), [...size, program, ...words], {
      stdio: ["pipe", "pipe", "inherit", "pipe", "pipe"],
      timeout: 110_000,
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (data: string) => {
      this.shown += data;
      this.#changed();
    });
    this.#child.on("close", () => {
      this.#ended = true;
      this.#changed();
    });
    this.#end = text(this.#child.stdio[4] as Readable);
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  resize(rows: number, columns: number): void {
    (this.#child.stdio[3] as Writable).write(`${rows} ${columns}\n`);
  }

  /** Waits until this is shown after what was waited for before; gives up when nothing at all is shown for a minute. */
  async until(what: string): Promise<void> {
    for (;;) {
      const at = this.shown.indexOf(what, this.#seen);
      if (at >= 0) {
        this.#seen = at + what.length;
        return;
      }
      if (this.#ended) throw new Error(`the session ended before ${JSON.stringify(what)}:\n${this.shown}`);
      await new Promise<void>((resolve, reject) => {
        const seen = this.shown.slice(-1000);
        const quiet = () => reject(new Error(`${JSON.stringify(what)} is not shown after:\n${seen}`));
        const timer = setTimeout(quiet, 60_000);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** The program's status, and whether the terminal's settings are what they were. */
  async end(): Promise<{ readonly status: number; readonly restored: boolean }> {
    const [status, same] = (await this.#end).trim().split(" ");
    return { status: Number(status), restored: same === "1" };
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
