/** A host's use of a home: what is installed and disabled there, and where its files lie. */
import { join } from "node:path";
import type { DisabledFlags } from "../lifecycle/lifecycle.ts";
import type { PluginRecord } from "../plugin-record.ts";
import type { Followed, Follower, HomeFlags } from "./follower.ts";
import { Home } from "./home.ts";
import type { HomeContext } from "./requirements.ts";
import { readState } from "./state.ts";
import type { HomeState } from "./state-format.ts";

export class HomeUse {
  readonly home: Home;
  readonly disabled: DisabledFlags & HomeFlags;
  readonly #context: HomeContext;
  /** As it was when the host was opened. */
  readonly #state: HomeState;
  #timer: NodeJS.Timeout | undefined;
  #starting: Promise<Follower | undefined> | undefined;

  /** An error of readState for a home that cannot be used; one that is missing is empty. */
  constructor(path: string, context: HomeContext) {
    this.home = new Home(path);
    this.#context = context;
    this.#state = readState(this.home);
    this.disabled = new DisabledOfHome(this.home, this.#state.disabled);
  }

  /** Makes the home, so that what is found can be remembered there; a home that cannot be made is done without. */
  makeCaches(): void {
    try {
      this.home.create();
    } catch {}
  }

  get moduleCache(): string {
    return join(this.home.cacheFolder, "modules");
  }

  /** The installed plugins; `problem` is told of each that is damaged. */
  async records(problem: (error: Error) => void): Promise<readonly PluginRecord[]> {
    if (Object.keys(this.#state.plugins).length === 0) return [];
    const { recordsOf } = await import("./records.ts");
    const { records, problems } = await recordsOf(this.home, this.#state, this.#context);
    for (const error of problems) problem(error);
    return records;
  }

  /** After `delay` milliseconds begins to do what others change in the home. Does not keep the process alive. */
  follow(delay: number, followed: Followed): void {
    const begin = () => {
      this.#starting = this.#follow(followed).catch((error: unknown) => {
        followed.problem(error);
        return undefined;
      });
    };
    if (delay === 0) begin();
    else this.#timer = setTimeout(begin, delay).unref();
  }

  /** From now on the host does nothing for others. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await (await this.#starting)?.stop();
  }

  /** Once nothing is loaded any longer. */
  async leave(): Promise<void> {
    (await this.#starting)?.leave();
  }

  async #follow(followed: Followed): Promise<Follower> {
    const { Follower } = await import("./follower.ts");
    return Follower.start(this.home, this.#context, followed, this.disabled);
  }
}

/** What the state says, and what this host has done since or heard of. */
class DisabledOfHome implements DisabledFlags, HomeFlags {
  readonly #home: Home;
  readonly #ids: Set<string>;
  /** What the home says, as far as this host knows: it is not written back, since by now somebody may have changed it. */
  #stored: Set<string>;

  constructor(home: Home, ids: readonly string[]) {
    this.#home = home;
    this.#ids = new Set(ids);
    this.#stored = new Set(ids);
  }

  get ids(): readonly string[] {
    return [...this.#ids];
  }

  heard(ids: readonly string[]): void {
    this.#stored = new Set(ids);
  }

  mark(id: string, disabled: boolean): void {
    if (disabled) this.#ids.add(id);
    else this.#ids.delete(id);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  async add(id: string): Promise<void> {
    if (!this.#stored.has(id)) await this.#write(id, true);
    this.#ids.add(id);
  }

  async delete(id: string): Promise<void> {
    if (this.#stored.has(id)) await this.#write(id, false);
    this.#ids.delete(id);
  }

  async #write(id: string, disabled: boolean): Promise<void> {
    const { setDisabled } = await import("./disable.ts");
    await setDisabled(this.#home, id, disabled);
    if (disabled) this.#stored.add(id);
    else this.#stored.delete(id);
  }
}
