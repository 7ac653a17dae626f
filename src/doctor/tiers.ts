/** The isolation tiers: what this version of vm-plugin runs plugins in, and what this machine has for the others. */
import type { Check } from "./check.ts";

const notYet = "no plugin runs in it yet in this version of vm-plugin";

/** sandbox: what the process tier needs. engine: whether guests can run. */
export function tierChecks(sandbox: readonly Check[], engine: Check): Check[] {
  return [
    {
      id: "tier.inline",
      state: "ok",
      words: "plugins run in the host's process, and are no boundary of security there",
      facts: { implemented: true },
    },
    future("tier.worker", "threads", []),
    future("tier.process", sandbox.map(({ id }) => id).join(", "), sandbox),
    future("tier.vm", engine.id, [engine]),
  ];
}

function future(id: string, needs: string, checks: readonly Check[]): Check {
  const lacking = checks.filter(({ state }) => state === "missing").map((check) => check.id);
  const facts = { implemented: false, lacking };
  if (lacking.length === 0) return { id, state: "limited", words: `${notYet}; this machine has ${needs}`, facts };
  return { id, state: "missing", words: `${notYet}; this machine lacks ${lacking.join(", ")}`, facts };
}
