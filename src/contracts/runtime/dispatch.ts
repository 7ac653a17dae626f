/** The callee's half of a call: results and thrown errors as answers. */
import { failureAnswer, statusNumbers } from "./failure.ts";
import { MalformedMessage } from "./malformed.ts";
import type { Answer, DispatchEnvironment, SynchronousTransport } from "./transport.ts";

export const emptyBody = new Uint8Array(0);

export const malformedAnswerBytes: Answer = { status: statusNumbers.MALFORMED, body: emptyBody };

function isPromise<T>(value: T | Promise<T>): value is Promise<T>;
function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T>;
function isPromise(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/**
 * Calls the implementation and encodes its result; whatever either throws becomes a failure. An implementation may answer
 * with a promise also where its contract has none: the caller waits.
 */
export function answer<Result>(
  call: () => Result | PromiseLike<Result>,
  encode: (result: Result) => Uint8Array,
): Answer | Promise<Answer> {
  const finish = (result: Result): Answer => {
    try {
      return { status: statusNumbers.OK, body: encode(result) };
    } catch (error) {
      return failureAnswer(error);
    }
  };
  try {
    const result = call();
    if (!isPromise(result)) return finish(result);
    return Promise.resolve(result).then(finish, failureAnswer);
  } catch (error) {
    return failureAnswer(error);
  }
}

/** Answers a call to which callbacks were lent, and gives them back when it is over. */
export function lending(
  environment: DispatchEnvironment,
  dispatch: (lent: SynchronousTransport[]) => Answer | Promise<Answer>,
): Answer | Promise<Answer> {
  const lent: SynchronousTransport[] = [];
  const release = () => {
    for (const transport of lent) environment.releaseCallback?.(transport);
  };
  let answered: Answer | Promise<Answer> | undefined;
  try {
    answered = dispatch(lent);
  } finally {
    if (!isPromise(answered)) release();
  }
  return isPromise(answered) ? answered.finally(release) : answered;
}

/** Runs the decoding of a request: bytes that break the format are answered, not thrown. */
export function guarded(dispatch: () => Answer | Promise<Answer>): Answer | Promise<Answer> {
  try {
    return dispatch();
  } catch (error) {
    return error instanceof MalformedMessage ? malformedAnswerBytes : failureAnswer(error);
  }
}
