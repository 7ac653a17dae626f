import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { debugExit, flatImage } from "../plugins/bare-metal/support/image.ts";
import { cannotRun, runImage } from "../plugins/bare-metal/support/machine.ts";
import { folder } from "../support/folder.ts";

test.skipIf(cannotRun)("a serial port in loopback receives what it sends alone (needs /dev/kvm)", async () => {
  const path = join(folder(), "input");
  writeFileSync(path, "input");
  const input = openSync(path, "r");
  // Its line status, of a byte received and none lost.
  const text = `movw $0x3fc, %dx; movb $0x10, %al; outb %al, %dx
movw $0x3f8, %dx; movb $0x21, %al; outb %al, %dx; addw $5, %dx; inb %dx, %al
${debugExit}`;
  expect((await runImage(flatImage("long", text), { spawn: { stdin: input } })).code).toBe(0xc3);
  closeSync(input);
});
