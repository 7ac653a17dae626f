/** Serves the messages of one remote. Layout of a message's header: contracts/transport.ts. */
import { type Answer, headerSize, messageKinds } from "../contracts/runtime/transport.ts";
import { reasonOf } from "../errors.ts";
import type { NativeRemote } from "../native.ts";
import { withTimeLimit } from "../time-limit.ts";
import type { RemoteOptions } from "./remote.ts";

const alignment = 8;
/** Milliseconds for which posted messages are gathered: as short as timers are. */
const gathering = 1;
/**
 * Microseconds for which a call is looked out for behind one that was answered at once, and how often in a row: a guest that
 * uses a device uses it again, and the event loop takes longer to be woken up than an answer to be made.
 */
const [patience, rounds] = [50, 16];

/** What a dispatcher could not answer, as when it cannot be loaded: an implementation's error is an answer already. */
async function failureOf(error: unknown): Promise<Answer> {
  const { failureAnswer } = await import("../contracts/runtime/failure.ts");
  return failureAnswer(error);
}

export class MessageServer {
  readonly #native: NativeRemote;
  readonly #options: RemoteOptions;
  readonly #underWay = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  /** A posted message is not done: what follows it stays where it is, and native callers that post more come to wait. */
  #held = false;
  #failed = false;

  constructor(native: NativeRemote, options: RemoteOptions) {
    this.#native = native;
    this.#options = options;
  }

  wake(now: boolean): void {
    if (now) this.#serve();
    else this.#timer ??= setTimeout(() => this.#serve(), gathering).unref();
  }

  async drain(): Promise<void> {
    this.#serve();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #serve(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#held) return;
    let isSynchronous = this.#serveFrom(this.#native.drain(0), 0);
    if (this.#options.posting === undefined) return;
    for (let round = 0; isSynchronous && round < rounds; round++)
      isSynchronous = this.#serveFrom(this.#native.drain(patience), 0);
  }

  /** Whether the last message was a call that is answered already. */
  #serveFrom(messages: Uint8Array, from: number): boolean {
    let isAnswered = false;
    const view = new DataView(messages.buffer, messages.byteOffset, messages.byteLength);
    for (let at = from; at < messages.length && !this.#failed; ) {
      const size = view.getUint32(at, true);
      const call = view.getBigUint64(at + 16, true);
      const isPosted = view.getUint32(at + 8, true) === messageKinds.posted;
      const answer = this.#answer(view.getUint32(at + 4, true), messages.subarray(at + headerSize, at + size));
      at += Math.ceil(size / alignment) * alignment;
      isAnswered = !isPosted && !(answer instanceof Promise);
      if (isPosted && this.#options.posting !== undefined) {
        if (!(answer instanceof Promise) && answer.status === 0) continue;
        this.#holdFor(answer, messages, at);
        return false;
      }
      const respond = ({ status, body }: Answer) => {
        if (!isPosted) this.#native.respond(call, status, body);
      };
      if (answer instanceof Promise) this.#watch(answer.then(respond));
      else respond(answer);
    }
    return isAnswered;
  }

  #answer(method: number, request: Uint8Array): Answer | Promise<Answer> {
    try {
      const answer = this.#options.dispatch(method, request);
      return answer instanceof Promise ? answer.catch(failureOf) : answer;
    } catch (error) {
      return failureOf(error);
    }
  }

  #watch(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.then(() => this.#underWay.delete(work));
  }

  /** Goes on behind a posted message that takes its time, or has failed. */
  #holdFor(answer: Answer | Promise<Answer>, messages: Uint8Array, next: number): void {
    this.#held = true;
    this.#watch(
      this.#settle(answer).then(() => {
        this.#held = false;
        this.#serveFrom(messages, next);
        if (!this.#held) this.#serve();
      }),
    );
  }

  async #settle(answer: Answer | Promise<Answer>): Promise<void> {
    const { timeout } = this.#options;
    const late = () => new Error(`what was posted was not done in ${timeout} ms`);
    try {
      const settled = await withTimeLimit(timeout, () => answer, late);
      if (settled.status === 0) return;
      const { failureText } = await import("../contracts/runtime/failure.ts");
      this.#fail(settled.status, failureText(settled).message);
    } catch (error) {
      const { statusNumbers } = await import("../contracts/runtime/failure.ts");
      this.#fail(statusNumbers.TIMED_OUT, reasonOf(error));
    }
  }

  #fail(status: number, reason: string): void {
    this.#failed = true;
    this.#native.failPosted(status, reason);
    this.#options.posting?.failed(reason);
  }
}
