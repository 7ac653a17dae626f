import { MalformedMessage } from "./malformed.ts";

/** Elements in memory that others write meanwhile: read each field once, and check what was read. */
export interface SharedSpan {
  /** Of `count * stride` bytes. */
  readonly view: DataView;
  readonly count: number;
  /** Bytes from one element to the next. */
  readonly stride: number;
}

const none = new Uint8Array(0);

/** The span that a message names in the shared memory of its connection. Throws MalformedMessage when it leaves it. */
export function importSharedSpan(
  view: DataView,
  at: number,
  limits: { smallest: number; alignment: number; exact: boolean },
  shared: Uint8Array = none,
): SharedSpan {
  const offset = view.getUint32(at, true);
  const count = view.getUint32(at + 4, true);
  const stride = view.getUint32(at + 8, true);
  if (count === 0) return { view: new DataView(none.buffer), count, stride };
  const strideFits = limits.exact
    ? stride === limits.smallest
    : stride >= limits.smallest && stride % limits.alignment === 0;
  if (
    !strideFits ||
    offset % limits.alignment !== 0 ||
    offset > shared.length ||
    count * stride > shared.length - offset
  ) {
    throw new MalformedMessage(
      `${count} shared elements of ${stride} bytes at ${offset} leave the ${shared.length} bytes of shared memory`,
    );
  }
  return { view: new DataView(shared.buffer, shared.byteOffset + offset, count * stride), count, stride };
}

/** The offset of a span in the shared memory of its connection. */
export function exportSharedSpan(span: SharedSpan, shared: Uint8Array = none): number {
  if (span.count === 0) return 0;
  const offset = span.view.byteOffset - shared.byteOffset;
  if (span.view.buffer !== shared.buffer || offset < 0 || offset + span.count * span.stride > shared.length) {
    throw new RangeError("the span does not lie in the shared memory of this connection");
  }
  return offset;
}
