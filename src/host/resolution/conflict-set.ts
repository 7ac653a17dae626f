/** The decisions that make a choice impossible: a leftist heap of their levels, the latest first. Undefined is the empty set. */

export interface ConflictSet {
  readonly level: number;
  /** Length of the way down the right side, which is the shorter one. */
  readonly rank: number;
  readonly left: ConflictSet | undefined;
  readonly right: ConflictSet | undefined;
}

/** In logarithmic time: sets are handed on and joined once for every decision of a long chain. */
export function union(a: ConflictSet | undefined, b: ConflictSet | undefined): ConflictSet | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  const [top, other] = a.level >= b.level ? [a, b] : [b, a];
  const joined = union(top.right, other) as ConflictSet;
  const short = top.left === undefined || top.left.rank < joined.rank;
  const [left, right] = short ? [joined, top.left] : [top.left, joined];
  return { level: top.level, rank: (right?.rank ?? 0) + 1, left, right };
}

export function withLevel(set: ConflictSet | undefined, level: number): ConflictSet | undefined {
  // What is given from outside stands at no level: nothing can be done about it.
  return level < 0 ? set : union(set, { level, rank: 1, left: undefined, right: undefined });
}

/** The set without a level that none of its levels exceeds. */
export function withoutLatest(set: ConflictSet | undefined, level: number): ConflictSet | undefined {
  let rest = set;
  while (rest !== undefined && rest.level === level) rest = union(rest.left, rest.right);
  return rest;
}
