/** What commands print. Text that comes from plugins, files and guests has no control characters when it gets here. */
import { writeSync } from "node:fs";
import { escapeUnprintable, reasonOf, VmPluginError } from "../errors.ts";

const standardOutput = 1;
const standardError = 2;

/** On standard output. A reader that has seen enough (`| head`) is no fault; VMP_OUTPUT_FAILED for any other. */
export function print(text: string): void {
  try {
    writeAll(standardOutput, text);
  } catch (cause) {
    throw new VmPluginError("VMP_OUTPUT_FAILED", { reason: reasonOf(cause) }, { cause });
  }
}

export function printLine(line: string): void {
  print(`${line}\n`);
}

/** One document on standard output. */
export function printJson(document: unknown): void {
  printLine(jsonText(document, 2));
}

/** What cannot be printed is escaped, which means the same in JSON. */
export function jsonText(value: unknown, indent?: number): string {
  return escapeUnprintable(JSON.stringify(value, null, indent));
}

/** On standard error. There is nobody to tell of a failure. */
export function complain(text: string): void {
  try {
    writeAll(standardError, text);
  } catch {
    // As said.
  }
}

/** Not by process.stdout, which loads net and tty: a twentieth of what an empty node costs. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EPIPE") return;
    if (code !== "EAGAIN") throw error;
    // Somebody else made the pipe non-blocking, and it is full: Node's stream knows how to wait.
    const stream = descriptor === standardOutput ? process.stdout : process.stderr;
    stream.on("error", () => {}).write(bytes.subarray(written));
  }
}

/** `1 host`, `2 hosts`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}
