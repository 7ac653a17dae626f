import { MalformedMessage } from "./malformed.ts";

export interface Span {
  readonly offset: number;
  readonly count: number;
  readonly stride: number;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const largestBody = 0x4000_0000;

function fail(what: string): never {
  throw new MalformedMessage(what);
}

/** Reads the body of a message: a fixed layout, then a tail that its spans point into. The bytes must not change meanwhile. */
export class WireReader {
  readonly view: DataView;
  readonly #bytes: Uint8Array;
  readonly #fixed: number;

  /** `fixed`: bytes of the fixed layout. Throws MalformedMessage when there are fewer. */
  constructor(bytes: Uint8Array, fixed: number) {
    if (bytes.length < fixed) fail(`${bytes.length} bytes, ${fixed} are needed`);
    if (bytes.length > largestBody) fail(`${bytes.length} bytes, at most ${largestBody} are allowed`);
    this.#bytes = bytes;
    this.#fixed = fixed;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The span at `at`, after a check that every element lies in the tail. */
  span(view: DataView, at: number, smallest: number, alignment: number): Span {
    const offset = view.getUint32(at, true);
    const count = view.getUint32(at + 4, true);
    const stride = view.getUint32(at + 8, true);
    const size = this.#bytes.length;
    if (count === 0) {
      if (offset > size) fail(`an empty span at ${offset} of ${size}`);
      return { offset, count, stride };
    }
    if (stride < smallest || stride % alignment !== 0) fail(`elements of ${smallest} bytes lie ${stride} apart`);
    if (offset % alignment !== 0) fail(`elements at ${offset} are not aligned to ${alignment}`);
    if (offset < this.#fixed || offset > size || count * stride > size - offset) {
      fail(`${count} elements of ${stride} bytes at ${offset} leave the ${size} bytes of the message`);
    }
    return { offset, count, stride };
  }

  /** The one element of a span, or element `index`; where the sender knew fewer bytes the rest is zero. */
  element(span: Span, index: number, size: number): DataView {
    const at = span.offset + index * span.stride;
    if (span.stride >= size) return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, size);
    const whole = new Uint8Array(size);
    whole.set(this.#bytes.subarray(at, at + span.stride));
    return new DataView(whole.buffer);
  }

  single(at: number, smallest: number, alignment: number, size: number): DataView {
    const span = this.span(this.view, at, smallest, alignment);
    if (span.count !== 1) fail(`${span.count} values where one belongs`);
    return this.element(span, 0, size);
  }

  /** A span of numbers, which never grow. */
  numberSpan(view: DataView, at: number, size: number): Span {
    const span = this.span(view, at, size, size);
    if (span.count !== 0 && span.stride !== size) fail(`numbers of ${size} bytes lie ${span.stride} apart`);
    return span;
  }

  /** Numbers of a span, as bytes that are not copied. */
  numbers(view: DataView, at: number, size: number): Uint8Array {
    const span = this.numberSpan(view, at, size);
    return this.#bytes.subarray(span.offset, span.offset + span.count * size);
  }

  string(at: number): string {
    return decoder.decode(this.numbers(this.view, at, 1));
  }

  /** A string inside a layout: a span and four zero bytes. */
  stringField(view: DataView, at: number): string {
    zeroes(view, at + 12, 4);
    return decoder.decode(this.numbers(view, at, 1));
  }

  itemsField(view: DataView, at: number, smallest: number): Span {
    zeroes(view, at + 12, 4);
    return this.span(view, at, smallest, 8);
  }
}

/** Refuses a reserved field that is not zero. */
export function zeroes(view: DataView, at: number, size: number): void {
  for (let index = at; index < at + size; index++) {
    if (view.getUint8(index) !== 0) fail(`the reserved byte ${index} is not zero`);
  }
}

/** A fixed array of characters, which must be terminated. */
export function characters(view: DataView, at: number, size: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, size);
  const end = bytes.indexOf(0);
  if (end < 0) fail("text is not terminated");
  return decoder.decode(bytes.subarray(0, end));
}

/** A 64-bit integer as a number. */
export function safeInteger(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) fail(`${value} does not fit a number`);
  return number;
}

/** The elements that a field of a layout points at. */
export function decodeItems<Item>(
  reader: WireReader,
  span: Span,
  size: number,
  decode: (view: DataView) => Item,
): Item[] {
  return Array.from({ length: span.count }, (_, index) => decode(reader.element(span, index, size)));
}
