/** Does in a running host what other processes change in its home, and says what it has done, or would not do. */
import type { ConfigurationManager } from "../../config/manager.ts";
import { reasonOf } from "../../errors.ts";
import type { HostFacts } from "../host-facts.ts";
import type { PluginRecord } from "../plugin-record.ts";
import type { Home } from "./home.ts";
import { registerHost } from "./hosts.ts";
import { type Reported, Reporter } from "./reporter.ts";
import { readState } from "./state.ts";
import type { HomeState } from "./state-format.ts";
import { watchHome } from "./watch.ts";

/** What the follower sees of its host. */
export interface Followed extends Reported {
  /** Ids of plugins that are used from a folder: what is installed under them does not matter. */
  readonly hidden: ReadonlySet<string>;
  /** Of each installed plugin the version that is used. */
  installed(): readonly PluginRecord[];
  knows(id: string): boolean;
  isDisabled(id: string): boolean;
  register(record: PluginRecord): void;
  /** Takes it from new users, and unloads it when its last user has let go. */
  retire(record: PluginRecord): void;
  update(id: string, next: PluginRecord): Promise<void>;
  enable(id: string): Promise<void>;
  disable(id: string): Promise<void>;
  configurations(): Promise<ConfigurationManager>;
  /** Calls back at every change of a plugin's state. The returned function ends that. */
  changed(listener: () => void): () => void;
  /** What went wrong and is nobody's answer: for the log. */
  problem(error: unknown): void;
}

export class Follower {
  readonly #home: Home;
  readonly #facts: HostFacts;
  readonly #followed: Followed;
  readonly #reporter: Reporter;
  readonly #ends: (() => void)[] = [];
  #work: Promise<void> = Promise.resolve();
  #stateRevision = 0;
  #closed = false;

  private constructor(home: Home, facts: HostFacts, followed: Followed) {
    this.#home = home;
    this.#facts = facts;
    this.#followed = followed;
    this.#reporter = new Reporter(registerHost(home), followed);
  }

  /** Makes the home when it is missing. What changed since the host was opened is done first. */
  static async start(home: Home, facts: HostFacts, followed: Followed): Promise<Follower> {
    const follower = new Follower(home, facts, followed);
    try {
      await follower.#begin();
    } catch (error) {
      follower.close();
      throw error;
    }
    return follower;
  }

  close(): void {
    this.#closed = true;
    for (const end of this.#ends.splice(0)) end();
    this.#reporter.close();
  }

  async #begin(): Promise<void> {
    const configurations = await this.#followed.configurations();
    this.#ends.push(
      watchHome(this.#home, () => this.#later()),
      this.#followed.changed(() => this.#reporter.reportSoon()),
      configurations.follow(({ id, revision, refused }) => {
        this.#reporter.settled(id, "configuration", revision, refused);
        this.#reporter.report();
      }),
    );
    this.#later();
    await this.#work;
  }

  #later(): void {
    this.#work = this.#work.then(() => this.#apply()).catch((error: unknown) => this.#followed.problem(error));
  }

  async #apply(): Promise<void> {
    if (this.#closed) return;
    const state = readState(this.#home);
    if (state.revision === this.#stateRevision && state.revision > 0) return;
    await this.#applyDisabled(state);
    await this.#applyPlugins(state);
    this.#stateRevision = state.revision;
    this.#reporter.report(state.revision);
  }

  async #applyDisabled(state: HomeState): Promise<void> {
    const ids = new Set([...Object.keys(state.plugins), ...this.#followed.installed().map(idOf), ...state.disabled]);
    const disabled = new Set(state.disabled);
    for (const id of ids) {
      if (!this.#followed.knows(id) || this.#followed.isDisabled(id) === disabled.has(id)) continue;
      await this.#attempt(() => (disabled.has(id) ? this.#followed.disable(id) : this.#followed.enable(id)));
    }
  }

  async #applyPlugins(state: HomeState): Promise<void> {
    const { hidden } = this.#followed;
    const present = new Map(this.#followed.installed().map((record) => [idOf(record), record]));
    const differs = (id: string) => state.plugins[id]?.hash !== present.get(id)?.installed?.hash;
    const wanted = Object.keys(state.plugins).filter((id) => !hidden.has(id) && differs(id));
    for (const [id, record] of present) if (state.plugins[id] === undefined) this.#followed.retire(record);
    if (wanted.length === 0) return;
    const { recordsOf } = await import("./records.ts");
    const { records, problems } = await recordsOf(this.#home, state, this.#facts);
    for (const problem of problems) this.#followed.problem(problem);
    for (const record of records) {
      if (!wanted.includes(idOf(record))) continue;
      const old = present.get(idOf(record));
      if (old === undefined) await this.#attempt(async () => this.#followed.register(record));
      else await this.#replace(old, record, state.revision);
    }
  }

  /** One that runs is updated, or refuses; one that does not is exchanged. */
  async #replace(old: PluginRecord, next: PluginRecord, revision: number): Promise<void> {
    const id = idOf(next);
    const state = this.#followed.stateOf(old);
    if (state === "unloaded" || state === "error") {
      this.#followed.retire(old);
      return this.#attempt(async () => this.#followed.register(next));
    }
    try {
      await this.#followed.update(id, next);
      this.#reporter.settled(id, "update", revision, undefined);
    } catch (error) {
      this.#reporter.settled(id, "update", revision, reasonOf(error));
      this.#followed.problem(error);
    }
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#followed.problem(error);
    }
  }
}

function idOf(record: PluginRecord): string {
  return record.manifest.id;
}
