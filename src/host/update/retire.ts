/** What nobody new is to use: unloaded once its last user has let go, at once when there is none. */
import { reasonOf } from "../../errors.ts";
import type { Lifecycles } from "../lifecycle/lifecycles.ts";
import type { PluginRecord } from "../plugin-record.ts";

/** The record must be out of the registry. What fails is told by `warn`. */
export function retire(record: PluginRecord, lifecycles: Lifecycles, warn: (message: string) => void): void {
  const lifecycle = lifecycles.find(record);
  if (lifecycle === undefined || !lifecycle.used) {
    lifecycles.forget(record);
    return;
  }
  lifecycle
    .free()
    .then(() => lifecycle.retire())
    .then(
      () => lifecycles.forget(record),
      (error: unknown) =>
        warn(`version ${record.manifest.version} of ${record.manifest.id} could not be unloaded: ${reasonOf(error)}`),
    );
}
