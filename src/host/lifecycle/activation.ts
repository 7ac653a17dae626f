/** Starts plugins with everything that they need, and lets go of it when they end. */
import type { VmPluginError } from "../../errors.ts";
import type { LoadedPlugin } from "../../runtime/loaded-plugin.ts";
import type { PluginRecord } from "../plugin-record.ts";
import type { Dependency, StartOrder } from "../resolution/dependencies.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { State } from "./states.ts";

export interface ActivationOptions {
  readonly resolve: (roots: readonly PluginRecord[]) => Promise<StartOrder>;
  /** An error for a version that cannot be used any longer. */
  readonly lifecycleOf: (record: PluginRecord) => Lifecycle;
}

/** Given a plugin between initialize and start. */
export type BeforeStart = (code: LoadedPlugin) => Promise<void>;

interface Held {
  readonly on: PluginRecord;
  readonly release: () => void;
}

export class Activation {
  readonly #options: ActivationOptions;
  readonly #starting = new Map<PluginRecord, Promise<void>>();
  /** What a plugin holds of those that it requires, to be let go. */
  readonly #held = new Map<PluginRecord, Held[]>();

  constructor(options: ActivationOptions) {
    this.#options = options;
  }

  /** Brings a plugin to running, level by level. A failed optional requirement does not matter. */
  async activate(root: PluginRecord, beforeStart?: BeforeStart): Promise<void> {
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
          const started = this.#start(record, present, record === root ? beforeStart : undefined);
          return started.catch((error: VmPluginError) => failed.set(record, error));
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
  changed(record: PluginRecord, to: State): void {
    if (to !== "stopped" && to !== "error" && to !== "unloaded") return;
    for (const { release } of this.#held.get(record) ?? []) release();
    this.#held.delete(record);
  }

  /** Whoever holds `old` as a requirement holds `next`, which runs, from now on. Rejects when that does not: the rest keep `old`. */
  async rebind(old: PluginRecord, next: PluginRecord): Promise<void> {
    for (const [record, held] of this.#held) {
      const at = held.findIndex(({ on }) => on === old);
      if (at < 0) continue;
      const { release } = await this.#options.lifecycleOf(next).hold({ plugin: record.manifest.id });
      // It may have ended meanwhile, and let go of what it held.
      if (this.#held.get(record) !== held) release();
      else held.splice(at, 1, { on: next, release })[0]?.release();
    }
  }

  /** One start at a time, shared by all who ask for it. */
  #start(record: PluginRecord, needed: readonly Dependency[], beforeStart: BeforeStart | undefined): Promise<void> {
    const running = this.#starting.get(record);
    if (running) return running;
    const start = this.#startOnce(record, needed, beforeStart).finally(() => this.#starting.delete(record));
    this.#starting.set(record, start);
    return start;
  }

  async #startOnce(
    record: PluginRecord,
    needed: readonly Dependency[],
    beforeStart: BeforeStart | undefined,
  ): Promise<void> {
    if (this.#options.lifecycleOf(record).state === "running") return;
    const plugin = record.manifest.id;
    const held: Held[] = [];
    this.#held.set(record, held);
    try {
      for (const { on } of needed)
        held.push({ on, release: (await this.#options.lifecycleOf(on).hold({ plugin })).release });
      await this.#options.lifecycleOf(record).ensureRunning(beforeStart);
    } catch (error) {
      for (const { release } of held) release();
      if (this.#held.get(record) === held) this.#held.delete(record);
      throw error;
    }
  }
}
