/** Why no choice is left, worded only for the failure that is reported in the end. */
import { VmPluginError } from "../../errors.ts";
import type { PluginRecord } from "../plugin-record.ts";
import { allows, type Decision, type Demand, type Variable } from "./demand.ts";

export class Failure {
  readonly error: () => VmPluginError;
  /** Whether other versions would still have been possible: such a failure is reported only where there is no better one. */
  readonly passing: boolean;

  constructor(error: () => VmPluginError, passing = false) {
    this.error = error;
    this.passing = passing;
  }
}

/** The demands leave no version of a plugin; the first of them is the newest. */
export function conflictFailure(variable: Variable, demands: readonly Demand[]): Failure {
  return new Failure(() => conflict(variable, fewest(variable, demands)));
}

/** A demand forbids the version that is chosen. */
export function passingFailure(variable: Variable, chosen: Decision, demand: Demand): Failure {
  return new Failure(() => conflict(variable, [chosen.reason, demand]), true);
}

/** Each demand leads from one plugin of the circle to the next. */
export function cycleFailure(demands: readonly Demand[]): Failure {
  const ids = [demands.at(-1), ...demands].map((demand) => demand?.to.id);
  return new Failure(() => new VmPluginError("VMP_DEPENDENCY_CYCLE", { cycle: ids.join(" -> ") }));
}

/** `variables`: all that took part in the search. */
export function limitFailure(steps: number, variables: Iterable<Variable>): Failure {
  return new Failure(() => {
    const worst = [...variables]
      .filter((variable) => variable.conflicts > 0)
      .sort((a, b) => b.conflicts - a.conflicts || (a.id < b.id ? -1 : 1));
    const ids = worst.slice(0, 8).map((variable) => variable.id);
    return new VmPluginError("VMP_DEPENDENCY_SEARCH_LIMIT", { steps, ids: ids.join(", ") });
  });
}

export function versionsOf(records: readonly PluginRecord[]): string {
  return records.map((record) => record.manifest.version).join(", ");
}

function conflict(variable: Variable, demands: readonly Demand[]): VmPluginError {
  return new VmPluginError("VMP_DEPENDENCY_CONFLICT", {
    id: variable.id,
    requirements: demands.map(wordsOf).join(", "),
    found: versionsOf(variable.records),
  });
}

/** The newest demand and as few others as it takes, so that they leave no version. */
function fewest(variable: Variable, demands: readonly Demand[]): readonly Demand[] {
  const excludeAll = (some: readonly Demand[]) =>
    variable.records.every((_, index) => some.some((demand) => !allows(demand, index)));
  const [newest, ...others] = demands as [Demand, ...Demand[]];
  const pair = others.find((other) => excludeAll([newest, other]));
  if (pair) return [pair, newest];
  let left = others;
  for (const other of others) {
    const without = left.filter((one) => one !== other);
    if (excludeAll([newest, ...without])) left = without;
  }
  return [...left, newest];
}

/** "root -> plugin requires other ^1.2.0" */
function wordsOf({ from, requirement, to, allowed }: Demand): string {
  if (typeof from === "string" || requirement === undefined) return String(from);
  const { plugin, point, version } = requirement;
  const range = version === "*" ? "" : ` ${version}`;
  const chain = chainOf(from).join(" -> ");
  if (plugin !== undefined) return `${chain} requires ${plugin}${range}`;
  const provider = versionsOf(to.records.filter((_, index) => allowed === undefined || allowed[index]));
  return `${chain} requires ${point}${range} of ${to.id} ${provider}`;
}

/** From the root to the plugin; the middle of a long chain is left out. */
function chainOf(decision: Decision): string[] {
  const ids: string[] = [];
  for (let at: Decision | undefined = decision; at; ) {
    ids.push(at.variable.id);
    const from: Demand["from"] = at.reason.from;
    at = typeof from === "string" ? undefined : from;
  }
  ids.reverse();
  const shown = 5;
  if (ids.length <= 2 * shown) return ids;
  return [...ids.slice(0, shown), `(${ids.length - 2 * shown} more)`, ...ids.slice(-shown)];
}
