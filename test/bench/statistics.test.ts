import { expect, test } from "vitest";
import { boundRank, medianOf, medianWithBounds } from "../../bench/harness/statistics.ts";

test("the median of an odd number of samples is the one in the middle, whatever their order", () => {
  expect(medianOf([9, 1, 5])).toBe(5);
});

test("the median of an even number of samples lies halfway between the two in the middle", () => {
  expect(medianOf([4, 1, 2, 100])).toBe(3);
});

test("samples are sorted as numbers, not as text", () => {
  expect(medianOf([10, 9, 8])).toBe(9);
});

// 2 * (C(n, 0) + ... + C(n, k - 1)) / 2^n, by hand: n = 6: 2/64 = 0.031, and 14/64 for k = 2. n = 8: 2/256, and 18/256 = 0.070.
// n = 9: 20/512 = 0.039, and 92/512. n = 10: 22/1024, and 112/1024 = 0.109. The larger ones are in printed tables of
// confidence intervals for the median (Conover, Practical Nonparametric Statistics): 15 to 6, 31 to 22, 61 to 40.
test.each([
  [6, 1],
  [7, 1],
  [8, 1],
  [9, 2],
  [10, 2],
  [20, 6],
  [31, 10],
  [100, 40],
])("with %i samples the 95 %% bounds of the median are number %i from either end", (count, rank) => {
  expect(boundRank(count)).toBe(rank);
});

test("the rank of thousands of samples does not underflow: about n/2 - 0.98 sqrt(n)", () => {
  expect(boundRank(10_000)).toBe(4902);
});

test("the bounds are samples: numbers 10 and 22 of 31", () => {
  const samples = Array.from({ length: 31 }, (_, index) => (index * 7) % 31);
  expect(medianWithBounds(samples)).toEqual({ value: 15, low: 9, high: 21 });
});

test("one wild sample moves neither the median nor its bounds", () => {
  const calm = Array.from({ length: 31 }, (_, index) => index);
  const wild = calm.with(30, 1e12);
  expect(medianWithBounds(wild)).toEqual(medianWithBounds(calm));
});

test("five samples are refused: even their extremes bound the median with 93.75 % only", () => {
  expect(() => medianWithBounds([1, 2, 3, 4, 5])).toThrow(/5 samples/);
});

test("a sample that is not a number is refused", () => {
  expect(() => medianWithBounds([1, 2, 3, Number.NaN, 5, 6])).toThrow(/not a number/);
});

test("the median of nothing is refused", () => {
  expect(() => medianOf([])).toThrow(RangeError);
});
