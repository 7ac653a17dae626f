/** Listeners by the name of an event. A listener's fault is a warning of the process: what it heard of goes on. */
export class Listeners<Events extends object> {
  readonly #byName = new Map<keyof Events, Set<{ readonly tell: (event: never) => unknown }>>();

  /** The returned function ends it. */
  on<Name extends keyof Events>(name: Name, tell: (event: Events[Name]) => void): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, listeners);
    // The same function may be given twice.
    const listener = { tell };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Those that listen by now: one that is added meanwhile hears of the next. */
  tell<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const { tell } of [...(this.#byName.get(name) ?? [])]) {
      try {
        const result = (tell as (event: Events[Name]) => unknown)(event);
        // An asynchronous one.
        if (result instanceof Promise) result.catch(warn);
      } catch (error) {
        warn(error);
      }
    }
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
