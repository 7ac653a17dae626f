import { expect, test } from "vitest";
import { fullPipe } from "../plugins/bare-metal/support/full-pipe.ts";
import { debugExit, flatImage } from "../plugins/bare-metal/support/image.ts";
import { cannotRun, createMachine } from "../plugins/bare-metal/support/machine.ts";

test.skipIf(cannotRun)("a transmitter that is cleared is empty, and interrupts (needs /dev/kvm)", async () => {
  const pipe = fullPipe();
  // Its interrupt on and taken; a byte that nobody takes; its queue cleared; what is pending then.
  const text = `movw $0x3f9, %dx; movb $2, %al; outb %al, %dx; incw %dx; inb %dx, %al
movw $0x3f8, %dx; movb $0x21, %al; outb %al, %dx; addw $2, %dx; movb $7, %al; outb %al, %dx
inb %dx, %al; andb $0xf, %al
${debugExit}`;
  await using machine = await createMachine();
  const { exit } = machine.spawn(flatImage("long", text), [], { stdin: "ignore", stdout: pipe.descriptor });
  expect((await exit).code).toBe(5);
  pipe.close();
});
