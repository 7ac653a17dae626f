/** Images that are broken, and settings that do not fit. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VmPluginError } from "../../../src/errors.ts";
import type { Machine } from "../../../src/machine/machine.ts";
import { errorOf } from "../../support/errors.ts";
import { folder } from "../../support/folder.ts";
import { debugExit, flatImage, pvhKernel } from "./support/image.ts";
import { cannotRun, createMachine, type GuestOptions, runImage } from "./support/machine.ts";

function saved(content: Buffer): string {
  const path = join(folder(), "broken.elf");
  writeFileSync(path, content);
  return path;
}

const kernel = (change: (content: Buffer) => void) => {
  const content = Buffer.from(readFileSync(pvhKernel(debugExit)));
  change(content);
  return saved(content);
};

const programHeaders = 64;
const segmentsOf = (content: Buffer, type: number) =>
  Array.from({ length: content.readUInt16LE(56) }, (_, index) => programHeaders + 56 * index).filter(
    (at) => content.readUInt32LE(at) === type,
  );
const segmentOf = (content: Buffer, type: number) => segmentsOf(content, type)[0] ?? 0;

describe.skipIf(cannotRun)("a kernel is refused, with offset and value (needs /dev/kvm)", () => {
  test.each<[string, (content: Buffer) => void, string, string]>([
    ["of another byte order", (c) => c.writeUInt8(2, 5), "ELF_HEADER_INVALID", "offset 0x5 of the image is 0x2"],
    ["of an unknown class", (c) => c.writeUInt8(7, 4), "ELF_HEADER_INVALID", "0x7"],
    ["for another processor", (c) => c.writeUInt16LE(243, 18), "ELF_HEADER_INVALID", "0xf3"],
    ["that is an object file", (c) => c.writeUInt16LE(1, 16), "ELF_HEADER_INVALID", "e_type"],
    ["that is a core dump", (c) => c.writeUInt16LE(4, 16), "ELF_HEADER_INVALID", "e_type"],
    ["without program headers", (c) => c.writeUInt16LE(0, 56), "ELF_HEADER_INVALID", "e_phnum"],
    ["with too many program headers", (c) => c.writeUInt16LE(257, 56), "ELF_HEADER_INVALID", "0x101"],
    ["with too small program headers", (c) => c.writeUInt16LE(8, 54), "ELF_HEADER_INVALID", "e_phentsize"],
    ["whose headers lie behind its end", (c) => c.writeBigUInt64LE(1n << 40n, 32), "ELF_TRUNCATED", "0x10000000000"],
    [
      "whose segment lies behind its end",
      (c) => c.writeBigUInt64LE(~0n & 0xffffffffffffffffn, segmentOf(c, 1) + 8),
      "ELF_TRUNCATED",
      "p_offset",
    ],
    [
      "whose segment is smaller in memory",
      (c) => c.writeBigUInt64LE(0n, segmentOf(c, 1) + 40),
      "ELF_SEGMENT_INVALID",
      "0x0",
    ],
    [
      "whose segment passes the last address",
      (c) => c.writeBigUInt64LE(0xffffffffffffffffn, segmentOf(c, 1) + 40),
      "ELF_SEGMENT_INVALID",
      "last address",
    ],
    [
      "whose segment lies outside of memory",
      (c) => c.writeBigUInt64LE(0x40000000n, segmentOf(c, 1) + 24),
      "IMAGE_OUTSIDE_MEMORY",
      "0x40000000",
    ],
    [
      "whose segment is larger than memory",
      (c) => c.writeBigUInt64LE(1n << 40n, (segmentsOf(c, 1).at(-1) ?? 0) + 40),
      "IMAGE_OUTSIDE_MEMORY",
      "0x10000000000 bytes",
    ],
    [
      "whose segments are empty",
      (c) => {
        for (const at of segmentsOf(c, 1)) c.fill(0, at + 32, at + 48);
      },
      "ELF_SEGMENT_MISSING",
      "none of the image's",
    ],
    [
      "with segments that overlap",
      (c) => {
        // The note's header becomes a second segment.
        c.copy(c, segmentOf(c, 4), segmentOf(c, 1), segmentOf(c, 1) + 56);
      },
      "ELF_SEGMENT_INVALID",
      "inside another one",
    ],
    [
      "whose segment lies in the boot area",
      (c) => c.writeBigUInt64LE(0xf000n, segmentOf(c, 1) + 24),
      "IMAGE_IN_BOOT_AREA",
      "0xf000",
    ],
    [
      "whose note is too long",
      (c) => c.writeUInt32LE(0xfffffff0, Number(c.readBigUInt64LE(segmentOf(c, 4) + 8))),
      "ELF_NOTE_INVALID",
      "0xfffffff0",
    ],
    [
      "whose notes are cut off",
      (c) => c.writeBigUInt64LE(14n, segmentOf(c, 4) + 32),
      "ELF_NOTE_INVALID",
      "the size of a note's name",
    ],
    [
      "whose PVH entry has a wrong size",
      (c) => c.writeUInt32LE(2, Number(c.readBigUInt64LE(segmentOf(c, 4) + 8)) + 4),
      "ELF_NOTE_INVALID",
      "0x2",
    ],
    [
      "whose PVH entry has more than 32 bits",
      (c) => c.writeUInt32LE(1, Number(c.readBigUInt64LE(segmentOf(c, 4) + 8)) + 20),
      "ELF_NOTE_INVALID",
      "which has 32 bits",
    ],
    [
      "without a PVH entry",
      (c) => c.writeUInt32LE(17, Number(c.readBigUInt64LE(segmentOf(c, 4) + 8)) + 8),
      "PVH_NOTE_MISSING",
      "e_entry 0x100000",
    ],
    [
      "whose PVH entry is outside of memory",
      (c) => c.writeUInt32LE(0x70000000, Number(c.readBigUInt64LE(segmentOf(c, 4) + 8)) + 16),
      "ENTRY_INVALID",
      "0x70000000",
    ],
  ])("%s", async (_what, change, code, says) => {
    const error = await errorOf(() => runImage(kernel(change)));
    expect(error.code).toBe(`bare-metal/${code}`);
    expect(error.message).toContain(says);
  });
});

describe.skipIf(cannotRun)("a kernel that is cut off (needs /dev/kvm)", () => {
  test.each([
    ["behind its magic number", 4],
    ["inside its identification", 15],
    ["inside its header", 63],
    ["inside its program headers", 100],
    ["inside its last segment", -1],
  ])("%s is refused", async (_where, size) => {
    const content = readFileSync(pvhKernel(debugExit));
    const ends = segmentsOf(content, 1).map((at) =>
      Number(content.readBigUInt64LE(at + 8) + content.readBigUInt64LE(at + 32)),
    );
    const cut = content.subarray(0, size < 0 ? Math.max(...ends) + size : size);
    expect((await errorOf(() => runImage(saved(cut)))).code).toBe("bare-metal/ELF_TRUNCATED");
  });
});

describe.skipIf(cannotRun)("a guest is refused (needs /dev/kvm)", () => {
  const image = () => flatImage("long", debugExit);
  test.each<[string, GuestOptions, string]>([
    ["with more memory than the machine has", { settings: { memory: 1 << 30 } }, "MEMORY_TOO_LARGE"],
    ["with memory that is no whole pages", { settings: { memory: 100_000 } }, "CONFIGURATION_RANGE"],
    ["with an image beyond its memory", { settings: { loadAddress: 0x1000000 } }, "IMAGE_OUTSIDE_MEMORY"],
    ["with an image where it boots from", { settings: { loadAddress: 0x8000 } }, "IMAGE_IN_BOOT_AREA"],
    ["with an entry outside of memory", { settings: { entry: 0x2000000 } }, "ENTRY_INVALID"],
    ["in a mode that there is not", { settings: { mode: "unreal" } }, "CONFIGURATION_RANGE"],
    ["with a mode that is no word", { settings: { mode: 3 } }, "CONFIGURATION_TYPE"],
    ["with a flat image for PVH", { settings: { mode: "pvh" } }, "ELF_TRUNCATED"],
    ["with a command line that is too long", { args: ["x".repeat(4096)] }, "COMMAND_LINE_TOO_LONG"],
  ])("%s", async (_what, options, code) => {
    expect((await errorOf(() => runImage(image(), options))).code).toBe(`bare-metal/${code}`);
  });

  test("with an empty image", async () => {
    expect((await errorOf(() => runImage(saved(Buffer.alloc(0))))).code).toBe("bare-metal/IMAGE_EMPTY");
  });

  test("with a serial port that there cannot be", async () => {
    const configuration = { "serial-16550": { port: 70_000 } };
    const error = await errorOf(() => runImage(image(), { machine: { configuration } }));
    expect(error.code).toBe("serial-16550/CONFIGURATION_RANGE");
  });
});

describe.skipIf(cannotRun)("of images that are broken at random (needs /dev/kvm)", () => {
  async function endOf(machine: Machine, image: string): Promise<string> {
    try {
      const exit = await machine.spawn(image, [], { limits: { time: "100ms" }, stdout: "ignore" }).exit;
      return exit.signal ?? "code";
    } catch (error) {
      return error instanceof VmPluginError ? error.code : String(error);
    }
  }

  test("each gives a code, a signal or an end, and the machine takes the next one", async () => {
    const whole = readFileSync(pvhKernel(`movb $4, %al\n${debugExit}`));
    const path = saved(Buffer.from(whole));
    const byte = fc.record({ at: fc.nat(whole.length - 1), value: fc.nat(255) });
    const broken = fc.record({
      bytes: fc.array(byte, { minLength: 1, maxLength: 8 }),
      header: fc.array(fc.record({ at: fc.nat(255), value: fc.nat(255) }), { maxLength: 4 }),
      size: fc.oneof(fc.constant(whole.length), fc.nat(whole.length)),
    });
    let machine = await createMachine();
    try {
      await fc.assert(
        fc.asyncProperty(broken, async ({ bytes, header, size }) => {
          const content = Buffer.from(whole);
          for (const { at, value } of [...bytes, ...header]) content[at] = value;
          writeFileSync(path, content.subarray(0, size));
          const end = await endOf(machine, path);
          expect(end).toMatch(/^(code|SIG[A-Z]+|bare-metal\/[A-Z_]+|VMP_MACHINE_FAILED)$/);
          if (end !== "VMP_MACHINE_FAILED") return;
          // What a paravirtual KVM cannot emulate ends the machine, by name.
          await machine.close();
          machine = await createMachine();
        }),
        { numRuns: 150, seed: 16550 },
      );
      writeFileSync(path, whole);
      expect((await machine.spawn(path, []).exit).code).toBe(9);
    } finally {
      await machine.close();
    }
  }, 90_000);
});
