/** Exceptions of the processor, signal frames and vectors: programs see what they see on the host. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { guest } from "../../cli/vm-plugin.ts";
import { run } from "../linux/support/guests.ts";
import { machineOptions } from "../linux/support/platform.ts";
import { type Comparison, sameResults } from "../linux/support/same-results.ts";
import { kvm, skip } from "./support/platform.ts";

const sources = fileURLToPath(new URL("guests", import.meta.url));

/**
 * What a hypervisor may do otherwise, in the host's output and in the machine's alike: a paravirtual KVM keeps no program
 * from executing its data, and reports #UD for software interrupts and for a load of reserved bits, where a processor has
 * #GP. `int $0x80` and `int $14` are left out for the same reason; so is the page of the call stub, which a program can
 * read.
 */
const mayDiffer = /^(jump to a page that is not executable|int \$\w+|reserved bit of MXCSR): .*$/gm;
const either: Readonly<Record<string, RegExp>> = {
  jump: /^(nothing|SEGV code 2 .*)$/,
  int: /^(ILL code 2 .*|SEGV code 128 .*)$/,
  reserved: /^(ILL code 2 .*|SEGV code 128 .*)$/,
};

function compare(name: string, last: string, rest: Partial<Comparison> = {}): Promise<void> {
  return sameResults(kvm, name, {
    last,
    sources,
    normalize: (stdout) =>
      stdout.replace(mayDiffer, (line, what: string) => {
        const allowed = either[what.split(" ")[0] ?? ""];
        expect(line.slice(what.length + 2)).toMatch(allowed ?? /^$/);
        return `${what}: as the hypervisor has it`;
      }),
    ...rest,
  });
}

describe.skipIf(skip)("a program sees what it sees on the host (needs /dev/kvm)", () => {
  test("of forbidden accesses, with their exact addresses", () => compare("memory-faults", "overflow of the stack"));
  test("of privileged instructions", () => compare("privileged", "lretq"));
  test("of traps and floating-point exceptions", () => compare("traps", "5 steps"));
  test("of vectors across signals, forks and programs", () => compare("vectors", "a frame with wild vectors"));
  test("of signal frames, and of the bases of fs and gs", () => compare("frames", "a handler without a stack"));
  test("of accesses that are resolved for it", () =>
    compare("resolved-accesses", "200 signals while the time is told"));
  test("of segments whose bases it sets without a call", () => compare("bases", "the bases are done"));
  test("of programs that start programs, in all ways and often", () => compare("spawning", "and all are gone"));
});

describe.skipIf(skip)("a fault that nobody handles ends the program with its address (needs /dev/kvm)", () => {
  test.each([
    ["read", "0", "SIGSEGV", /SIGSEGV at pc 0x[0-9a-f]+, address 0x0: not mapped/],
    ["write", "18446744073709551608", "SIGSEGV", /address 0xfffffffffffffff8: not mapped/],
    ["jump", "274877906944", "SIGSEGV", /SIGSEGV at pc 0x4000000000, address 0x4000000000: not mapped/],
    ["illegal-instruction", "", "SIGILL", /^SIGILL at pc 0x[0-9a-f]+$/],
  ])("%s %s", async (way, address, signal, detail) => {
    await using machine = await Machine.create({ ...machineOptions(kvm), memory: "64M" });
    const { exit } = await run(machine, guest("fault", "x86_64"), [way, address]);
    expect(exit).toMatchObject({ code: null, signal });
    expect(exit.detail).toMatch(detail);
  });
});
