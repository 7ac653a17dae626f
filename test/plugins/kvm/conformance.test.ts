import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/package-root.ts";
import { conformanceChecks } from "../../../src/testing/index.ts";

const checks = conformanceChecks(join(packageRoot(), "plugins/kvm"), { builtins: false });
const ofThePoint = checks.filter(({ name }) => name.startsWith("kvm: "));

test("the suite has cases of every group", () => {
  const groups = new Set(ofThePoint.map(({ name }) => name.split(": ")[1]));
  expect([...groups]).toEqual(
    ["memory", "exits", "registers", "interrupts", "devices", "pause", "dirty log", "limits", "errors"], //
  );
  expect(new Set(ofThePoint.map(({ name }) => name)).size).toBe(ofThePoint.length);
});

describe("KVM holds to accel.virtualization (needs /dev/kvm)", () => {
  for (const { name, run } of ofThePoint) {
    test(name, async ({ skip }) => {
      const reason = await run();
      if (reason === undefined) return;
      console.warn(`${name}: ${reason}`);
      // What this hypervisor does not offer is no fault of the backend's.
      if (!reason.startsWith("not applicable")) skip(reason);
    });
  }
});
