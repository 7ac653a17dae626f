import { expect } from "vitest";
import { VmPluginError } from "../../src/errors.ts";

/** The error that `work` gives; the test fails when it gives none, or one without a code. */
export async function errorOf(work: () => unknown): Promise<VmPluginError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof VmPluginError) return error;
    throw error;
  }
  return expect.unreachable("no error was given");
}
