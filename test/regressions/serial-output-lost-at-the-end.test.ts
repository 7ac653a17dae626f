import { expect, test } from "vitest";
import { fullPipe } from "../plugins/bare-metal/support/full-pipe.ts";
import { debugExit, flatImage } from "../plugins/bare-metal/support/image.ts";
import { cannotRun, createMachine } from "../plugins/bare-metal/support/machine.ts";

test.skipIf(cannotRun)(
  "what a guest has sent last is written when the reader makes room (needs /dev/kvm)",
  async () => {
    const pipe = fullPipe();
    const flag = 0x8f0000;
    const image = flatImage("long", `movw $0x3f8, %dx; movb $0x21, %al; movl $1, ${flag}; outb %al, %dx\n${debugExit}`);
    await using machine = await createMachine();
    const { exit } = machine.spawn(image, [], { stdin: "ignore", stdout: pipe.descriptor, stderr: "ignore" });
    const flags = new Uint32Array(machine.memory, flag, 1);
    await expect.poll(() => flags[0], { interval: 1 }).toBe(1);
    const first = pipe.read();
    expect((await exit).code).toBe(0x43);
    expect(first + pipe.read()).toMatch(/^\.+!$/);
    pipe.close();
  },
);
