/** What guests see of devices: the bus, the serial port, interrupts, and devices that fail. */
import { describe, expect, test } from "vitest";
import { pluginFolder } from "../../machine/plugin-folder.ts";
import { debugExit, flatImage } from "./support/image.ts";
import { cannotRun, runImage } from "./support/machine.ts";
import { serialPlugin } from "./support/serial-plugin.ts";

/** Notes every access, and answers bytes that count from 1. */
const noting = (regions: string) => {
  const head = `import { appendFileSync } from "node:fs"; import { fileURLToPath } from "node:url";
const log = fileURLToPath(new URL("./accesses", import.meta.url));
const note = (text) => appendFileSync(log, text + "\\n");
const bytes = 0x0807060504030201n;`;
  const instance = `{ regions: () => ${regions},
    read(region, offset, size) { note(["read", offset, size].join(" ")); return BigInt.asUintN(size * 8, bytes); },
    write(region, offset, size, value) { note(["write", offset, size, value.toString(16)].join(" ")); } }`;
  return pluginFolder("device.virtual", instance, { head });
};

async function accessesOf(regions: string, text: string, expected: number): Promise<string[]> {
  const { readFileSync } = await import("node:fs");
  const plugin = noting(regions);
  const exit = await runImage(flatImage("long", `${text}\n${debugExit}`), { machine: { plugins: [plugin] } });
  expect(exit.code).toBe(expected);
  return readFileSync(`${plugin}/accesses`, "utf8").trimEnd().split("\n");
}

describe.skipIf(cannotRun)("an access (needs /dev/kvm)", () => {
  test("to ports of each size reaches the device as it is", async () => {
    const text = `movw $0x600, %dx; inb %dx, %al; inw %dx, %ax; inl %dx, %eax
movl $0x11223344, %eax; outb %al, %dx; incw %dx; outw %ax, %dx; outl %eax, %dx; movb $0, %al`;
    expect(await accessesOf('[{ kind: "port", address: 0x600n, size: 16 }]', text, 1)).toEqual([
      "read 0 1",
      "read 0 2",
      "read 0 4",
      "write 0 1 44",
      "write 1 2 3344",
      "write 1 4 11223344",
    ]);
  });

  test("by a string instruction comes element by element", async () => {
    const text = `movw $0x600, %dx; leaq data(%rip), %rsi; movl $3, %ecx; rep outsw
leaq data(%rip), %rdi; movl $2, %ecx; rep insl; movb data+4(%rip), %al; jmp 1f
data: .byte 1, 2, 3, 4, 5, 6, 7, 8
1:`;
    expect(await accessesOf('[{ kind: "port", address: 0x600n, size: 16 }]', text, 3)).toEqual([
      "write 0 2 201",
      "write 0 2 403",
      "write 0 2 605",
      "read 0 4",
      "read 0 4",
    ]);
  });

  test("that leaves the ports of a device comes byte by byte, and reads ones behind them", async () => {
    const text = "movw $0x60e, %dx; inl %dx, %eax; shrl $24, %eax; shrb $1, %al";
    expect(await accessesOf('[{ kind: "port", address: 0x600n, size: 16 }]', text, 255)).toEqual([
      "read 14 1",
      "read 15 1",
    ]);
  });

  test("to memory of each size, misaligned and across pages, reaches the device whole or in parts", async () => {
    const text = `movl $0x10000000, %ebx; movb 1(%rbx), %al; movw 3(%rbx), %ax; movl 5(%rbx), %eax; movq 8(%rbx), %rax
movabs $0x1122334455667788, %rax; movq %rax, 0x11(%rbx)
movl 0xffe(%rbx), %eax; movb $0, %al`;
    const accesses = await accessesOf('[{ kind: "mmio", address: 0x10000000n, size: 8192 }]', text, 1);
    expect(accesses.slice(0, 5)).toEqual([
      "read 1 1",
      "read 3 2",
      "read 5 4",
      "read 8 8",
      "write 17 8 1122334455667788",
    ]);
    // Two bytes before the page's end and two behind it, in whatever parts.
    const parts = accesses.slice(5).map((line) => line.split(" ").slice(1).map(Number));
    expect(parts.reduce((sum, [, size = 0]) => sum + size, 0)).toBe(4);
    expect(parts[0]?.[0]).toBe(0xffe);
  });

  test("to a device below the end of memory reaches the device", async () => {
    const text = "movl 0x400000, %eax; movb $0, %al";
    expect(await accessesOf('[{ kind: "mmio", address: 0x400000n, size: 4096 }]', text, 1)).toEqual(["read 0 4"]);
  });

  test("that no device claims reads ones, and ends a strict guest", async () => {
    const image = flatImage(
      "long",
      `inb $0x80, %al; incb %al; movl $0x20000000, %ebx; addb (%rbx), %al; incb %al\n${debugExit}`,
    );
    expect((await runImage(image)).code).toBe(1);
    const exit = await runImage(image, { settings: { strict: true } });
    expect(exit.signal).toBe("SIGBUS");
    expect(exit.detail).toContain("UNCLAIMED_ACCESS: a read of 1 bytes at port 0x80");
  });
});

describe.skipIf(cannotRun)("a device stops its guest, by name (needs /dev/kvm)", () => {
  const image = () => flatImage("long", `movw $0x600, %dx; inb %dx, %al\n${debugExit}`);
  const regions = '() => [{ kind: "port", address: 0x600n, size: 1 }]';

  test("when it throws", async () => {
    const plugin = pluginFolder(
      "device.virtual",
      `{ regions: ${regions}, read() { throw new Error("of the test"); }, write() {} }`,
    );
    await expect(runImage(image(), { machine: { plugins: [plugin] } })).rejects.toMatchObject({
      code: "VMP_DEVICE_FAILED",
      message: expect.stringMatching(/device test-plugin\/test.*of the test/),
    });
  });

  test("when it never answers", async () => {
    const plugin = pluginFolder(
      "device.virtual",
      `{ regions: ${regions}, read: () => new Promise(() => {}), write() {} }`,
    );
    await expect(runImage(image(), { machine: { plugins: [plugin] } })).rejects.toMatchObject({
      code: "VMP_DEVICE_FAILED",
      message: expect.stringContaining("device test-plugin/test"),
    });
  }, 30_000);
});

/** Leaves in al, of every register, whether it reads as the data sheet says; prints the sums and bytes that it got. */
const probe = `.macro set register, value
movw $0x3f8+\\register, %dx
movb $\\value, %al
outb %al, %dx
.endm
.macro get register
movw $0x3f8+\\register, %dx
inb %dx, %al
stosb
.endm
leaq seen(%rip), %rdi
get 1; get 2; get 3; get 4; get 5; get 6; get 7
set 7, 0x5a; get 7
set 3, 0x80; set 0, 0x34; set 1, 0x12; get 0; get 1; set 3, 0x03; get 3
set 1, 0xff; get 1; get 2; get 2; set 1, 0
set 4, 0x15; get 4; get 6; get 6
set 2, 0xc7; get 2
set 0, 0x41; set 0, 0x42; get 5; get 0; get 0; get 5
set 4, 0
leaq seen(%rip), %rsi
movw $0x3f8, %dx
1: movb (%rsi), %bl; incq %rsi
movb %bl, %al; shrb $4, %al; call digit
movb %bl, %al; andb $15, %al; call digit
cmpq %rdi, %rsi
jne 1b
xorl %eax, %eax
${debugExit}
digit: addb $0x30, %al; cmpb $0x39, %al; jbe 2f; addb $39, %al; 2: outb %al, %dx; ret
seen: .fill 64, 1, 0`;

describe.skipIf(cannotRun)("the serial port (needs /dev/kvm)", () => {
  test("has the registers of the data sheet, and a port in TypeScript the same", async () => {
    const image = flatImage("long", probe);
    const native = await runImage(image);
    expect(native.code).toBe(1);
    // IER IIR LCR MCR LSR MSR SCR; SCR; DLL DLM; LCR; IER, IIR with the transmitter's interrupt and without; MCR, MSR of the
    // loop with its changes and without; IIR with queues; LSR with data, the data, LSR.
    expect(native.output.match(/../g)).toEqual(
      ["00", "01", "00", "00", "60", "b0", "00"]
        .concat(["5a", "34", "12", "03", "0f", "02", "01"])
        .concat(["15", "69", "60"])
        .concat(["c1", "61", "41", "42", "60"]),
    );
    const { plugin, output } = serialPlugin();
    const typescript = await runImage(image, { machine: { plugins: [plugin], devices: ["debug-exit"] } });
    expect(typescript.code).toBe(1);
    expect(output()).toBe(native.output);
  }, 60_000);

  test("takes what comes on standard input", async () => {
    const text = `movl $5, %ecx
1: movw $0x3fd, %dx
2: inb %dx, %al; testb $1, %al; jz 2b
movw $0x3f8, %dx; inb %dx, %al; incb %al; outb %al, %dx
loop 1b
xorl %eax, %eax
${debugExit}`;
    expect(await runImage(flatImage("long", text), { input: "HAL9:" })).toMatchObject({ code: 1, output: "IBM:;" });
  });

  test("takes wide accesses register by register, and lies in memory where that is configured", async () => {
    const wide = flatImage(
      "long",
      `movw $0x3f8, %dx; movl $0x00030048, %eax; outl %eax, %dx; movw $0x3fb, %dx; inb %dx, %al\n${debugExit}`,
    );
    expect(await runImage(wide)).toMatchObject({ code: 1, output: "H" });
    const configuration = { "serial-16550": { address: 0x10000000, stride: 4 } };
    const text = `movl $0x10000000, %ebx; movl $0x58, (%rbx); movb 20(%rbx), %al; shrb $5, %al\n${debugExit}`;
    expect(await runImage(flatImage("long", text), { machine: { configuration } })).toMatchObject({
      code: 7,
      output: "X",
    });
  });
});
