/** Does in a running host what other processes change in its home, and says what it has done, or would not do. */
import type { ConfigurationManager } from "../../config/manager.ts";
import { reasonOf, VmPluginError } from "../../errors.ts";
import type { PluginRecord } from "../plugin-record.ts";
import type { Home } from "./home.ts";
import { registerHost } from "./hosts.ts";
import { type Reported, Reporter } from "./reporter.ts";
import type { HomeContext } from "./requirements.ts";
import { readState } from "./state.ts";
import { formatState, type HomeState } from "./state-format.ts";
import { watchHome } from "./watch.ts";

/** What the follower sees of its host. */
export interface Followed extends Reported {
  /** Ids of plugins that are used from a folder: what is installed under them does not matter. */
  readonly hidden: ReadonlySet<string>;
  installed(): readonly PluginRecord[];
  /** Whether it is loaded, or is being loaded. */
  isUsed(record: PluginRecord): boolean;
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

/** Which plugins the host takes for disabled, because its home says so or because it was told to. */
export interface HomeFlags {
  readonly ids: readonly string[];
  /** What the home says now: the host need not write it. */
  heard(ids: readonly string[]): void;
  /** For this host alone. */
  mark(id: string, disabled: boolean): void;
}

export class Follower {
  readonly #home: Home;
  readonly #context: HomeContext;
  readonly #followed: Followed;
  readonly #flags: HomeFlags;
  readonly #reporter: Reporter;
  readonly #ends: (() => void)[] = [];
  #work: Promise<void> = Promise.resolve();
  /** The text of the state that was taken over last; a home that was made anew may have its revision. */
  #taken: string | undefined;
  #closed = false;

  private constructor(home: Home, context: HomeContext, followed: Followed, flags: HomeFlags) {
    this.#home = home;
    this.#flags = flags;
    this.#context = context;
    this.#followed = followed;
    this.#reporter = new Reporter(registerHost(home), followed);
  }

  /** Makes the home when it is missing. What changed since the host was opened is done first. */
  static async start(home: Home, context: HomeContext, followed: Followed, flags: HomeFlags): Promise<Follower> {
    const follower = new Follower(home, context, followed, flags);
    try {
      await follower.#begin();
    } catch (error) {
      await follower.stop();
      follower.leave();
      throw error;
    }
    return follower;
  }

  /** What has begun is ended first: nothing is done to the host, or to its home, afterwards. */
  async stop(): Promise<void> {
    this.#closed = true;
    for (const end of this.#ends.splice(0)) end();
    await this.#work;
  }

  /** What the host has loaded may go from now on. */
  leave(): void {
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
    this.#work = this.#work.then(() => this.#apply()).catch((error: unknown) => this.#problem(error));
  }

  async #apply(): Promise<void> {
    if (this.#closed) return;
    const state = readState(this.#home);
    const text = formatState(state);
    if (text === this.#taken) return;
    this.#flags.heard(state.disabled);
    // What is gone first: enabling it would start it. What comes last: it may be disabled.
    for (const record of this.#followed.installed())
      if (state.plugins[idOf(record)] === undefined) this.#followed.retire(record);
    await this.#applyDisabled(state);
    await this.#applyPlugins(state);
    if (this.#closed) return;
    this.#taken = text;
    this.#reporter.report(state.revision);
  }

  async #applyDisabled(state: HomeState): Promise<void> {
    const disabled = new Set(state.disabled);
    for (const id of disabled) await this.#setDisabled(id, true);
    // Later, since those may be among them that were disabled as users of the former.
    for (const id of new Set([...this.#flags.ids, ...Object.keys(state.plugins)]))
      if (!disabled.has(id)) await this.#setDisabled(id, false);
  }

  async #setDisabled(id: string, disabled: boolean): Promise<void> {
    if (this.#followed.knows(id) && this.#followed.isDisabled(id) !== disabled)
      await this.#attempt(() => (disabled ? this.#followed.disable(id) : this.#followed.enable(id)));
    // Also of one that is not there yet, or that failed on the way.
    if (!this.#closed) this.#flags.mark(id, disabled);
  }

  async #applyPlugins(state: HomeState): Promise<void> {
    const { hidden } = this.#followed;
    const present = new Map(this.#followed.installed().map((record) => [idOf(record), record]));
    const differs = (id: string) => state.plugins[id]?.hash !== present.get(id)?.installed?.hash;
    const wanted = Object.keys(state.plugins).filter((id) => !hidden.has(id) && differs(id));
    for (const id of Object.keys(state.plugins))
      if (!wanted.includes(id)) this.#reporter.settled(id, "update", state.revision, undefined);
    if (wanted.length === 0) return;
    const { recordsOf } = await import("./records.ts");
    const { records, problems } = await recordsOf(this.#home, state, this.#context);
    for (const problem of problems) this.#problem(problem);
    for (const record of records) {
      if (this.#closed) return;
      if (!wanted.includes(idOf(record))) continue;
      const old = present.get(idOf(record));
      if (old === undefined) await this.#attempt(async () => this.#followed.register(record));
      else await this.#replace(old, record, state.revision);
    }
  }

  /** One that runs is updated, or refuses; one that does not is exchanged. */
  async #replace(old: PluginRecord, next: PluginRecord, revision: number): Promise<void> {
    const id = idOf(next);
    if (!this.#followed.isUsed(old) || this.#followed.stateOf(old) === "error") {
      this.#followed.retire(old);
      return this.#attempt(async () => this.#followed.register(next));
    }
    try {
      await this.#followed.update(id, next);
      this.#reporter.settled(id, "update", revision, undefined);
    } catch (error) {
      this.#reporter.settled(id, "update", revision, reasonOf(error));
      this.#problem(error);
    }
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    if (this.#closed) return;
    try {
      await work();
    } catch (error) {
      this.#problem(error);
    }
  }

  #problem(error: unknown): void {
    // A host that closes meanwhile is no problem.
    if (!(error instanceof VmPluginError && error.code === "VMP_HOST_CLOSED")) this.#followed.problem(error);
  }
}

function idOf(record: PluginRecord): string {
  return record.manifest.id;
}
