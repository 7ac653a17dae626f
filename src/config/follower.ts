/** Hears of what other processes store, offers it to this one's listeners, and undoes what they refuse. */
import { reasonOf, VmPluginError } from "../errors.ts";
import type { Configuration } from "../sdk/define-plugin.ts";
import type { Turns } from "../turns.ts";
import type { Change, Listeners } from "./listeners.ts";
import type { ConfigurationEntry, Metadata } from "./metadata.ts";
import type { Resolver } from "./resolver.ts";
import type { ConfigurationStore } from "./store.ts";

/** What is stored: a revision, and an entry unless that is of a reset, or 0. */
export interface State {
  readonly revision: number;
  readonly entry: ConfigurationEntry | undefined;
}

export const nothing: State = { revision: 0, entry: undefined };

/** Of one store, in one process. */
export interface Shared {
  readonly store: ConfigurationStore;
  readonly resolver: Resolver;
  readonly listeners: Listeners;
  readonly turns: Turns;
  /** What the listeners have, as far as anybody asked. */
  readonly heard: Map<string, State>;
}

export interface Settled {
  readonly id: string;
  readonly revision: number;
  /** Why it was refused, and, unless a newer one came first, undone; where that failed it says so. */
  readonly refused?: string;
}

/** What is stored now. */
export async function stateOf(store: ConfigurationStore, id: string): Promise<State> {
  const revision = await store.revision(id);
  const entry = revision === 0 ? undefined : await store.read(id);
  return { revision: entry?.metadata.revision ?? revision, entry };
}

/** `settled` is called for each change of another process, in the order in which they are seen; it must not throw. */
export function followStore(shared: Shared, settled: (change: Settled) => void): () => void {
  const { store, heard, turns } = shared;
  let first = true;
  let busy = false;
  let again = false;
  let ended = false;

  const look = async (): Promise<void> => {
    const revisions = await store.revisions();
    const gone = [...heard.keys()].filter((id) => !revisions.has(id)).map((id) => [id, 0] as const);
    for (const [id, revision] of [...revisions, ...gone]) {
      if (ended) return;
      // Who has never asked for one hears of what comes from now on.
      if (first && !heard.has(id)) await turns.take(id, () => begin(id));
      else if (revision !== (heard.get(id) ?? nothing).revision) await turns.take(id, () => adopt(shared, id, settled));
    }
    first = false;
  };
  const begin = async (id: string): Promise<void> => {
    const state = await stateOf(store, id);
    if (!heard.has(id)) heard.set(id, state);
  };
  const wake = async (): Promise<void> => {
    again = true;
    if (busy) return;
    busy = true;
    while (again && !ended) {
      again = false;
      // What is not sound now stays as it was, and is looked at again when it changes.
      await look().catch(() => {});
    }
    busy = false;
  };

  const stop = store.watch?.(() => void wake());
  void wake();
  return () => {
    ended = true;
    stop?.();
  };
}

async function adopt(shared: Shared, id: string, settled: (change: Settled) => void): Promise<void> {
  const { store, resolver, listeners, heard } = shared;
  const known = heard.get(id) ?? nothing;
  const now = await stateOf(store, id).catch(() => undefined);
  if (now === undefined || now.revision === known.revision) return;
  if (!resolver.knows(id)) {
    heard.set(id, now);
    return;
  }
  let refused: string | undefined;
  try {
    const facts = resolver.factsOf(id);
    const effective = await resolver.effective(id, now.entry, facts);
    await listeners.offer(...(await changesTo(resolver, id, known, now, effective)));
    heard.set(id, now);
  } catch (error) {
    const { state, unresolved } = await rollBack(store, id, known, now);
    refused = reasonOf(error) + unresolved;
    heard.set(id, state);
  }
  settled({ id, revision: now.revision, ...(refused === undefined ? {} : { refused }) });
}

/** From what the listeners have to what they are to have, and the way back. */
export async function changesTo(
  resolver: Resolver,
  id: string,
  known: State,
  now: State,
  configuration: Configuration,
): Promise<[change: Change, old: Change]> {
  const old = await oldConfiguration(resolver, id, known);
  return [
    { id, configuration, previous: known.entry && old, ...now },
    { id, configuration: old, previous: configuration, ...known },
  ];
}

/** It stands for what it was, also where it is not valid any more. */
async function oldConfiguration(resolver: Resolver, id: string, { entry }: State): Promise<Configuration> {
  if (!resolver.knows(id)) return entry?.configuration ?? {};
  const resolved = await resolver.resolve(id, entry, resolver.factsOf(id)).catch(() => undefined);
  return resolved?.effective ?? entry?.configuration ?? {};
}

/** Stores what was known again, as the next revision. Whoever was faster has the last word. */
export async function rollBack(
  store: ConfigurationStore,
  id: string,
  known: State,
  now: State,
): Promise<{ readonly state: State; readonly unresolved: string }> {
  const kept = { state: { revision: now.revision, entry: known.entry }, unresolved: "" };
  // Two hosts that refuse each other's configuration would write for ever.
  if (now.entry?.metadata.rollsBack === now.revision - 1) return kept;
  const model = known.entry?.metadata ?? now.entry?.metadata;
  if (model === undefined) return kept;
  const revision = now.revision + 1;
  const metadata: Metadata = { ...model, revision, updated: new Date().toISOString(), rollsBack: now.revision };
  try {
    if (known.entry === undefined) await store.remove(id, metadata, now.revision);
    else await store.write({ ...known.entry, metadata }, now.revision);
    return { state: { revision, entry: known.entry && { ...known.entry, metadata } }, unresolved: "" };
  } catch (error) {
    if (error instanceof VmPluginError && error.code === "VMP_CONFIGURATION_CONFLICT") return kept;
    return { ...kept, unresolved: `; it is stored still: ${reasonOf(error)}` };
  }
}
