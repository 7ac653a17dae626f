/** Hears of what other processes store, offers it to this one's listeners, and undoes what they refuse. */
import { reasonOf } from "../errors.ts";
import type { Listeners } from "./listeners.ts";
import type { ConfigurationEntry, Metadata } from "./metadata.ts";
import type { Resolver } from "./resolver.ts";
import type { ConfigurationStore } from "./store.ts";
import type { Turns } from "./turns.ts";

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
  /** Why it was refused, and, unless a newer one came first, undone. */
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
    const old = await oldConfiguration(shared, id);
    const previous = known.entry === undefined ? undefined : old;
    await listeners.offer(
      { id, configuration: effective, previous, entry: now.entry },
      { id, configuration: old, previous: effective, entry: known.entry },
    );
  } catch (error) {
    refused = reasonOf(error);
  }
  heard.set(id, refused === undefined ? now : await rollBack(store, id, known, now));
  settled({ id, revision: now.revision, ...(refused === undefined ? {} : { refused }) });
}

/** What the listeners have. It stands for what it was, also where it is not valid any more. */
export async function oldConfiguration({ resolver, heard, store }: Shared, id: string) {
  const { entry } = heard.get(id) ?? (await stateOf(store, id));
  if (!resolver.knows(id)) return entry?.configuration ?? {};
  const resolved = await resolver.resolve(id, entry, resolver.factsOf(id)).catch(() => undefined);
  return resolved?.effective ?? entry?.configuration ?? {};
}

/** Stores what was known again, as the next revision. Whoever was faster has the last word. */
async function rollBack(store: ConfigurationStore, id: string, known: State, now: State): Promise<State> {
  const kept: State = { revision: now.revision, entry: known.entry };
  // Two hosts that refuse each other's configuration would write for ever.
  if (now.entry?.metadata.rollsBack === now.revision - 1) return kept;
  const model = known.entry?.metadata ?? now.entry?.metadata;
  if (model === undefined) return kept;
  const revision = now.revision + 1;
  const metadata: Metadata = { ...model, revision, updated: new Date().toISOString(), rollsBack: now.revision };
  try {
    if (known.entry === undefined) await store.remove(id, metadata, now.revision);
    else await store.write({ ...known.entry, metadata }, now.revision);
    return { revision, entry: known.entry && { ...known.entry, metadata } };
  } catch {
    return kept;
  }
}
