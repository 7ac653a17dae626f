/** The caller's half of a call: send, and turn the answer into a result or an error. */
import { malformedAnswer, neededOf, remoteError, statusNumbers } from "./failure.ts";
import { MalformedMessage } from "./malformed.ts";
import type { Answer, AsynchronousTransport, RequestKind, SynchronousTransport } from "./transport.ts";

/** One method of one table. */
export interface Call<Result> {
  /** The point or table, for errors. */
  readonly point: string;
  readonly method: number;
  readonly kind: RequestKind;
  /** The request with room for as many elements in each out span. */
  readonly encode: (capacities: readonly number[]) => Uint8Array;
  readonly decode: (body: Uint8Array) => Result;
  /** The capacities to begin with. */
  readonly capacities: readonly number[];
  readonly signal?: AbortSignal | undefined;
  /** The call is over: what it lent to the other side is taken back. */
  readonly release?: (failed: boolean) => void;
}

/** A callee whose answer grows while it is asked may say TOO_SMALL this often. */
const attempts = 4;

function result<Result>(call: Call<Result>, answer: Answer, plugin: string): Result {
  if (answer.status !== statusNumbers.OK) throw remoteError(answer, call.point, plugin);
  try {
    return call.decode(answer.body);
  } catch (error) {
    throw error instanceof MalformedMessage ? malformedAnswer(error, call.point, plugin) : error;
  }
}

/** The capacities for another try, or undefined when the answer stands. */
function larger(capacities: readonly number[], answer: Answer): number[] | undefined {
  const needed = neededOf(answer);
  if (needed.length !== capacities.length || needed.length === 0) return undefined;
  return capacities.map((capacity, index) => Math.max(capacity, needed[index] as number));
}

export function callSynchronously<Result>(transport: SynchronousTransport, call: Call<Result>): Result {
  let { capacities } = call;
  let failed = true;
  try {
    for (let attempt = 1; ; attempt++) {
      const answer = transport.call(call.method, call.kind, call.encode(capacities), call.signal);
      const next = attempt < attempts ? larger(capacities, answer) : undefined;
      if (next === undefined) {
        const value = result(call, answer, transport.plugin);
        failed = false;
        return value;
      }
      capacities = next;
    }
  } finally {
    call.release?.(failed);
  }
}

export async function callAsynchronously<Result>(
  transport: AsynchronousTransport,
  call: Call<Result>,
): Promise<Result> {
  let { capacities } = call;
  let failed = true;
  try {
    for (let attempt = 1; ; attempt++) {
      const answer = await transport.send(call.method, call.kind, call.encode(capacities), call.signal);
      const next = attempt < attempts ? larger(capacities, answer) : undefined;
      if (next === undefined) {
        const value = result(call, answer, transport.plugin);
        failed = false;
        return value;
      }
      capacities = next;
    }
  } finally {
    call.release?.(failed);
  }
}
