/** How guests begin. */
import { describe, expect, test } from "vitest";
import { debugExit, flatImage, type ImageMode, pvhKernel } from "./support/image.ts";
import { cannotRun, runImage } from "./support/machine.ts";

describe.skipIf(cannotRun)("a flat image (needs /dev/kvm)", () => {
  test.each([
    ["real", "xorw %ax, %ax; movw %cs, %bx; orw %bx, %ax; call 1f; 1: popw %bx; subw $1b, %bx; orw %bx, %ax"],
    ["protected", "xorl %eax, %eax; movl $0x12345678, 0x200000; cmpl $0x12345678, 0x200000; setne %al"],
    ["long", "movabs $0x123456789abcdef0, %rax; movq %rax, 0x200000; cmpq 0x200000, %rax; setne %al"],
  ] satisfies [ImageMode, string][])("begins in %s mode, at its own address", async (mode, text) => {
    const exit = await runImage(flatImage(mode, `${text}\n${debugExit}`), { settings: { mode } });
    expect(exit).toMatchObject({ code: 1, signal: null });
  });

  test("in 64-bit mode sees 4 GiB of addresses as they are", async () => {
    const text = "movb $7, 0xf00000; movl $0xfff00000, %edx; movl (%rdx), %eax; incl %eax; addb 0xf00000, %al";
    expect((await runImage(flatImage("long", `${text}\n${debugExit}`))).code).toBe(15);
  });

  test("goes where it is told to be loaded and entered", async () => {
    const image = flatImage("long", `.fill 16, 1, 0x90\nleaq _start(%rip), %rax; shrq $20, %rax\n${debugExit}`);
    const settings = { loadAddress: 0x300000, entry: 0x300008 };
    expect((await runImage(image, { settings })).code).toBe(7);
  });

  test("in real mode above 64 KiB has a segment of its own", async () => {
    const image = flatImage("real", `movw %cs, %ax; movb %ah, %al\n${debugExit}`);
    expect((await runImage(image, { settings: { mode: "real", loadAddress: 0x20000 } })).code).toBe(0x41);
  });
});

describe.skipIf(cannotRun)("an ELF kernel (needs /dev/kvm)", () => {
  /** Prints the command line that hvm_start_info names, and ends with the number of entries of the memory map. */
  const prints = `cmpl $0x336ec578, (%ebx)
jne 2f
movl 24(%ebx), %esi
movw $0x3f8, %dx
1: lodsb
testb %al, %al
jz 3f
outb %al, %dx
jmp 1b
2: movb $100, %al
jmp 4f
3: movb 48(%ebx), %al
4: ${debugExit}`;

  test.each([32, 64] as const)("of class %i is entered by PVH, with the start information", async (elfClass) => {
    const exit = await runImage(pvhKernel(prints, elfClass), { args: ["console=ttyS0", "quiet"] });
    expect(exit).toMatchObject({ code: 3, output: "console=ttyS0 quiet" });
  });

  test("without a PVH entry is entered in 64-bit mode where that is asked for", async () => {
    const kernel = pvhKernel(`.code64\nmovabs $0x500000000, %rax; shrq $32, %rax\n${debugExit}`);
    expect((await runImage(kernel, { settings: { mode: "long" } })).code).toBe(11);
  });
});

describe.skipIf(cannotRun)("a guest ends (needs /dev/kvm)", () => {
  test("with 0 when it halts and nothing could wake it", async () => {
    expect(await runImage(flatImage("long", "hlt"))).toMatchObject({ code: 0, signal: null });
  });

  test("by a signal that names the triple fault", async () => {
    const exit = await runImage(flatImage("long", "nop; ud2"));
    expect(exit.signal).toBe("SIGSEGV");
    expect(exit.detail).toBe("TRIPLE_FAULT: virtual CPU 0 shut down at rip 0x100001");
  });

  test("by its limit of time, and by an abort, out of an endless loop", async () => {
    const image = flatImage("long", "1: jmp 1b");
    const ended = await runImage(image, { spawn: { limits: { time: "100ms" } } });
    expect(ended).toMatchObject({ signal: "SIGKILL", limit: "time" });
    const aborted = runImage(image, { spawn: { signal: AbortSignal.timeout(100) } });
    await expect(aborted).rejects.toMatchObject({ code: "VMP_CANCELLED" });
  });

  test("with the code that was first written", async () => {
    const settings = { "debug-exit": { plain: true, port: 0x501 } };
    const image = flatImage("long", "movw $0x501, %dx; movb $9, %al; outb %al, %dx; movb $8, %al; outb %al, %dx; hlt");
    expect((await runImage(image, { machine: { configuration: settings } })).code).toBe(9);
  });

  test("by its page tables, written at random, in a signal", async () => {
    for (let seed = 1; seed <= 8; seed++) {
      // A linear congruential generator over the tables' first 16 KiB.
      const text = `movl $${seed * 7919}, %eax; movl $0x2000, %edi; movl $600, %ecx
1: imull $1664525, %eax, %eax; addl $1013904223, %eax; movl %eax, %edx; shrl $18, %edx; andl $~3, %edx
movl %eax, 0x2000(%rdx); movq %cr3, %rbx; movq %rbx, %cr3; loop 1b
hlt`;
      const exit = await runImage(flatImage("long", text), { spawn: { limits: { time: "20s" } } }).catch(
        (error: { code: string }) => ({ signal: null, code: 0, error: error.code }),
      );
      expect([null, "SIGSEGV", "SIGBUS", "SIGKILL"]).toContain(exit.signal);
    }
  });
});
