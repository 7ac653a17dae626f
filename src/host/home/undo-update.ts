/** Takes an update back that some running host would not have. */
import { writeFileSync } from "node:fs";
import { changeState } from "./change-state.ts";
import type { Home } from "./home.ts";
import { enter } from "./presence.ts";
import type { InstalledPlugin } from "./state-format.ts";
import { claimEnding } from "./sweep.ts";

export interface KeptPrevious extends Disposable {
  /** The state says again what it said before, unless somebody has changed it since `after`. */
  undo(after: InstalledPlugin): Promise<void>;
}

/**
 * To be asked for before the update. Until it is disposed of, the content that `before` names as its previous one is kept: the
 * update replaces it, and an update that is undone needs it again, as rollBack would not.
 */
export function keepPrevious(home: Home, before: InstalledPlugin): KeptPrevious {
  const presence = before.previous === undefined ? undefined : enter(home.stagingFolder);
  if (presence && before.previous) writeFileSync(presence.file(claimEnding), before.previous.hash);
  const { id } = before;
  return {
    async undo(after) {
      await changeState(home, (state) =>
        state.plugins[id]?.hash === after.hash ? { ...state, plugins: { ...state.plugins, [id]: before } } : state,
      );
    },
    [Symbol.dispose]: () => presence?.leave(),
  };
}
