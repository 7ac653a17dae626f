/** Frames over the standard streams of a child process: for both ends of the tests between two processes. */
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import {
  type Answer,
  type AsynchronousTransport,
  headerSize,
  messageKinds,
  type RequestKind,
} from "../../src/contracts/runtime/index.ts";

export interface Frame {
  readonly method: number;
  readonly kind: number;
  readonly status: number;
  readonly callId: bigint;
  readonly body: Uint8Array;
}

export function encodeFrame(frame: Frame): Uint8Array {
  const bytes = new Uint8Array(headerSize + frame.body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint32(4, frame.method, true);
  view.setUint32(8, frame.kind, true);
  view.setInt32(12, frame.status, true);
  view.setBigUint64(16, frame.callId, true);
  bytes.set(frame.body, headerSize);
  return bytes;
}

/** Calls `receive` for every whole frame that the process writes. */
export function readFrames(child: ChildProcessWithoutNullStreams, receive: (frame: Frame) => void): void {
  let pending = new Uint8Array(0);
  child.stdout.on("data", (chunk: Buffer) => {
    const joined = new Uint8Array(pending.length + chunk.length);
    joined.set(pending);
    joined.set(chunk, pending.length);
    pending = joined;
    for (;;) {
      if (pending.length < headerSize) return;
      const view = new DataView(pending.buffer, pending.byteOffset);
      const size = view.getUint32(0, true);
      if (pending.length < size) return;
      receive({
        method: view.getUint32(4, true),
        kind: view.getUint32(8, true),
        status: view.getInt32(12, true),
        callId: view.getBigUint64(16, true),
        body: pending.slice(headerSize, size),
      });
      pending = pending.slice(size);
    }
  });
}

export class StdioTransport implements AsynchronousTransport {
  readonly plugin = "acme-probe";
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<bigint, (answer: Answer) => void>();
  #next = 1n;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    readFrames(child, ({ callId, status, body }) => {
      this.#waiting.get(callId)?.({ status, body });
      this.#waiting.delete(callId);
    });
  }

  send(method: number, kind: RequestKind, body: Uint8Array, signal?: AbortSignal): Promise<Answer> {
    const callId = this.#next++;
    const cancel = () => {
      const frame = { method, kind: messageKinds.cancel, status: 0, callId, body: new Uint8Array(0) };
      this.#child.stdin.write(encodeFrame(frame));
    };
    const answered = new Promise<Answer>((resolve) => {
      this.#waiting.set(callId, resolve);
      this.#child.stdin.write(encodeFrame({ method, kind, status: 0, callId, body }));
    });
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel);
    return answered.finally(() => signal?.removeEventListener("abort", cancel));
  }

  post(method: number, body: Uint8Array): void {
    this.#child.stdin.write(encodeFrame({ method, kind: messageKinds.posted, status: 0, callId: 0n, body }));
  }
}
