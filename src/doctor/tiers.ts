/** The isolation tiers: what this version of vm-plugin runs plugins in, and what this machine has for the others. */
import type { Check } from "./check.ts";

const notYet = "no plugin runs in it yet in this version of vm-plugin";

/** sandbox: what the process tier needs. engine: whether guests can run. */
export function tierChecks(sandbox: readonly Check[], engine: Check): Check[] {
  return [
    {
      id: "tier.inline",
      state: "ok",
      words: "plugins run in the host's process: no boundary of security",
      facts: { implemented: true, lacking: [] },
    },
    future("tier.worker", []),
    future("tier.process", sandbox),
    future("tier.vm", [engine]),
  ];
}

/** needs: the checks of what it is made of. */
function future(id: string, needs: readonly Check[]): Check {
  const lacking = needs.filter(({ state }) => state === "missing").map((check) => check.id);
  const facts = { implemented: false, lacking };
  if (lacking.length === 0) return { id, state: "limited", words: `${notYet}; this machine has what it needs`, facts };
  return { id, state: "missing", words: `${notYet}; this machine lacks ${lacking.join(", ")}`, facts };
}
