/** Time-outs for code that is not ours. */
import { VmPluginError } from "./errors.ts";

/** What `work` gives, or what `late` makes once `milliseconds` are over; the work itself goes on, unheard. */
export async function withTimeLimit<Result>(
  milliseconds: number,
  work: () => Result | PromiseLike<Result>,
  late: () => Error,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds);
  });
  try {
    return await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** VMP_TIMED_OUT, naming `what`, when the work outlasts the limit. */
export function within<Result>(
  milliseconds: number,
  what: string,
  work: () => Result | PromiseLike<Result>,
): Promise<Result> {
  return withTimeLimit(milliseconds, work, () => new VmPluginError("VMP_TIMED_OUT", { what, milliseconds }));
}
