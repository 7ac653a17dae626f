/** What is let go of when something is closed, the last first. */
import { describe, reasonOf, VmPluginError } from "../errors.ts";

export type Closers = (() => void | Promise<void>)[];

/** Runs every closer, whatever the others do. Gives the failures. Never rejects. */
export async function closeAll(closers: Closers): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}

/** Tells of failures that must not take the place of a result, or of the error that came first. */
export function warnOf(failures: readonly unknown[]): void {
  for (const failure of failures) {
    const text = failure instanceof VmPluginError ? describe(failure) : reasonOf(failure);
    process.emitWarning(`while closing: ${text}`, "VmPluginWarning");
  }
}
