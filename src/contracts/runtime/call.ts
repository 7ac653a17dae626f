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

/** What an answer leads to: another try with more room, or the value. Throws what the answer says. */
function step<Result>(
  call: Call<Result>,
  capacities: readonly number[],
  answer: Answer,
  attempt: number,
  plugin: string,
): { retry: readonly number[] } | { value: Result } {
  try {
    if (answer.status === statusNumbers.OK) return { value: call.decode(answer.body) };
    const retry = attempt < attempts ? larger(capacities, neededOf(answer)) : undefined;
    if (retry !== undefined) return { retry };
  } catch (error) {
    throw error instanceof MalformedMessage ? malformedAnswer(error, call.point, plugin) : error;
  }
  throw remoteError(answer, call.point, plugin);
}

/** The capacities for another try, or undefined when none of them is larger. */
function larger(capacities: readonly number[], needed: readonly number[]): number[] | undefined {
  if (needed.length !== capacities.length) return undefined;
  const next = capacities.map((capacity, index) => Math.max(capacity, needed[index] as number));
  return next.some((capacity, index) => capacity > (capacities[index] as number)) ? next : undefined;
}

export function callSynchronously<Result>(transport: SynchronousTransport, call: Call<Result>): Result {
  let { capacities } = call;
  let failed = true;
  try {
    for (let attempt = 1; ; attempt++) {
      const answer = transport.call(call.method, call.kind, call.encode(capacities), call.signal);
      const next = step(call, capacities, answer, attempt, transport.plugin);
      if ("value" in next) {
        failed = false;
        return next.value;
      }
      capacities = next.retry;
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
      const next = step(call, capacities, answer, attempt, transport.plugin);
      if ("value" in next) {
        failed = false;
        return next.value;
      }
      capacities = next.retry;
    }
  } finally {
    call.release?.(failed);
  }
}
