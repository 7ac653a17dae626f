/** Health checks on a schedule: of the plugins that run, one round at a time. */
import { VmPluginError } from "../../errors.ts";
import type { Health } from "../../sdk/define-plugin.ts";

export interface HealthEvent {
  readonly plugin: string;
  /** Undefined when the plugin does not tell, or the check failed: then it is in the state error. */
  readonly health: Health | undefined;
  readonly error?: unknown;
}

export interface HealthScheduleOptions {
  /** Milliseconds between the end of a round and the next. */
  readonly interval: number;
  /** The ids of the plugins that run. */
  readonly running: () => readonly string[];
  readonly check: (id: string) => Promise<Health | undefined>;
  /** Must not throw. */
  readonly checked: (event: HealthEvent) => void;
}

/** Begins with a pause. The returned function ends it. The schedule does not keep the process alive. */
export function scheduleHealthChecks({ interval, running, check, checked }: HealthScheduleOptions): () => void {
  if (!(interval >= 1 && interval < 2 ** 31)) {
    const reason = "give milliseconds from 1 to 2147483647";
    throw new VmPluginError("VMP_INVALID_ARGUMENT", { what: `interval ${interval}`, reason });
  }
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    if (!ended) timer = setTimeout(round, interval).unref();
  };
  const round = async (): Promise<void> => {
    await Promise.all(
      running().map(async (plugin) => {
        try {
          checked({ plugin, health: await check(plugin) });
        } catch (error) {
          // It was stopped meanwhile.
          if (error instanceof VmPluginError && error.code === "VMP_LIFECYCLE_INVALID_OPERATION") return;
          checked({ plugin, health: undefined, error });
        }
      }),
    );
    later();
  };
  later();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
