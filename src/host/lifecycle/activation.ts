/** Starts plugins with everything that they need, and lets go of it when they end. */
import type { VmPluginError } from "../../errors.ts";
import type { PluginRecord } from "../plugin-record.ts";
import type { Dependency, StartOrder } from "../resolution/dependencies.ts";
import type { Lifecycle, StateEvent } from "./lifecycle.ts";

export interface ActivationOptions {
  readonly resolve: (roots: readonly PluginRecord[]) => Promise<StartOrder>;
  readonly lifecycleOf: (record: PluginRecord) => Lifecycle;
}

export class Activation {
  readonly #options: ActivationOptions;
  readonly #starting = new Map<PluginRecord, Promise<void>>();
  /** What a plugin holds of those that it requires, to be let go. */
  readonly #held = new Map<string, (() => void)[]>();

  constructor(options: ActivationOptions) {
    this.#options = options;
  }

  /** Brings a plugin to running, level by level. A failed optional requirement does not matter. */
  async activate(root: PluginRecord): Promise<void> {
    if (this.#options.lifecycleOf(root).state === "running") return;
    const { levels, dependencies } = await this.#options.resolve([root]);
    const failed = new Map<PluginRecord, unknown>();
    for (const level of levels) {
      await Promise.all(
        level.map(async (record) => {
          const needed = dependencies.get(record) ?? [];
          const broken = needed.find(({ on, optional }) => !optional && failed.has(on));
          if (broken) return failed.set(record, failed.get(broken.on));
          const present = needed.filter(({ on }) => !failed.has(on));
          return this.#start(record, present).catch((error: VmPluginError) => failed.set(record, error));
        }),
      );
    }
    if (failed.has(root)) throw failed.get(root);
  }

  /** When nothing is being started any longer. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#starting.values());
  }

  /** To be told of every change of state. */
  changed({ plugin, to }: StateEvent): void {
    if (to !== "stopped" && to !== "error" && to !== "unloaded") return;
    for (const release of this.#held.get(plugin) ?? []) release();
    this.#held.delete(plugin);
  }

  /** One start at a time, shared by all who ask for it. */
  #start(record: PluginRecord, needed: readonly Dependency[]): Promise<void> {
    const running = this.#starting.get(record);
    if (running) return running;
    const start = this.#startOnce(record, needed).finally(() => this.#starting.delete(record));
    this.#starting.set(record, start);
    return start;
  }

  async #startOnce(record: PluginRecord, needed: readonly Dependency[]): Promise<void> {
    if (this.#options.lifecycleOf(record).state === "running") return;
    const plugin = record.manifest.id;
    const held: (() => void)[] = [];
    this.#held.set(plugin, held);
    try {
      for (const { on } of needed) held.push((await this.#options.lifecycleOf(on).hold({ plugin })).release);
      await this.#options.lifecycleOf(record).ensureRunning();
    } catch (error) {
      for (const release of held) release();
      throw error;
    }
  }
}
