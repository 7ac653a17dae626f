import { findProgram } from "../../bench/harness/toolchain.ts";

/** Why a test that needs these programs is skipped, said once; false when all are there. */
export function missing(...programs: string[]): false | string {
  const absent = programs.filter((program) => findProgram(program) === undefined);
  if (absent.length === 0) return false;
  const reason = `skipped: not installed: ${absent.join(", ")}`;
  console.warn(reason);
  return reason;
}
