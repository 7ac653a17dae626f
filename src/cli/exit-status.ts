/** Exit statuses of every command but `run`. */
export const exitStatus = {
  failed: 1,
  /** The command line is wrong; nothing was done. */
  usage: 2,
  /** The command did its work, and what it checked is not as it should be. */
  unhealthy: 3,
} as const;

/** Those of `run`, as `env` and container tools use them: a guest's own are passed on unchanged. */
export const runStatus = {
  /** vm-plugin failed, or its command line is wrong. */
  failed: 125,
  /** The program was found and cannot be run. */
  cannotRun: 126,
  /** There is no such program. */
  notFound: 127,
} as const;

/** For the help texts. */
export const exitStatusHelp = `Exit status: 0 done, 1 failed, 2 the command line is wrong, 3 a check found a fault (status: something is not healthy;
list: an installed plugin cannot be read; doctor: no engine can run; generate --check: a file differs). That of run is the guest's.`;

const usageCodes: ReadonlySet<string> = new Set([
  "VMP_COMMAND_UNKNOWN",
  "VMP_OPTION_UNKNOWN",
  "VMP_OPTION_VALUE",
  "VMP_ARGUMENT_MISSING",
  "VMP_ARGUMENT_VALUE",
  "VMP_ARGUMENT_UNEXPECTED",
]);

/** The status for an error with this code. */
export function statusOf(code: string): number {
  return usageCodes.has(code) ? exitStatus.usage : exitStatus.failed;
}

const byCode: Readonly<Record<string, number>> = {
  VMP_PROGRAM_NOT_FOUND: runStatus.notFound,
  VMP_PROGRAM_NOT_EXECUTABLE: runStatus.cannotRun,
  VMP_PROGRAM_MALFORMED: runStatus.cannotRun,
  VMP_NO_ENGINE: runStatus.cannotRun,
};

/** That of `run` for an error with this code. A plugin's refusal of a program ("linux/ELF_TRUNCATED") is one of cannotRun. */
export function runStatusOf(code: string): number {
  if (/^[^/]+\/(ELF|PROGRAM)_/.test(code))
    return code.endsWith("/PROGRAM_NOT_FOUND") ? runStatus.notFound : runStatus.cannotRun;
  return byCode[code] ?? runStatus.failed;
}
