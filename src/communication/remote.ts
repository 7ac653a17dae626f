/** An implementation in TypeScript that native code calls: messages in, answers out, on the event loop. */
import { type Answer, type Dispatch, messageKinds } from "../contracts/runtime/transport.ts";
import { createNativeRemote, type NativeRemote } from "../native.ts";

const headerSize = 24;
const alignment = 8;

export interface RemoteOptions {
  readonly point: string;
  readonly name: string;
  readonly plugin: string;
  /** Milliseconds that a native caller waits for an answer. */
  readonly timeout: number;
  /** The point's generated dispatcher over the implementation. */
  readonly dispatch: Dispatch;
}

/** The native side of the implementation, to be given to a machine or to the log. Its calls begin at once. */
export function connectRemote({ point, name, plugin, timeout, dispatch }: RemoteOptions): NativeRemote {
  const remote = createNativeRemote(point, name, plugin, timeout, () => serve(remote, dispatch));
  return remote;
}

/** Answers all messages that wait. Layout of a message's header: contracts/transport.ts. */
function serve(remote: NativeRemote, dispatch: Dispatch): void {
  const messages = remote.drain();
  const view = new DataView(messages.buffer, messages.byteOffset, messages.byteLength);
  for (let at = 0; at < messages.length; ) {
    const size = view.getUint32(at, true);
    const call = view.getBigUint64(at + 16, true);
    const waits = view.getUint32(at + 8, true) !== messageKinds.posted;
    const answer = dispatch(view.getUint32(at + 4, true), messages.subarray(at + headerSize, at + size));
    if (answer instanceof Promise) {
      // The dispatcher's promises do not reject: an implementation's error is an answer.
      if (waits) void answer.then((late) => respond(remote, call, late));
    } else if (waits) respond(remote, call, answer);
    at += Math.ceil(size / alignment) * alignment;
  }
}

function respond(remote: NativeRemote, call: bigint, { status, body }: Answer): void {
  remote.respond(call, status, body);
}
