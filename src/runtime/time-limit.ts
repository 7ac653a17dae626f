/** Time-outs for code that is not ours. */

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
