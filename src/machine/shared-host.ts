/** A plugin manager that several machines have in common: closed when the last of them lets go of it. */
import type { PluginManager } from "../host/plugin-manager.ts";
import { type Closers, closeAll } from "./closers.ts";

export class SharedHost {
  readonly manager: PluginManager;
  readonly #closers: Closers;
  #users = 0;

  /** closers: of the manager; none where it is the caller's own. */
  constructor(manager: PluginManager, closers: Closers) {
    this.manager = manager;
    this.#closers = closers;
  }

  /** What is returned lets go of it, once. It rejects with the first failure of closing the manager. */
  hold(): () => Promise<void> {
    this.#users++;
    return async () => {
      if (--this.#users > 0) return;
      const [first] = await closeAll(this.#closers);
      if (first !== undefined) throw first;
    };
  }
}
