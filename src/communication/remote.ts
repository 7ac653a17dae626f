/** An implementation in TypeScript that native code calls: messages in, answers out, on the event loop. */
import { type Answer, type Dispatch, headerSize, messageKinds } from "../contracts/runtime/transport.ts";
import { createNativeRemote, type NativeRemote } from "../native.ts";

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

export interface Remote {
  /** To be given to a machine or to the log. */
  readonly native: NativeRemote;
  /** Serves what waits, without waiting for the event loop's turn. Resolves when all calls so far are served; never rejects. */
  drain(): Promise<void>;
  /** Callers are refused from now on. */
  close(): void;
}

/** The native side of the implementation. Its calls begin at once. */
export function connectRemote({ point, name, plugin, timeout, dispatch }: RemoteOptions): Remote {
  const underWay = new Set<Promise<void>>();
  const serve = () => {
    for (const served of serveWaiting(native, dispatch)) {
      underWay.add(served);
      void served.then(() => underWay.delete(served));
    }
  };
  const native = createNativeRemote(point, name, plugin, timeout, serve);
  return {
    native,
    async drain() {
      serve();
      await Promise.all(underWay);
    },
    close: () => native.close(),
  };
}

/** Answers all messages that wait; gives those that are not answered yet. Layout of a message's header: contracts/transport.ts. */
function serveWaiting(remote: NativeRemote, dispatch: Dispatch): Promise<void>[] {
  const late: Promise<void>[] = [];
  const messages = remote.drain();
  const view = new DataView(messages.buffer, messages.byteOffset, messages.byteLength);
  for (let at = 0; at < messages.length; ) {
    const size = view.getUint32(at, true);
    const call = view.getBigUint64(at + 16, true);
    const waits = view.getUint32(at + 8, true) !== messageKinds.posted;
    const respond = ({ status, body }: Answer) => {
      if (waits) remote.respond(call, status, body);
    };
    // An implementation's error is an answer already; what fails here is the dispatcher, as when it cannot be loaded.
    const fail = async (error: unknown) => {
      const { failureAnswer } = await import("../contracts/runtime/failure.ts");
      respond(failureAnswer(error));
    };
    try {
      const answer = dispatch(view.getUint32(at + 4, true), messages.subarray(at + headerSize, at + size));
      if (answer instanceof Promise) late.push(answer.then(respond).catch(fail));
      else respond(answer);
    } catch (error) {
      late.push(fail(error));
    }
    at += Math.ceil(size / alignment) * alignment;
  }
  return late;
}
