/** Those who hear of changes before they are made, and may refuse them. */
import { reasonOf, VmPluginError } from "../errors.ts";
import type { Configuration } from "../sdk/define-plugin.ts";
import type { ConfigurationEntry } from "./metadata.ts";

export interface Change {
  readonly id: string;
  /** With the defaults, valid, frozen. */
  readonly configuration: Configuration;
  /** What it was until now, in the same form; undefined when nothing was stored. */
  readonly previous: Configuration | undefined;
  /** Of what is to be stored, a reset too; 0 where nothing ever was. */
  readonly revision: number;
  /** What is to be stored; undefined for a reset. */
  readonly entry: ConfigurationEntry | undefined;
}

/** Throwing refuses the change. It must not change the same configuration itself: that would wait for this change. */
export type Listener = (change: Change) => void | Promise<void>;

export class Listeners {
  readonly #all = new Set<Listener>();

  add(listener: Listener): () => void {
    const own: Listener = (change) => listener(change);
    this.#all.add(own);
    return () => this.#all.delete(own);
  }

  clear(): void {
    this.#all.clear();
  }

  /**
   * Offers the change to one after the other. When one refuses, those that had accepted are offered `old` again and
   * VMP_CONFIGURATION_REFUSED is thrown. Else what is returned does so, for a change that cannot be made after all; it gives
   * the reasons of those that did not take the old one back.
   */
  async offer(change: Change, old: Change): Promise<() => Promise<string>> {
    const accepted: Listener[] = [];
    const undo = async (): Promise<string> => {
      const reasons: string[] = [];
      for (const listener of accepted.reverse())
        await Promise.resolve(old)
          .then(listener)
          .catch((error: unknown) => reasons.push(reasonOf(error)));
      return reasons.length === 0 ? "" : `; the old one was not taken back: ${reasons.join(", ")}`;
    };
    for (const listener of [...this.#all]) {
      try {
        await listener(change);
        accepted.push(listener);
      } catch (cause) {
        const refusal = cause instanceof VmPluginError && cause.code === "VMP_CONFIGURATION_REFUSED";
        const reason = refusal ? String(cause.values.reason) : reasonOf(cause);
        const unresolved = await undo();
        throw new VmPluginError("VMP_CONFIGURATION_REFUSED", { id: change.id, reason: reason + unresolved }, { cause });
      }
    }
    return undo;
  }
}
