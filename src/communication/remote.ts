/** An implementation in TypeScript that native code calls: messages in, answers out, on the event loop. */
import type { Dispatch } from "../contracts/runtime/transport.ts";
import { createNativeRemote, type NativePosting, type NativeRemote } from "../native.ts";
import { MessageServer } from "./message-server.ts";

/** What becomes of messages whose caller does not wait. */
export interface Posting extends NativePosting {
  /** One of them failed, or was not done in time. None is served after it, and native callers get this reason. */
  failed(reason: string): void;
}

export interface RemoteOptions {
  readonly point: string;
  readonly name: string;
  readonly plugin: string;
  /** Milliseconds that a native caller waits for an answer. */
  readonly timeout: number;
  /** The point's generated dispatcher over the implementation. */
  readonly dispatch: Dispatch;
  /** Posted messages are gathered, and whatever comes behind one waits until it is done. Default: each is served at once. */
  readonly posting?: Posting;
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
export function connectRemote(options: RemoteOptions): Remote {
  const { point, name, plugin, timeout, posting } = options;
  const native = createNativeRemote(point, name, plugin, timeout, (now) => server.wake(now), posting);
  const server = new MessageServer(native, options);
  return {
    native,
    drain: () => server.drain(),
    close: () => native.close(),
  };
}
