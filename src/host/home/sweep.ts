/** Removes what interrupted operations and replaced versions left. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "./home.ts";
import { liveHosts } from "./hosts.ts";
import { sweepPresences } from "./presence.ts";
import { removeTree } from "./remove-tree.ts";
import { type HomeState, isHash } from "./state-format.ts";

/** How the file of a staging operation ends that names the content which it is about to commit. */
export const claimEnding = ".claim";

/**
 * Staging folders of dead operations, reports of dead hosts, and contents that neither the state nor a living host or operation
 * names; what has another name than these is not ours, and stays. Only under the home's lock. What cannot be removed is left for the next time: no operation fails for it.
 */
export function sweep(home: Home, state: HomeState): void {
  try {
    // Listed first: who brings a content in meanwhile has claimed it before.
    const contents = existsSync(home.pluginsFolder) ? readdirSync(home.pluginsFolder).filter(isHash) : [];
    const named = namedContents(home, state);
    for (const hash of contents) if (!named.has(hash)) removeTree(home.contentFolder(hash));
  } catch {}
}

function namedContents(home: Home, state: HomeState): ReadonlySet<string> {
  const named = new Set<string>();
  for (const name of sweepPresences(home.stagingFolder)) {
    const claim = join(home.stagingFolder, name + claimEnding);
    if (existsSync(claim)) named.add(readFileSync(claim, "utf8"));
  }
  for (const { plugins } of liveHosts(home))
    for (const { contents } of Object.values(plugins)) for (const hash of contents) named.add(hash);
  for (const { hash, previous } of Object.values(state.plugins)) {
    named.add(hash);
    if (previous) named.add(previous.hash);
  }
  return named;
}
