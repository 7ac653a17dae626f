/** What a host says of itself to others: the plugins that it has loaded, and what it would not take over. */
import type { State } from "../lifecycle/states.ts";
import type { PluginRecord } from "../plugin-record.ts";
import type { HostEntry, HostPlugin } from "./hosts.ts";

/** What is said of the host. */
export interface Reported {
  /** Every version that is not unloaded; of each plugin the one that new users get comes last. */
  loaded(): readonly PluginRecord[];
  stateOf(record: PluginRecord): State;
  /** The revision of the stored configuration that the plugin was given last; 0 for none. */
  configurationRevision(id: string): number;
  problem(error: unknown): void;
}

export class Reporter {
  readonly #entry: HostEntry;
  readonly #reported: Reported;
  readonly #refused = new Map<string, NonNullable<HostPlugin["refused"]>>();
  /** The ids that the last report named. */
  #named: readonly string[] = [];
  #stateRevision = 0;
  #pending: NodeJS.Immediate | undefined;
  #closed = false;

  constructor(entry: HostEntry, reported: Reported) {
    this.#entry = entry;
    this.#reported = reported;
  }

  /** reason: why the host would not take it over; undefined when it did. For the next report. */
  settled(id: string, what: "configuration" | "update", revision: number, reason: string | undefined): void {
    if (reason !== undefined) this.#refused.set(id, { what, revision, reason });
    else if (this.#refused.get(id)?.what === what) this.#refused.delete(id);
  }

  /** stateRevision: of the home's state that has been taken over as a whole; default: as before. */
  report(stateRevision: number = this.#stateRevision): void {
    if (this.#closed) return;
    this.#stateRevision = stateRevision;
    const plugins = new Map<string, HostPlugin>();
    for (const record of this.#reported.loaded()) {
      const { id, version } = record.manifest;
      const before = plugins.get(id)?.contents ?? [];
      plugins.set(id, {
        version,
        state: this.#reported.stateOf(record),
        stateRevision,
        configurationRevision: this.#reported.configurationRevision(id),
        contents: record.installed === undefined ? before : [...before, record.installed.hash],
        refused: this.#refused.get(id),
      });
    }
    const gone = this.#named.filter((id) => !plugins.has(id)).map((id) => [id, undefined] as const);
    this.#named = [...plugins.keys()];
    try {
      this.#entry.report({ stateRevision, plugins: Object.fromEntries([...gone, ...plugins]) });
    } catch (error) {
      this.#reported.problem(error);
    }
  }

  /** A start passes through several states: they are told at once. */
  reportSoon(): void {
    this.#pending ??= setImmediate(() => {
      this.#pending = undefined;
      this.report();
    }).unref();
  }

  close(): void {
    this.#closed = true;
    if (this.#pending !== undefined) clearImmediate(this.#pending);
    this.#entry.close();
  }
}
