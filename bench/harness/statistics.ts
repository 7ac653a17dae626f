/** Order statistics: the median and its distribution-free 95 % bounds. */

export interface MedianWithBounds {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The fewest samples whose smallest and largest bound their median with 95 % confidence: 1 - 2 / 2^6 = 0.969. */
export const FEWEST_SAMPLES = 6;

function sorted(samples: readonly number[]): number[] {
  if (samples.some((sample) => Number.isNaN(sample))) throw new RangeError("a sample is not a number");
  return [...samples].sort((left, right) => left - right);
}

function middle(ascending: readonly number[]): number {
  const half = ascending.length / 2;
  const upper = ascending[Math.floor(half)] as number;
  return Number.isInteger(half) ? ((ascending[half - 1] as number) + upper) / 2 : upper;
}

/** The median of at least one sample. */
export function medianOf(samples: readonly number[]): number {
  if (samples.length === 0) throw new RangeError("the median of no samples is not defined");
  return middle(sorted(samples));
}

/**
 * The rank k (from 1) of the lower bound among `count` samples; the upper one's is count + 1 - k. It is the largest k
 * for which [x(k), x(count + 1 - k)] covers the median with at least 95 %: 2 * P(B <= k - 1) <= 0.05 where B is
 * binomial with `count` trials of probability 1/2 (David and Nagaraja, Order Statistics, section 7.1).
 */
export function boundRank(count: number): number {
  if (!Number.isInteger(count) || count < FEWEST_SAMPLES) {
    throw new RangeError(`${count} samples have no 95 % bounds of the median; at least ${FEWEST_SAMPLES} have`);
  }
  let rank = 0;
  let logTerm = -count * Math.LN2; // of C(count, rank) / 2^count, in logarithms: 2^-count underflows above 1074
  let cumulative = Math.exp(logTerm);
  while (2 * cumulative <= 0.05) {
    logTerm += Math.log((count - rank) / (rank + 1));
    rank += 1;
    cumulative += Math.exp(logTerm);
  }
  return rank;
}

/** The median of at least six samples with its 95 % bounds. */
export function medianWithBounds(samples: readonly number[]): MedianWithBounds {
  const rank = boundRank(samples.length);
  const ascending = sorted(samples);
  return {
    value: middle(ascending),
    low: ascending[rank - 1] as number,
    high: ascending[ascending.length - rank] as number,
  };
}
