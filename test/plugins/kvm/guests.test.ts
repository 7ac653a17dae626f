/**
 * System calls, by programs whose every result is compared with what the host gives them.
 *
 * Not among them: look and relatives, which print what is in /proc of the host; escape, race and swap, which test the root
 * alone, whatever the engine; beyond, which is about what qemu does not pass on; strace, which prints numbers of riscv64.
 */
import { describe, test } from "vitest";
import { cannotChroot, testPaths } from "../linux/support/paths.ts";
import { testRules } from "../linux/support/rules.ts";
import { sameResults } from "../linux/support/same-results.ts";
import { kvm, skip } from "./support/platform.ts";

describe.skipIf(skip)("a static program gets the results that the host gives it (needs /dev/kvm)", () => {
  // Not every hypervisor keeps a guest from executing data.
  const executes = (stdout: string) => stdout.replace(/^(execution of data): (signal 11|fine)$/m, "$1: either");

  test.each([
    ["files", ["work"], "everyone"],
    ["signals", [], "and abort"],
    ["streams", [], "dup2(1, 20)"],
    ["identity", ["one", "", "two words"], "umask(0)"],
    ["timers", [], "and the timers are through"],
    ["locks", ["work"], "and the locks are through"],
    ["families", ["work"], "and the families are through"],
    ["events", ["work"], "the end of events"],
    ["transfers", ["work"], "the end of transfers"],
    ["pipelines", ["work"], "the end of pipelines"],
    ["mappings", ["work", "denied"], "Permission denied"],
    ["mappings", ["work", "adjacent"], "all"],
    ["mappings", ["work", "behind"], "no page"],
  ] as const)("%s %j", (name, args, last) => sameResults(kvm, name, { args, env: { TEST_VALUE: "a value" }, last }));
  test("memory", () => sameResults(kvm, "memory", { args: ["work"], last: "execution of data", normalize: executes }));
});

testPaths("each path means what it means to the host (needs /dev/kvm)", kvm, skip !== false || cannotChroot(kvm));
testRules("between processes on kvm (needs /dev/kvm)", kvm, skip);
