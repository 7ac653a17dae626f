/** What must not be done at once for one id is done in the order in which it was asked for, in this process. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work when all that came before it for this id is done, however that ended. */
  take<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(id) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(id, mine);
    const forget = () => {
      if (this.#last.get(id) === mine) this.#last.delete(id);
    };
    mine.then(forget, forget);
    return mine;
  }

  /** When all is done that has been asked for by now. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#last.values());
  }
}
