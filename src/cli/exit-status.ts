/** Exit statuses of the command itself, as `env` and container tools use them; a guest's own are passed on unchanged. */
export const exitStatus = {
  /** vm-plugin failed, or its command line is wrong. */
  failed: 125,
  /** The program was found and cannot be run. */
  cannotRun: 126,
  /** There is no such program. */
  notFound: 127,
} as const;

const byCode: Readonly<Record<string, number>> = {
  VMP_PROGRAM_NOT_FOUND: exitStatus.notFound,
  VMP_PROGRAM_NOT_EXECUTABLE: exitStatus.cannotRun,
  VMP_PROGRAM_MALFORMED: exitStatus.cannotRun,
  VMP_NO_ENGINE: exitStatus.cannotRun,
};

/** The status for an error with this code. A plugin's refusal of a program ("linux/ELF_TRUNCATED") is one of cannotRun. */
export function statusOf(code: string): number {
  if (/^[^/]+\/(ELF|PROGRAM)_/.test(code)) {
    return code.endsWith("/PROGRAM_NOT_FOUND") ? exitStatus.notFound : exitStatus.cannotRun;
  }
  return byCode[code] ?? exitStatus.failed;
}
