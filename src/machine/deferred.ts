/** A promise with its settlers (Promise.withResolvers, which Node 20 lacks). A rejection that nobody awaits is not an error. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  resolve(value: Value): void;
  reject(error: Error): void;
}

export function deferred<Value>(): Deferred<Value> {
  let settlers: Omit<Deferred<Value>, "promise"> = { resolve: () => {}, reject: () => {} };
  const promise = new Promise<Value>((resolve, reject) => {
    settlers = { resolve, reject };
  });
  promise.catch(() => {});
  return { promise, ...settlers };
}
