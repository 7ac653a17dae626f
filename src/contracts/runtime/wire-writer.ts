const encoder = new TextEncoder();

/** Writes the body of a message. Reserved space is zero until something is put there. */
export class WireWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #size: number;

  /** `fixed`: bytes of the fixed layout at the start. */
  constructor(fixed: number) {
    this.#bytes = new Uint8Array(Math.max(64, fixed * 2));
    this.#view = new DataView(this.#bytes.buffer);
    this.#size = fixed;
  }

  /** Changes when space is reserved: do not keep it. */
  get view(): DataView {
    return this.#view;
  }

  /** Zeroed bytes at the end, at a multiple of `alignment`. */
  reserve(size: number, alignment: number): number {
    const at = Math.ceil(this.#size / alignment) * alignment;
    if (at + size > this.#bytes.length) {
      const larger = new Uint8Array((at + size) * 2);
      larger.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#size = at + size;
    return at;
  }

  putSpan(at: number, offset: number, count: number, stride: number): void {
    this.#view.setUint32(at, count === 0 ? 0 : offset, true);
    this.#view.setUint32(at + 4, count, true);
    this.#view.setUint32(at + 8, stride, true);
  }

  /** How many elements the span at `at` has. */
  count(at: number): number {
    return this.#view.getUint32(at + 4, true);
  }

  putBytes(at: number, bytes: Uint8Array, elementSize = 1): void {
    const offset = bytes.length === 0 ? 0 : this.reserve(bytes.length, elementSize);
    this.#bytes.set(bytes, offset);
    this.putSpan(at, offset, bytes.length / elementSize, elementSize);
  }

  putString(at: number, text: string): void {
    this.putBytes(at, encoder.encode(text));
  }

  /** A fixed array of bytes. */
  putFixed(at: number, size: number, bytes: Uint8Array, what: string): void {
    if (bytes.length !== size) throw new RangeError(`${what} must have ${size} bytes, not ${bytes.length}`);
    this.#bytes.set(bytes, at);
  }

  /** Elements, and the span at `at` by which they are found. */
  putItems<Item>(at: number, size: number, items: readonly Item[], encode: (item: Item, at: number) => void): void {
    const offset = items.length === 0 ? 0 : this.reserve(items.length * size, 8);
    items.forEach((item, index) => {
      encode(item, offset + index * size);
    });
    this.putSpan(at, offset, items.length, size);
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }
}

/** Puts text into a fixed array of characters: cut where it does not fit, never inside a character, always terminated. */
export function putCharacters(view: DataView, at: number, size: number, text: string): void {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, size);
  const { written } = encoder.encodeInto(text, bytes.subarray(0, size - 1));
  bytes.fill(0, written);
}

/** A number that fits the field; what an implementation answered is not trusted to. */
export function integer(value: number, least: number, most: number, what: string): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${what} must be an integer from ${least} to ${most}, not ${String(value)}`);
  }
  return value;
}

/** A 64-bit integer from a bigint or a number. */
export function wideInteger(value: bigint | number, signed: boolean, what: string): bigint {
  if (typeof value !== "bigint" && !Number.isSafeInteger(value)) {
    throw new RangeError(`${what} must be a bigint or a safe integer, not ${String(value)}`);
  }
  const wide = BigInt(value);
  const fits = signed ? BigInt.asIntN(64, wide) === wide : BigInt.asUintN(64, wide) === wide;
  if (!fits)
    throw new RangeError(`${what} must fit ${signed ? "a signed" : "an unsigned"} 64-bit integer, ${wide} does not`);
  return wide;
}

/** An array with as many elements as its field has. */
export function exactly<Item>(items: readonly Item[], length: number, what: string): readonly Item[] {
  if (items.length !== length) throw new RangeError(`${what} must have ${length} elements, not ${items.length}`);
  return items;
}
