/** Installed plugins that cannot be used: they are told, and hide no other. */
import { describe, type VmPluginError } from "../errors.ts";
import { complain } from "./output.ts";

/** On standard error, one line each. */
export function tellProblems(problems: readonly VmPluginError[]): void {
  for (const problem of problems) complain(`vm-plugin: ${describe(problem)}\n`);
}

/** For JSON documents. */
export function problemDocuments(problems: readonly VmPluginError[]): { code: string; message: string }[] {
  return problems.map(({ code, message }) => ({ code, message }));
}
