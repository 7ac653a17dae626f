/** In which order plugins are decided: each after those that could require it, so that all demands on it are known by then. */
import type { PluginRecord } from "../plugin-record.ts";
import type { Variable } from "./demand.ts";
import type { Offers } from "./offers.ts";

/**
 * Appends to `ranked` what `start` and any version of it could need, as far as it is new, and sets `rank` to the positions.
 * It is the reverse postorder of a depth-first walk: topological, but for those that could need each other. Of
 * independent plugins the one that is required first stands first.
 */
export function rank(start: readonly Variable[], offers: Offers, ranked: Variable[]): void {
  const finished: Variable[] = [];
  const path: { readonly variable: Variable; readonly targets: Variable[] }[] = [];
  const enter = (variable: Variable): void => {
    if (variable.rank >= 0) return;
    variable.rank = 0;
    path.push({ variable, targets: targetsOf(variable, offers) });
  };
  for (const variable of start.toReversed()) {
    enter(variable);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const target = top.targets.pop();
      if (target) enter(target);
      else finished.push((path.pop() as typeof top).variable);
    }
  }
  for (const variable of finished.reverse()) {
    variable.rank = ranked.length;
    ranked.push(variable);
  }
}

function targetsOf(variable: Variable, offers: Offers): Variable[] {
  const targets: Variable[] = [];
  for (let index = 0; index < variable.records.length; index++) {
    if (variable.obstacles[index] !== 0) continue;
    const { mandatory } = offers.needs(variable.records[index] as PluginRecord);
    for (const { ways } of mandatory) for (const way of ways) targets.push(way.variable);
  }
  return targets;
}
