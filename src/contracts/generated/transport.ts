// How calls travel: the frame, the parts of a body, and what carries them. Generated from the contract in src/contracts/transport.ts by `npm run generate`. Do not edit.
import type { Loose, WireReader, WireWriter } from "../runtime/index.ts";
import { LayoutView, MalformedMessage, integer, wideInteger } from "../runtime/index.ts";

export type MessageKind = "synchronous" | "posted" | "asynchronous" | "response" | "cancel";

export const messageKindValues = {
  /** a request whose caller waits */
  synchronous: 1,
  /** a request that is never answered */
  posted: 2,
  /** a request that may take long */
  asynchronous: 3,
  /** carries the call_id of its request, and the status */
  response: 4,
  /** without a body: the request with this call_id is no longer wanted */
  cancel: 5,
} as const;

export function decodeMessageKind(value: number): MessageKind {
  switch (value) {
    case 1:
      return "synchronous";
    case 2:
      return "posted";
    case 3:
      return "asynchronous";
    case 4:
      return "response";
    case 5:
      return "cancel";
    default:
      throw new MalformedMessage(`${value} is no MessageKind`);
  }
}

export function encodeMessageKind(value: MessageKind): number {
  if (Object.hasOwn(messageKindValues, value)) return messageKindValues[value];
  throw new RangeError(`${String(value)} is none of synchronous, posted, asynchronous, response, cancel`);
}

/** The frame of a message; its body follows at once. Bodies begin at a multiple of 8. */
export interface MessageHeader {
  /** bytes of header and body */
  readonly size: number;
  /** the method's number in its table, from 1 */
  readonly method: number;
  /** VMP_MESSAGE_* */
  readonly kind: number;
  /** of a response: VMP_* */
  readonly status: number;
  /** unique among the calls under way on one connection */
  readonly callId: bigint;
}

export const messageHeaderSize = 24;

export function decodeMessageHeader(reader: WireReader, view: DataView, from = 0): MessageHeader {
  void reader;
  return {
    size: view.getUint32(from, true),
    method: view.getUint32(from + 4, true),
    kind: view.getUint32(from + 8, true),
    status: view.getInt32(from + 12, true),
    callId: view.getBigUint64(from + 16, true),
  };
}

export function encodeMessageHeader(writer: WireWriter, to: number, value: Loose<MessageHeader>): void {
  writer.view.setUint32(to, integer(value.size, 0, 4294967295, "MessageHeader.size"), true);
  writer.view.setUint32(to + 4, integer(value.method, 0, 4294967295, "MessageHeader.method"), true);
  writer.view.setUint32(to + 8, integer(value.kind, 0, 4294967295, "MessageHeader.kind"), true);
  writer.view.setInt32(to + 12, integer(value.status, -2147483648, 2147483647, "MessageHeader.status"), true);
  writer.view.setBigUint64(to + 16, wideInteger(value.callId, false, "MessageHeader.callId"), true);
}

/** vmp_message_header in memory. The frame of a message; its body follows at once. Bodies begin at a multiple of 8. */
export class MessageHeaderView extends LayoutView {
  static readonly size = 24;
  /** bytes of header and body */
  get size(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set size(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** the method's number in its table, from 1 */
  get method(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set method(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  /** VMP_MESSAGE_* */
  get kind(): number {
    return this.dataView.getUint32(this.dataOffset + 8, true);
  }
  set kind(value: number) {
    this.dataView.setUint32(this.dataOffset + 8, value, true);
  }
  /** of a response: VMP_* */
  get status(): number {
    return this.dataView.getInt32(this.dataOffset + 12, true);
  }
  set status(value: number) {
    this.dataView.setInt32(this.dataOffset + 12, value, true);
  }
  /** unique among the calls under way on one connection */
  get callId(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set callId(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
}

/** Where elements lie in a body (of a shared span: in the shared memory). A string has stride 1. */
export interface WireSpan {
  /** from the start of the body */
  readonly offset: number;
  readonly count: number;
  /** bytes from one element to the next */
  readonly stride: number;
}

export const wireSpanSize = 12;

export function decodeWireSpan(reader: WireReader, view: DataView, from = 0): WireSpan {
  void reader;
  return {
    offset: view.getUint32(from, true),
    count: view.getUint32(from + 4, true),
    stride: view.getUint32(from + 8, true),
  };
}

export function encodeWireSpan(writer: WireWriter, to: number, value: Loose<WireSpan>): void {
  writer.view.setUint32(to, integer(value.offset, 0, 4294967295, "WireSpan.offset"), true);
  writer.view.setUint32(to + 4, integer(value.count, 0, 4294967295, "WireSpan.count"), true);
  writer.view.setUint32(to + 8, integer(value.stride, 0, 4294967295, "WireSpan.stride"), true);
}

/**
 * vmp_wire_span in memory. Where elements lie in a body (of a shared span: in the shared memory). A string has stride
 * 1.
 */
export class WireSpanView extends LayoutView {
  static readonly size = 12;
  /** from the start of the body */
  get offset(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set offset(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  get count(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set count(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  /** bytes from one element to the next */
  get stride(): number {
    return this.dataView.getUint32(this.dataOffset + 8, true);
  }
  set stride(value: number) {
    this.dataView.setUint32(this.dataOffset + 8, value, true);
  }
}

/** The body of a response whose status is not VMP_OK. */
export interface WireFailure {
  /** UTF-8 */
  readonly code: WireSpan;
  /** UTF-8 */
  readonly message: WireSpan;
  /** of u64: how many elements each out span needs, in the order of the parameters */
  readonly needed: WireSpan;
}

export const wireFailureSize = 36;

export function decodeWireFailure(reader: WireReader, view: DataView, from = 0): WireFailure {
  return {
    code: decodeWireSpan(reader, view, from),
    message: decodeWireSpan(reader, view, from + 12),
    needed: decodeWireSpan(reader, view, from + 24),
  };
}

export function encodeWireFailure(writer: WireWriter, to: number, value: Loose<WireFailure>): void {
  encodeWireSpan(writer, to, value.code);
  encodeWireSpan(writer, to + 12, value.message);
  encodeWireSpan(writer, to + 24, value.needed);
}

/** vmp_wire_failure in memory. The body of a response whose status is not VMP_OK. */
export class WireFailureView extends LayoutView {
  static readonly size = 36;
  /** UTF-8 */
  get code(): WireSpanView {
    return new WireSpanView(this.dataView, this.dataOffset);
  }
  /** UTF-8 */
  get message(): WireSpanView {
    return new WireSpanView(this.dataView, this.dataOffset + 12);
  }
  /** of u64: how many elements each out span needs, in the order of the parameters */
  get needed(): WireSpanView {
    return new WireSpanView(this.dataView, this.dataOffset + 24);
  }
}
