/** System calls that are answered without leaving the processor. */
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { vmPlugin } from "../../cli/vm-plugin.ts";
import { build } from "../linux/support/guests.ts";
import { machineOptions, runWords } from "../linux/support/platform.ts";
import { sameResults } from "../linux/support/same-results.ts";
import { kvm, skip } from "./support/platform.ts";

const sources = fileURLToPath(new URL("guests", import.meta.url));
const rounds = 1_000_000;

describe.skipIf(skip)("a call that is answered without the host (needs /dev/kvm)", () => {
  test("gives what the host gives, before and after the process has changed", () =>
    sameResults(kvm, "identity-answers", { last: "after a refusal", sources }));

  test("changes nothing else, a million times with signals in between", async () => {
    const program = build("answered-calls", kvm.compilers.c, sources);
    await using machine = await Machine.create(machineOptions(kvm));
    const guest = machine.spawn(program, [`${rounds}`]);
    const errors = createInterface({ input: guest.stderr ?? expect.unreachable() })[Symbol.asyncIterator]();
    const lines = createInterface({ input: guest.stdout ?? expect.unreachable() })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe("ready");
    const signals = setInterval(() => guest.kill("SIGUSR1"), 1);
    const rest = [];
    for await (const line of { [Symbol.asyncIterator]: () => lines }) rest.push(line);
    clearInterval(signals);
    expect(rest).toEqual(["0 wrong"]);
    expect(Number.parseInt((await errors.next()).value ?? "", 10)).toBeGreaterThan(10);
    const { statistics } = await guest.exit;
    // One of 64 is for the host, and one of 1024 has a flag that only the host gives back.
    expect(Number(statistics.systemCalls)).toBeLessThan(rounds / 8);
  }, 120_000);

  test("is traced like any other", () => {
    const program = build("identity-answers", kvm.compilers.c, sources);
    const traced = vmPlugin([...runWords(kvm), "--strace", program, "again", "2"]);
    expect(traced.stderr.match(/^getpid\(\) += 2$/gm)?.length).toBe(2);
  });
});
