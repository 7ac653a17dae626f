/** One measured number of a suite, as `npm run bench -- SUITE --json` prints it. */
import { medianOf, medianWithBounds } from "./statistics.ts";

/** How `value` follows from the two sides: `ours / peer`, `ours - peer`, or ours alone. */
export type RowKind = "ratio" | "difference" | "absolute";

export interface Row {
  readonly name: string;
  /** Of `ours` and `peerValue`; of `value` too unless `kind` is "ratio", which has none. */
  readonly unit: string;
  readonly kind: RowKind;
  /** The median of our side. */
  readonly ours: number;
  /** What ours is compared with; null for kind "absolute". */
  readonly peer: string | null;
  /** The median of the peer's side; null for kind "absolute". */
  readonly peerValue: number | null;
  /** The median over the pairs, not the quotient of the medians. */
  readonly value: number;
  /** The 95 % bounds of that median. */
  readonly low: number;
  readonly high: number;
  /** What `high` must not exceed; null where there is no bar. */
  readonly bar: number | null;
  /** What it should reach; null where there is no goal. */
  readonly goal: number | null;
}

/** Both sides measured one after the other, in the row's unit. */
export interface Pair {
  readonly ours: number;
  readonly peer: number;
}

/** A row that could not be measured here, and why. */
export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

export interface Report {
  readonly suite: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly rows: readonly Row[];
  readonly skipped: readonly Skipped[];
}

export interface RowHead {
  readonly name: string;
  readonly unit: string;
  readonly peer: string;
  readonly bar?: number;
  readonly goal?: number;
}

/** A row of kind "ratio" or "difference" from at least six pairs. */
export function pairedRow(kind: "ratio" | "difference", head: RowHead, pairs: readonly Pair[]): Row {
  const values = pairs.map(({ ours, peer }) => (kind === "ratio" ? ours / peer : ours - peer));
  return {
    name: head.name,
    unit: head.unit,
    kind,
    ours: medianOf(pairs.map(({ ours }) => ours)),
    peer: head.peer,
    peerValue: medianOf(pairs.map(({ peer }) => peer)),
    ...medianWithBounds(values),
    bar: head.bar ?? null,
    goal: head.goal ?? null,
  };
}

/** A row of counts that are the same in every run: the bounds are the value. */
export function exactDifferenceRow(head: RowHead, ours: number, peerValue: number): Row {
  const value = ours - peerValue;
  const { name, unit, peer, bar = null, goal = null } = head;
  return { name, unit, kind: "difference", ours, peer, peerValue, value, low: value, high: value, bar, goal };
}

/** A row of kind "absolute" from at least six samples. */
export function absoluteRow(head: Omit<RowHead, "peer">, samples: readonly number[]): Row {
  const median = medianWithBounds(samples);
  return {
    name: head.name,
    unit: head.unit,
    kind: "absolute",
    ours: median.value,
    peer: null,
    peerValue: null,
    ...median,
    bar: head.bar ?? null,
    goal: head.goal ?? null,
  };
}

/** The geometric mean over programs, pair by pair: pair i of the row is made of pair i of every program. */
export function geometricMeanRow(head: RowHead, programs: readonly (readonly Pair[])[]): Row {
  const count = Math.min(...programs.map((pairs) => pairs.length));
  const mean = (side: "ours" | "peer", index: number): number =>
    Math.exp(programs.reduce((sum, pairs) => sum + Math.log(pairs[index]?.[side] ?? Number.NaN), 0) / programs.length);
  const pairs = Array.from({ length: count }, (_, index) => ({ ours: mean("ours", index), peer: mean("peer", index) }));
  return pairedRow("ratio", head, pairs);
}

/** Whether the row meets its bar: "pass", "miss", or null where it has none. */
export function verdict(row: Row): "pass" | "miss" | null {
  if (row.bar === null) return null;
  return row.high <= row.bar ? "pass" : "miss";
}
