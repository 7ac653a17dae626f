// Seeded random numbers (sfc32), so that a failure can be run again.
export class Random {
  #a = 0;
  #b = 0x9e3779b9;
  #c = 0;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#c = Math.trunc(seed / 2 ** 32) | 0;
    for (let i = 0; i < 12; i++) this.word();
  }

  /** 32 random bits. */
  word(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** 64 random bits. */
  next(): bigint {
    return (BigInt(this.word()) << 32n) | BigInt(this.word());
  }

  below(bound: number): number {
    return Math.floor((this.word() / 2 ** 32) * bound);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  chance(one: number, of: number): boolean {
    return this.below(of) < one;
  }
}

/** Edge values, values near them, and uniform ones. */
export function randomInteger(random: Random): bigint {
  const edges = [
    0n,
    1n,
    2n,
    3n,
    0x7fn,
    0x80n,
    0xffn,
    0x7fffn,
    0x8000n,
    0x7fffffffn,
    0x80000000n,
    0xffffffffn,
    0x100000000n,
  ];
  switch (random.below(4)) {
    case 0:
      return BigInt.asUintN(64, random.chance(1, 2) ? random.pick(edges) : -random.pick(edges));
    case 1: // one bit, give or take one
      return BigInt.asUintN(64, (1n << BigInt(random.below(64))) + BigInt(random.below(3) - 1));
    case 2: // of any size
      return random.next() >> BigInt(random.below(64));
    default:
      return random.next();
  }
}

/** Bits of a floating-point value with `fraction` fraction bits and `exponent` exponent bits: edges, ties, neighbours. */
export function randomFloat(random: Random, exponent: number, fraction: number): bigint {
  const sign = random.chance(1, 2) ? 1n << BigInt(exponent + fraction) : 0n;
  const bias = (1 << (exponent - 1)) - 1;
  const fractionMask = (1n << BigInt(fraction)) - 1n;
  const make = (e: number, f: bigint) => sign | (BigInt(e) << BigInt(fraction)) | (f & fractionMask);
  const anyFraction = random.next() & fractionMask;
  const edgeFractions = [
    0n,
    1n,
    fractionMask,
    fractionMask - 1n,
    1n << BigInt(fraction - 1),
    (1n << BigInt(fraction - 1)) - 1n,
    anyFraction,
  ];
  switch (random.below(6)) {
    case 0:
      return make(random.pick([0, 1, 2, bias - 1, bias, bias + 1, 2 * bias, 2 * bias + 1]), random.pick(edgeFractions));
    case 1: // few bits set: ties
      return make(
        random.below(2 * bias + 2),
        (1n << BigInt(random.below(fraction))) | (1n << BigInt(random.below(fraction))),
      );
    case 2: // close to one
      return make(bias - 30 + random.below(60), anyFraction);
    case 3: // around the sizes of integers
      return make(bias + random.below(66), random.chance(1, 2) ? anyFraction : random.pick(edgeFractions));
    case 4: // products and quotients that are tiny
      return make(
        random.chance(1, 2) ? random.below(fraction + 4) : (bias >> 1) + random.below(2 * fraction) - fraction,
        anyFraction,
      );
    default:
      return make(random.below(2 * bias + 2), anyFraction);
  }
}
