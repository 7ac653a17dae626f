/** Who uses a running plugin: holders, who forbid that it is stopped, and open instances, which do not. */
import { VmPluginError } from "../../errors.ts";

/** Another plugin, by its id, or a user of its instances. */
export interface Holder {
  readonly plugin?: string;
}

export class Users {
  readonly #holders = new Set<Holder>();
  readonly #instances = new Set<object>();
  #waiting: (() => void)[] = [];

  /** Until what is returned is called; once is enough. */
  hold(holder: Holder): () => void {
    this.#holders.add(holder);
    return () => {
      this.#holders.delete(holder);
      this.#tellFree();
    };
  }

  /** As hold, for an instance. */
  open(): () => void {
    const instance = {};
    this.#instances.add(instance);
    return () => {
      this.#instances.delete(instance);
      this.#tellFree();
    };
  }

  /** The plugin has closed them all, whether or not their users know. */
  endInstances(): void {
    this.#instances.clear();
    this.#tellFree();
  }

  get dependents(): readonly string[] {
    return [...this.#holders].flatMap((holder) => holder.plugin ?? []);
  }

  /** VMP_PLUGIN_REQUIRED or VMP_PLUGIN_IN_USE while somebody holds the plugin. */
  refuse(id: string): void {
    if (this.#holders.size === 0) return;
    const { dependents } = this;
    throw dependents.length > 0
      ? new VmPluginError("VMP_PLUGIN_REQUIRED", { id, dependents: dependents.join(", ") })
      : new VmPluginError("VMP_PLUGIN_IN_USE", { id, count: this.#holders.size });
  }

  /** Resolves once there is nobody. */
  free(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#tellFree();
    });
  }

  #tellFree(): void {
    if (this.#holders.size > 0 || this.#instances.size > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
