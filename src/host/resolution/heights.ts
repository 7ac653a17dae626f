/** How high each plugin stands above those that it needs, kept so that no circle comes about. */
import { type Demand, entered, unknownHeight, type Variable } from "./demand.ts";

/**
 * Computes the heights that are unknown below `start`. The demands along a circle, if it comes upon one; with `end`, also
 * those from `start` to `end`, which has a height already: they are a circle if `end` needs `start`. Heights are then of no use.
 */
export function findCircle(start: Variable, end?: Variable): readonly Demand[] | undefined {
  const path: Variable[] = [];
  /** For each plugin of the path the number of its demands that have been followed. */
  const followed: number[] = [];
  const seen = new Set<Variable>();
  const enter = (variable: Variable): void => {
    // Only what stands higher than the end can need it.
    if (variable.height !== unknownHeight) {
      if (end === undefined || variable.height <= end.height || seen.has(variable)) return;
      seen.add(variable);
    } else variable.height = entered;
    path.push(variable);
    followed.push(0);
  };
  enter(start);
  while (path.length > 0) {
    const top = path.length - 1;
    const variable = path[top] as Variable;
    const demand = variable.edges[followed[top] as number];
    if (demand === undefined) {
      if (variable.height === entered) variable.height = heightOver(variable);
      path.pop();
      followed.pop();
      continue;
    }
    (followed[top] as number)++;
    const { to } = demand;
    if (to === end || to.height === entered) {
      const first = to === end ? 0 : path.indexOf(to);
      return path.slice(first).map((one, index) => one.edges[(followed[first + index] as number) - 1] as Demand);
    }
    enter(to);
  }
  return undefined;
}

/** Puts a plugin, and those that need it, above what it needs since its newest demand, which closes no circle. */
export function raise(variable: Variable): void {
  const raised = [variable];
  variable.height = Math.max(variable.height, heightOver(variable));
  for (let one = raised.pop(); one; one = raised.pop())
    for (const { from } of one.demands) {
      if (typeof from === "string" || from.variable.height > one.height) continue;
      from.variable.height = one.height + 1;
      raised.push(from.variable);
    }
}

function heightOver(variable: Variable): number {
  let height = 0;
  for (const { to } of variable.edges) if (to.height >= height) height = to.height + 1;
  return height;
}
