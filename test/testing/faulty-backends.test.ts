/** Backends that are wrong in one way each: the suite says which, by the name of a case. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { platform } from "../../src/host/manifest/manifest.ts";
import { packageRoot } from "../../src/package-root.ts";
import { type ConformanceCheck, conformanceChecks } from "../../src/testing/index.ts";
import { folderWith, packageJson } from "../host/support.ts";
import { buildNative } from "../support/native-build.ts";

const faults: Readonly<Record<string, string>> = {
  "ignores-read-only": "memory: a read-only slot makes a write an exit",
  "accepts-overlaps": "memory: a slot that overlaps another is refused",
  "unmaps-nothing": "memory: an unmapped slot is gone",
  "logs-every-page": "dirty log: the log has exactly the pages that the guest has written",
  "swaps-registers": "registers: every general register comes back as it was written",
  "reads-half-a-register": "registers: every general register comes back as it was written",
  "forgets-answers": "exits: a load where no memory is takes the answer, of every size",
  "loses-kicks": "pause: of many kicks at random moments none is lost",
  "tells-the-first-element": "exits: REP OUTSB tells every element",
  "halts-as-interrupted": "exits: HLT is a HALT, and the guest goes on behind it",
  "leaks-a-descriptor": "limits: fifty virtual machines leave no descriptor and no thread behind",
};
const names = [...Object.keys(faults), "hangs"];

/** The plugin of all of them, in front of the built-in backend. */
function faultyPlugin(): string {
  const folder = folderWith({
    "package.json": packageJson({
      id: "acme.faulty",
      engines: { vm: "*", abi: "*" },
      entry: { native: { [platform]: "faulty.node" } },
      provides: names.map((name) => ({ point: "accel.virtualization", name, contract: "1.0" })),
    }),
  });
  const built = join(buildNative("plain", "vmp_test_plugins"), "test-plugins/faulty_virtualization.node");
  copyFileSync(built, join(folder, "faulty.node"));
  return folder;
}

const backend = join(packageRoot(), "plugins/kvm/prebuilds", platform, "kvm.node");
const plugin = faultyPlugin();
const options = {
  builtins: false,
  configurations: Object.fromEntries(names.map((name) => [name, { backend, provider: "kvm" }])),
};
const checks = conformanceChecks(plugin, options);

async function outcome({ name, run }: ConformanceCheck): Promise<{ name: string; failure?: string; reason?: string }> {
  try {
    const reason = await run();
    return { name, ...(reason !== undefined && { reason }) };
  } catch (error) {
    return { name, failure: (error as Error).message };
  }
}

describe("a backend with one fault fails the case that is about it", () => {
  for (const [fault, rule] of Object.entries(faults)) {
    test(`${fault}: ${rule}`, async ({ skip }) => {
      const own = checks.filter(({ name }) => name.startsWith(`${fault}: `));
      const about = own.find(({ name }) => name === `${fault}: ${rule}`) as ConformanceCheck;
      const { failure, reason } = await outcome(about);
      if (reason !== undefined) {
        console.warn(`skipped: ${reason}`);
        skip(reason);
      }
      expect(failure).toContain(`does not hold to its contract: ${rule}: `);
      expect(failure).not.toContain("did not finish");
    });
  }
});

test("a fault fails what it is about, and nothing else", async ({ skip }) => {
  const own = checks.filter(({ name }) => name.startsWith("logs-every-page: "));
  const outcomes = [];
  for (const check of own) outcomes.push(await outcome(check));
  const reason = outcomes.find(({ name }) => name.includes(": memory: "))?.reason;
  if (reason !== undefined) {
    console.warn(`skipped: ${reason}`);
    skip(reason);
  }
  const failed = outcomes.filter(({ failure }) => failure !== undefined).map(({ name }) => name.split(": ")[1]);
  expect(new Set(failed)).toEqual(new Set(["dirty log"]));
});

test("a backend that hangs fails the case by name, and the next one runs", async ({ skip }) => {
  const limited = conformanceChecks(plugin, { ...options, timeout: 3000 });
  const rule = "exits: HLT is a HALT, and the guest goes on behind it";
  const about = (fault: string, from = checks) =>
    from.find(({ name }) => name === `${fault}: ${rule}`) as ConformanceCheck;
  const { failure, reason } = await outcome(about("hangs", limited));
  if (reason !== undefined) {
    console.warn(`skipped: ${reason}`);
    skip(reason);
  }
  expect(failure).toContain(`${rule}: it did not finish in 3000 ms`);
  expect((await outcome(about("logs-every-page"))).failure).toBeUndefined();
});
