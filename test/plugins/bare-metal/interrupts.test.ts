/** The interrupt controller, the timer, and several virtual CPUs. */
import { describe, expect, test } from "vitest";
import { debugExit, flatImage } from "./support/image.ts";
import { cannotRun, createMachine, runImage } from "./support/machine.ts";

const settings = { mode: "real", interruptController: true };

/** Sets the first 8259A up with vectors from 0x20 on, and the handler of a line (its data sheet, ICW1 to ICW4, OCW1). */
const controller = (line: number, handler: string) => `xorw %ax, %ax; movw %ax, %ds; movw %ax, %es; movw %ax, %ss
movw $${handler}, (0x20 + ${line}) * 4; movw %ax, (0x20 + ${line}) * 4 + 2
movb $0x11, %al; outb %al, $0x20; movb $0x20, %al; outb %al, $0x21; movb $4, %al; outb %al, $0x21
movb $1, %al; outb %al, $0x21; movb $${0xff & ~(1 << line)}, %al; outb %al, $0x21`;

describe.skipIf(cannotRun)("with an interrupt controller (needs /dev/kvm)", () => {
  test("the serial port's transmitter interrupts the processor", async () => {
    const text = `${controller(4, "handler")}
movw $0x3fc, %dx; movb $8, %al; outb %al, %dx
movw $0x3f9, %dx; movb $2, %al; outb %al, %dx
sti
1: hlt; jmp 1b
handler: movw $0x3fa, %dx; inb %dx, %al
${debugExit}`;
    expect((await runImage(flatImage("real", text), { settings })).code).toBe(5);
  });

  test("the serial port's input wakes a processor that halts", async () => {
    const text = `${controller(4, "handler")}
movw $0x3fc, %dx; movb $8, %al; outb %al, %dx
movw $0x3f9, %dx; movb $1, %al; outb %al, %dx
movw $0x3f8, %dx; movb $0x3f, %al; outb %al, %dx
sti
1: hlt; jmp 1b
handler: movw $0x3f8, %dx; inb %dx, %al
${debugExit}`;
    await using machine = await createMachine({ settings });
    const guest = machine.spawn(flatImage("real", text), [], { stdin: "pipe", limits: { time: "30s" } });
    guest.stdout?.once("data", () => guest.stdin?.write("!"));
    expect((await guest.exit).code).toBe(0x43);
  });

  test("the timer interrupts the processor", async () => {
    const text = `${controller(0, "handler")}
movb $0x34, %al; outb %al, $0x43; movb $0, %al; outb %al, $0x40; movb $0x10, %al; outb %al, $0x40
sti
1: hlt; jmp 1b
handler: movb $3, %al
${debugExit}`;
    expect((await runImage(flatImage("real", text), { settings })).code).toBe(7);
  });
});

describe.skipIf(cannotRun)("several virtual CPUs (needs /dev/kvm)", () => {
  /** The first sends INIT and startup interrupts to all others, and waits until each has counted (Intel SDM volume 3, 9.4.4). */
  const text = (count: number) => `cli
movl $0xfee00000, %esi
movl $0x1ff, 0xf0(%esi)
movl $other, %ebx
movw $0x8000, %di
movl $other, %esi; movl $(other_end - other), %ecx; movl $0x8000, %edi; rep movsb
movl $0xfee00000, %esi
movl $0xc4500, 0x300(%esi)
movl $100, %ecx; 1: loop 1b
movl $0xc4608, 0x300(%esi)
movl $100, %ecx; 1: loop 1b
movl $0xc4608, 0x300(%esi)
1: pause; cmpb $${count - 1}, 0x9000; jne 1b
movb 0x9000, %al
${debugExit}
.code16
other: cli; xorw %ax, %ax; movw %ax, %ds; lock incb 0x9000; 1: hlt; jmp 1b
other_end:
.code32`;

  test.each([2, 4])("%i of them are started by the first, and the guest's end ends all", async (cpus) => {
    const options = { settings: { mode: "protected", loadAddress: 0x100000, interruptController: true, cpus } };
    expect((await runImage(flatImage("protected", text(cpus)), options)).code).toBe((cpus - 1) * 2 + 1);
  });

  test("are refused where there are too many, with their number", async () => {
    const image = flatImage("long", debugExit);
    await expect(runImage(image, { settings: { cpus: 2 } })).rejects.toMatchObject({
      code: "bare-metal/CONTROLLER_NEEDED",
    });
    const many = { cpus: 256, interruptController: true };
    await expect(runImage(image, { settings: many })).rejects.toMatchObject({
      code: "bare-metal/CONFIGURATION_RANGE",
      message: expect.stringContaining("256"),
    });
  });
});

describe.skipIf(cannotRun)("a machine with a guest (needs /dev/kvm)", () => {
  test("refuses a second one, and takes it after the first", async () => {
    await using machine = await createMachine();
    const first = machine.spawn(flatImage("long", "1: jmp 1b"), []);
    await first.started;
    await expect(machine.spawn(flatImage("long", debugExit), []).exit).rejects.toMatchObject({
      code: "VMP_MACHINE_BUSY",
    });
    expect(first.kill("SIGTERM")).toBe(true);
    expect((await first.exit).signal).toBe("SIGTERM");
    expect((await machine.spawn(flatImage("long", `movb $4, %al\n${debugExit}`), []).exit).code).toBe(9);
  });

  test("rests while it is paused, and goes on", async () => {
    const text = "movw $0x3f8, %dx; movb $0x2e, %al; outb %al, %dx; 1: incl 0x8f0000; jmp 1b";
    await using machine = await createMachine();
    const guest = machine.spawn(flatImage("long", text), [], { limits: { time: "60s" } });
    await new Promise((resolve) => guest.stdout?.once("data", resolve));
    const counter = new Uint32Array(machine.memory, 0x8f0000, 1);
    await machine.pause();
    const before = counter[0];
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(counter[0]).toBe(before);
    machine.resume();
    while (counter[0] === before) await new Promise((resolve) => setTimeout(resolve, 5));
    await machine.pause();
    guest.kill("SIGKILL");
    expect((await guest.exit).signal).toBe("SIGKILL");
  });
});
