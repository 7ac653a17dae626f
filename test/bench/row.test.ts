import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  absoluteRow,
  exactDifferenceRow,
  geometricMeanRow,
  pairedRow,
  type Report,
  type Row,
  verdict,
} from "../../bench/harness/row.ts";
import { formatReport } from "../../bench/harness/table.ts";

/** What `npm run bench -- SUITE --json` promises for each row; nothing else may be in it. */
const rowSchema = z
  .strictObject({
    name: z.string().min(1),
    unit: z.string().min(1),
    kind: z.enum(["ratio", "difference", "absolute"]),
    ours: z.number(),
    peer: z.string().min(1).nullable(),
    peerValue: z.number().nullable(),
    value: z.number(),
    low: z.number(),
    high: z.number(),
    bar: z.number().nullable(),
    goal: z.number().nullable(),
  })
  .refine(({ low, value, high }) => low <= value && value <= high)
  .refine(({ kind, peer, peerValue }) => (kind === "absolute") === (peer === null && peerValue === null));

const pairs = [
  { ours: 2, peer: 1 },
  { ours: 6, peer: 2 },
  { ours: 3, peer: 3 },
  { ours: 8, peer: 2 },
  { ours: 10, peer: 2 },
  { ours: 12, peer: 2 },
  { ours: 7, peer: 1 },
];
const head = { name: "a row", unit: "s", peer: "a peer", bar: 5, goal: 2 };

const rows: readonly Row[] = [
  pairedRow("ratio", head, pairs),
  pairedRow("difference", { name: "a row", unit: "s", peer: "a peer" }, pairs),
  absoluteRow({ name: "a row", unit: "MiB" }, [1, 2, 3, 4, 5, 6]),
  exactDifferenceRow(head, 16, 15),
  geometricMeanRow(head, [pairs, pairs]),
];

test.each(rows.map((row) => [row.kind, row]))(
  "a row of kind %s has the fields promised, also after a round trip through JSON",
  (_, row) => {
    expect(rowSchema.parse(JSON.parse(JSON.stringify(row)))).toEqual(row);
  },
);

test("a ratio is the median of the pairs' ratios, not the quotient of the medians", () => {
  // ratios 2 3 1 4 5 6 7; medians 7 and 2
  expect(pairedRow("ratio", head, pairs)).toEqual({
    ...head,
    kind: "ratio",
    ours: 7,
    peerValue: 2,
    value: 4,
    low: 1,
    high: 7,
  });
});

test("a difference is the median of the pairs' differences", () => {
  // differences 1 4 0 6 8 10 6
  expect(pairedRow("difference", head, pairs)).toMatchObject({ value: 6, low: 0, high: 10 });
});

test("a geometric mean goes pair by pair over the programs", () => {
  const one = Array.from({ length: 6 }, () => ({ ours: 8, peer: 1 }));
  const other = Array.from({ length: 6 }, () => ({ ours: 1, peer: 2 }));
  const row = geometricMeanRow(head, [one, other]);
  expect(row.value).toBeCloseTo(2, 12);
  expect(row.ours).toBeCloseTo(Math.sqrt(8), 12);
  expect(row.peerValue).toBeCloseTo(Math.sqrt(2), 12);
});

describe("the bar", () => {
  const row = exactDifferenceRow(head, 16, 15);

  test("holds when the upper bound meets it", () => {
    expect(verdict({ ...row, value: 4, high: 5 })).toBe("pass");
  });

  test("is missed when only the median meets it", () => {
    expect(verdict({ ...row, value: 4, high: 5.01 })).toBe("miss");
  });

  test("is not judged where there is none", () => {
    expect(verdict({ ...row, bar: null })).toBeNull();
  });
});

test("the table for a person has a line per row, its verdict, and what was skipped and why", () => {
  const report: Report = {
    suite: "host",
    machine: { node: "20" },
    rows,
    skipped: [{ name: "another row", reason: "valgrind is not installed" }],
  };
  const lines = formatReport(report).split("\n");
  expect(lines.filter((line) => line.startsWith("a row"))).toHaveLength(rows.length);
  expect(lines.find((line) => line.includes("instructions") || line.includes("+1 to +1"))).toMatch(/pass$/);
  expect(lines.find((line) => line.includes("4x"))).toMatch(/miss$/);
  expect(lines.at(-1)).toBe("skipped: another row: valgrind is not installed");
});
