import { spawnSync } from "node:child_process";
import { missing } from "../../../support/programs.ts";

/** Why strace cannot show here what the host's programs do, said once; false when it can. */
export function cannotTrace(): false | string {
  const absent = missing("gcc", "strace");
  if (absent !== false) return absent;
  if (process.arch !== "x64") return "skipped: the forms are compared on x86-64 hosts";
  const { status, stderr } = spawnSync("strace", ["-o", "/dev/null", "true"], { encoding: "utf8" });
  if (status === 0) return false;
  const reason = `skipped: strace cannot trace here: ${stderr.trim()}`;
  console.warn(reason);
  return reason;
}
