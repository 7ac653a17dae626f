/**
 * The configurations of plugins: stored, checked, offered to those who run by them. A change is read, checked, offered and
 * only then written, and only if nobody else wrote meanwhile; where any of that fails, nothing has changed.
 */
import { reasonOf, VmPluginError } from "../errors.ts";
import type { Configuration, JsonValue } from "../sdk/define-plugin.ts";
import { Turns } from "../turns.ts";
import { changesTo, followStore, rollBack, type Settled, type Shared, type State, stateOf } from "./follower.ts";
import type { FormatName } from "./formats/format.ts";
import { copyJson, type JsonObject } from "./json.ts";
import { type Listener, Listeners } from "./listeners.ts";
import type { ConfigurationEntry, Metadata } from "./metadata.ts";
import { withValueAt } from "./path.ts";
import { type Checked, type Facts, Resolver, type ResolverOptions, valid } from "./resolver.ts";
import type { Backup, ConfigurationStore } from "./store.ts";

export interface ConfigurationManagerOptions extends ResolverOptions {
  readonly store: ConfigurationStore;
  /** Of changes; the user's name by default. */
  readonly author?: string | undefined;
}

export interface SetOptions {
  readonly description?: string | undefined;
  /** Those of the present entry by default. */
  readonly tags?: readonly string[] | undefined;
  /** Of the file; that of the present one by default. */
  readonly format?: FormatName | undefined;
}

export interface Edit {
  /** "server.ports[0]" */
  readonly path: string;
  /** Undefined removes what is there. */
  readonly value: JsonValue | undefined;
}

export class ConfigurationManager {
  readonly #shared: Shared;
  readonly #author: string | undefined;
  #unfollow: (() => void)[] = [];

  constructor({ store, author, ...resolver }: ConfigurationManagerOptions) {
    this.#shared = {
      store,
      resolver: new Resolver(resolver),
      listeners: new Listeners(),
      turns: new Turns(),
      heard: new Map(),
    };
    this.#author = author;
  }

  /**
   * What the plugin is to use: what is stored, migrated when another version wrote it, with the defaults. Frozen.
   * VMP_CONFIGURATION_INVALID where that is not valid, VMP_PLUGIN_NOT_FOUND where nobody describes the plugin, and whatever
   * its migration throws.
   */
  async effective(id: string): Promise<Configuration> {
    const { store, resolver, heard } = this.#shared;
    const facts = resolver.factsOf(id);
    const state = await stateOf(store, id);
    const effective = await resolver.effective(id, state.entry, facts);
    if (!heard.has(id)) heard.set(id, state);
    return effective;
  }

  /**
   * `effective` for a version that is about to be used, and its revision (0: nothing is stored). What is given here is kept:
   * `given` is used wherever nothing is stored, `migrate` while `describe` names this version.
   */
  async prepare(id: string, facts: Facts): Promise<{ effective: Configuration; revision: number }> {
    const { store, resolver, heard } = this.#shared;
    let state = await stateOf(store, id);
    let effective = await resolver.effective(id, state.entry, facts);
    // What is written meanwhile is offered to those who run: this one does not yet.
    while ((await store.revision(id)) !== state.revision) {
      state = await stateOf(store, id);
      effective = await resolver.effective(id, state.entry, facts);
    }
    resolver.know(id, facts);
    // While it is only tried out, the listeners have what the version beside it has.
    if (!heard.has(id) || !resolver.knows(id) || resolver.factsOf(id).described.version === facts.described.version)
      heard.set(id, state);
    return { effective, revision: state.revision };
  }

  /** What is stored, as it is. */
  entry(id: string): Promise<ConfigurationEntry | undefined> {
    return this.#shared.store.read(id);
  }

  /** What `set` would say of it. */
  async check(id: string, configuration: Configuration): Promise<Checked> {
    const { resolver } = this.#shared;
    return resolver.check(id, configuration, resolver.factsOf(id));
  }

  /** VMP_CONFIGURATION_INVALID, _REFUSED, _CONFLICT or a store's error: nothing has changed then. */
  set(id: string, configuration: Configuration, options: SetOptions = {}): Promise<ConfigurationEntry> {
    return this.#shared.turns.take(id, async () => this.#replace(id, await this.#state(id), configuration, options));
  }

  /** Several values at once; VMP_CONFIGURATION_PATH where a path leads nowhere, else as set. */
  change(id: string, edits: readonly Edit[], options: SetOptions = {}): Promise<ConfigurationEntry> {
    return this.#shared.turns.take(id, async () => {
      const { resolver } = this.#shared;
      const state = await this.#state(id);
      const before = await resolver.migrated(state.entry, resolver.factsOf(id));
      const after = edits.reduce((now, { path, value }) => withValueAt(now, path, value), before);
      return this.#replace(id, state, after, options);
    });
  }

  /** Back to the defaults; backups stay. Fails as set does. */
  reset(id: string): Promise<void> {
    return this.#shared.turns.take(id, async () => {
      const { store, resolver } = this.#shared;
      const state = await this.#state(id);
      if (state.entry === undefined) return;
      // What is left of a plugin that is gone can be reset too.
      const facts = resolver.knows(id) ? resolver.factsOf(id) : undefined;
      const effective = facts === undefined ? {} : await resolver.effective(id, undefined, facts);
      const metadata = await this.#next(state, facts, { description: "reset", tags: [] });
      const after: State = { revision: metadata.revision, entry: undefined };
      await this.#commit(id, state, after, effective, () => store.remove(id, metadata, state.revision));
    });
  }

  /** VMP_CONFIGURATION_NOT_FOUND where nothing is stored. */
  async backup(id: string, options: { readonly description?: string | undefined } = {}): Promise<Backup> {
    const entry = await this.entry(id);
    if (entry === undefined) throw new VmPluginError("VMP_CONFIGURATION_NOT_FOUND", { id });
    return this.#shared.store.backup(entry, options.description ?? "");
  }

  /** The oldest first. */
  backups(id: string): Promise<readonly Backup[]> {
    return this.#shared.store.backups(id);
  }

  /** Exactly that backup, migrated when another version wrote it. VMP_BACKUP_NOT_FOUND, else as set. */
  restore(id: string, name: string): Promise<ConfigurationEntry> {
    return this.#shared.turns.take(id, async () => {
      const { store, resolver } = this.#shared;
      const backup = await store.readBackup(id, name);
      const configuration = await resolver.migrated(backup, resolver.factsOf(id));
      const { description, tags } = backup.metadata;
      return this.#replace(id, await this.#state(id), configuration, { description, tags });
    });
  }

  /** Hears of every change, the first included, before it is written. What is returned ends it. */
  on(listener: Listener): () => void {
    return this.#shared.listeners.add(listener);
  }

  /**
   * Offers what other processes change to the listeners too, and undoes what they refuse; `settled` is told of each and must
   * not throw. Keeps no process alive. What is returned ends it.
   */
  follow(settled: (change: Settled) => void): () => void {
    const stop = followStore(this.#shared, settled);
    this.#unfollow.push(stop);
    return stop;
  }

  /** Nobody hears of anything any more; a change that is under way is finished. */
  close(): void {
    for (const stop of this.#unfollow.splice(0)) stop();
    this.#shared.listeners.clear();
  }

  #state(id: string): Promise<State> {
    return stateOf(this.#shared.store, id);
  }

  async #replace(
    id: string,
    state: State,
    configuration: Configuration,
    options: SetOptions,
  ): Promise<ConfigurationEntry> {
    const { store, resolver } = this.#shared;
    const facts = resolver.factsOf(id);
    const effective = valid(id, await resolver.check(id, configuration, facts));
    const metadata = await this.#next(state, facts, options);
    const entry = { id, configuration: copyJson(configuration) as JsonObject, metadata };
    const after = { revision: metadata.revision, entry };
    await this.#commit(id, state, after, effective, () => store.write(entry, state.revision, options.format));
    return entry;
  }

  async #commit(
    id: string,
    before: State,
    after: State,
    effective: Configuration,
    write: () => Promise<void>,
  ): Promise<void> {
    const { store, resolver, listeners, heard } = this.#shared;
    const known = heard.get(id) ?? before;
    heard.set(id, known);
    const changes = await changesTo(resolver, id, known, after, effective);
    const undo = await listeners.offer(...changes);
    try {
      await write();
    } catch (error) {
      const unresolved = await undo();
      if (unresolved === "") throw error;
      const reason = `it could not be stored: ${reasonOf(error)}${unresolved}`;
      throw new VmPluginError("VMP_CONFIGURATION_REFUSED", { id, reason }, { cause: error });
    }
    const now = heard.get(id);
    heard.set(id, after);
    if (now === known) return;
    // A plugin was prepared between the offer and the write, with what was there before.
    try {
      await listeners.offer(...changes);
    } catch (error) {
      heard.set(id, (await rollBack(store, id, known, after)).state);
      throw error;
    }
  }

  async #next({ revision, entry }: State, facts: Facts | undefined, options: SetOptions): Promise<Metadata> {
    const updated = new Date().toISOString();
    return {
      revision: revision + 1,
      created: entry?.metadata.created ?? updated,
      updated,
      author: this.#author ?? (await userName()),
      description: options.description ?? "",
      tags: [...(options.tags ?? entry?.metadata.tags ?? [])],
      pluginVersion: facts?.described.version ?? entry?.metadata.pluginVersion ?? "",
    };
  }
}

async function userName(): Promise<string> {
  const { userInfo } = await import("node:os");
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the system's list.
    return String(process.geteuid?.() ?? "");
  }
}
