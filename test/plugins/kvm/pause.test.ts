/** Guests on the hardware's virtualization come to rest, go on and end, whenever that is asked for. */
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { flatImage } from "../bare-metal/support/image.ts";
import { createMachine } from "../bare-metal/support/machine.ts";
import { build } from "../linux/support/guests.ts";
import { machineOptions } from "../linux/support/platform.ts";
import { type Counting, pauseAtRandom } from "./support/pauses.ts";
import { kvm, skip } from "./support/platform.ts";

const sources = new URL("guests", import.meta.url).pathname;
const streams = { stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const;

describe.skipIf(skip)("of pauses, resumes and stops at random moments none is lost (needs /dev/kvm)", () => {
  test("by programs, one that runs and one that sleeps", async () => {
    const program = build("counting", kvm.compilers.c, sources);
    await using machine = await Machine.create({ ...machineOptions(kvm), memory: "16M" });
    const mark = Buffer.from("vm-plugin-counts");
    const start = async (): Promise<Counting> => {
      const abort = new AbortController();
      const process = machine.spawn(program, [], { ...streams, signal: abort.signal });
      const memory = Buffer.from(machine.memory);
      let at = -1;
      await expect.poll(() => (at = memory.indexOf(mark)), { interval: 1 }).toBeGreaterThanOrEqual(0);
      const counts = new BigUint64Array(machine.memory, at + mark.length, 2);
      return { process, abort, counts: () => [...counts] };
    };
    await pauseAtRandom(machine, start, { times: 4000, seed: 1 });
  });

  test("by a guest that owns the processor, and often is at a device", async () => {
    const counter = 0x8f0000;
    const image = flatImage("long", `1: incl ${counter}; movw $0x3fd, %dx; inb %dx, %al; jmp 1b`);
    await using machine = await createMachine();
    const start = async (): Promise<Counting> => {
      const counts = new Uint32Array(machine.memory, counter, 1);
      const abort = new AbortController();
      const process = machine.spawn(image, [], { ...streams, signal: abort.signal });
      await process.started;
      return { process, abort, counts: () => [...counts] };
    };
    await pauseAtRandom(machine, start, { times: 4000, seed: 2 });
  });
});
