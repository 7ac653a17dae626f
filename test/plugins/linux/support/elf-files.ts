/** ELF files that are broken, each in one way or at random, and odd ones that run. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VmPluginError } from "../../../../src/errors.ts";
import { Machine } from "../../../../src/machine/machine.ts";
import { codeOffset, type ElfOptions, elfFor } from "../../../support/elf.ts";
import { errorOf } from "../../../support/errors.ts";
import { folder } from "../../../support/folder.ts";
import { run } from "./guests.ts";
import { machineOptions, type Platform } from "./platform.ts";

const code = { offset: 0x1000, address: 0x11000 };
const top = 1n << 38n;
const most = (1n << 64n) - 1n;

export function testElfFiles(title: string, platform: Platform, skip: false | string): void {
  const elf = (options: ElfOptions = {}) => elfFor(platform.architecture, options);
  let root = "";
  let machine: Machine;

  async function load(bytes: Uint8Array) {
    writeFileSync(join(root, "program"), bytes, { mode: 0o755 });
    return await run(machine, "/program");
  }

  describe.skipIf(skip)(title, () => {
    beforeAll(async () => {
      root = folder();
      machine = await Machine.create({ ...machineOptions(platform), memory: "32M", root });
    });
    afterAll(() => machine.close());

    test.each<[string, ElfOptions, string, RegExp]>([
      ["cut off inside its header", { size: 63 }, "ELF_TRUNCATED", /63 bytes.*64/],
      ["cut off inside its program headers", { size: 100 }, "ELF_TRUNCATED", /0x38 bytes at offset 0x40.*0x64/],
      [
        "cut off inside a segment",
        { size: 0x1008 },
        "ELF_TRUNCATED",
        /segment 0 needs 0xc bytes at offset 0x1000.*0x1008/,
      ],
      ["with program headers at a wild offset", { headersOffset: most - 7n }, "ELF_TRUNCATED", /0xfffffffffffffff8/],
      ["with a wild p_offset", { headers: [{ offset: most - 0xfffn }] }, "ELF_TRUNCATED", /0xfffffffffffff000/],
      ["with a wild p_filesz", { headers: [{ fileSize: most }] }, "ELF_TRUNCATED", /0xffffffffffffffff bytes/],
      ["with an end of file that wraps", { headers: [{ fileSize: most - 0xfffn }] }, "ELF_TRUNCATED", /segment 0/],
      ["with more bytes in the file than in memory", { headers: [{ memorySize: 11 }] }, "ELF_BAD_SEGMENT", /0xc.*0xb/],
      ["with a wild p_memsz", { headers: [{ memorySize: most }] }, "ELF_SEGMENT_OUTSIDE", /0xffffffffffffffff bytes/],
      [
        "with a wild p_vaddr",
        { headers: [{ address: most - 0xfffn }] },
        "ELF_SEGMENT_OUTSIDE",
        /address 0xfffffffffffff000/,
      ],
      [
        "with a segment behind the address space",
        { headers: [{ address: top }] },
        "ELF_SEGMENT_OUTSIDE",
        /0x4000000000/,
      ],
      [
        "with a segment in the stack's place",
        { headers: [{ address: top - 0x3000n }] },
        "ELF_SEGMENT_OUTSIDE",
        /segment 0/,
      ],
      [
        "with a segment on the null page",
        { headers: [{ address: 0x1000 }], entry: 0x1000 },
        "ELF_SEGMENT_OUTSIDE",
        /0x1000.*0x10000/,
      ],
      ["with an alignment that is no power of two", { headers: [{ align: 0x3000 }] }, "ELF_BAD_ALIGNMENT", /0x3000/],
      [
        "with a wild alignment",
        { headers: [{ ...code, align: 1n << 63n }] },
        "ELF_BAD_ALIGNMENT",
        /0x8000000000000000/,
      ],
      [
        "with address and offset that disagree",
        { headers: [{ address: 0x11800 }] },
        "ELF_BAD_ALIGNMENT",
        /0x11800.*0x1000/,
      ],
      [
        "with segments that overlap",
        { headers: [{}, { address: 0x11008, align: 8 }] },
        "ELF_SEGMENTS_OVERLAP",
        /0x11000.*0x11008/,
      ],
      [
        "with a segment inside another",
        { headers: [{ memorySize: 0x9000 }, { address: 0x13000 }] },
        "ELF_SEGMENTS_OVERLAP",
        /0x13000/,
      ],
      ["with equal segments", { headers: [{}, {}] }, "ELF_SEGMENTS_OVERLAP", /0x11000/],
      ["with an entry in no segment", { entry: 0x12000 }, "ELF_ENTRY_OUTSIDE", /0x12000/],
      ["with an entry in data", { headers: [{ flags: 6 }] }, "ELF_ENTRY_OUTSIDE", /0x11000/],
      ["without program headers", { headerCount: 0 }, "ELF_NO_SEGMENTS", /no program headers/],
      ["without a segment", { headers: [{ type: 4 }] }, "ELF_NO_SEGMENTS", /1 program headers/],
      ["with empty segments only", { headers: [{ fileSize: 0 }] }, "ELF_NO_SEGMENTS", /none of which/],
      [
        "with too many program headers",
        { headerCount: 65535, size: 4 << 20 },
        "ELF_BAD_HEADER",
        /65535 program headers/,
      ],
      ["with program headers of another size", { headerSize: 32 }, "ELF_BAD_HEADER", /of 32 bytes/],
      ["of another version", { version: 2 }, "ELF_WRONG_VERSION", /2 and 2/],
      ["that is an object file", { type: 1 }, "ELF_WRONG_TYPE", /link it first/],
      ["that is a core dump", { type: 4 }, "ELF_WRONG_TYPE", /4/],
      [
        "that is dynamically linked",
        { headers: [{}, { type: 3, flags: 4 }] },
        "ELF_DYNAMIC",
        /dynamic linking is not supported.*-static/,
      ],
      [
        "that needs more memory than there is",
        { headers: [{ memorySize: 1 << 30 }] },
        "PROGRAM_TOO_LARGE",
        /1073741824 bytes/,
      ],
      [
        "that is position-independent and too large",
        { type: 3, entry: 0, headers: [{ address: 0, memorySize: top }] },
        "ELF_SEGMENT_OUTSIDE",
        /segment 0/,
      ],
    ])("is refused %s", async (_, options, expected, values) => {
      const error = await errorOf(() => load(elf(options)));
      expect(error.code).toBe(`linux/${expected}`);
      expect(error.message).toMatch(values);
    });

    // The host looks at these itself, to choose an engine.
    test.each<[string, Uint8Array]>([
      ["that is empty", Buffer.alloc(0)],
      ["that is cut off inside its magic number", elf({ size: 3 })],
      ["that is cut off before its machine", elf({ size: 18 })],
      ["for another processor", elf({ machine: 183 })],
      ["that is 32-bit", elf({ class: 1 })],
      ["that is big-endian", elf({ data: 2 })],
      ["that is text", Buffer.from("some text\n")],
      ["that is a script", Buffer.from("#!/bin/sh\necho hello\n")],
    ])("is refused %s", async (_, bytes) => {
      expect((await errorOf(() => load(bytes))).code).toMatch(/^(VMP_PROGRAM_|VMP_NO_ENGINE$|linux\/)/);
    });

    test.each<[string, ElfOptions]>([
      ["with one segment", {}],
      ["with its headers in the segment", { headers: [{ offset: 0, address: 0x10000, fileSize: 0x100c }] }],
      ["without alignment", { headers: [{ address: 0x11234, align: 0 }], entry: 0x11234 }],
      ["with segments that share a page", { headers: [{}, { address: 0x11800, align: 1, flags: 6 }] }],
      ["with segments in descending order", { headers: [{ address: 0x20000, flags: 6 }, {}] }],
      [
        "with a segment of zeros alone",
        { headers: [{}, { address: 0x40000, fileSize: 0, memorySize: 0x5000, flags: 6 }] },
      ],
      ["with an empty segment at a wild address", { headers: [{}, { address: most & ~0xfffn, fileSize: 0 }] }],
      ["that is a static PIE", { type: 3, entry: 0, headers: [{ address: 0 }] }],
      ["that is a static PIE far up", { type: 3, entry: top >> 1n, headers: [{ address: top >> 1n }] }],
      [
        "that is a static PIE of 2 MiB alignment",
        {
          type: 3,
          entry: 0x1000,
          headers: [
            { address: 0x1000, align: 0x1000 },
            { address: 0x200000, offset: 0, align: 0x200000, flags: 6 },
          ],
        },
      ],
      ["with a section table at a wild offset", { sectionsOffset: most }],
      ["with other headers", { headers: [{ type: 0x70000003, offset: most }, {}, { type: 0x6474e551, flags: 7 }] }],
    ])("%s runs", async (_, options) => {
      expect((await load(elf(options))).status).toBe(42);
    });

    test.each<[string, ElfOptions]>([
      ["whose code runs off the end of its memory", { headers: [{ memorySize: 0x1000 }], entry: 0x11ffe }],
      ["whose code is cut off by its header", { headers: [{ fileSize: 4, memorySize: 12 }] }],
      [
        "that begins where there are zeros",
        { headers: [{}, { address: 0x40000, fileSize: 0, memorySize: 64 }], entry: 0x40000 },
      ],
    ])("%s is ended by a signal of its own", async (_, options) => {
      expect((await load(elf(options))).exit.signal).toMatch(/^SIG(SEGV|ILL)$/);
    });

    test("that is broken at random gives a code, a signal or an end, and the next one runs", async () => {
      const whole = elf({ headers: [{}, { address: 0x40000, fileSize: 0, memorySize: 0x5000, flags: 6 }] });
      const byte = (last: number) => fc.record({ at: fc.nat(last), value: fc.nat(255) });
      const broken = fc.record({
        header: fc.array(byte(64 + 2 * 56), { maxLength: 4 }),
        code: fc.array(fc.record({ at: fc.integer({ min: codeOffset, max: whole.length - 1 }), value: fc.nat(255) }), {
          maxLength: 3,
        }),
        size: fc.oneof(fc.constant(whole.length), fc.nat(whole.length)),
      });
      const limits = { time: "200ms" };
      await fc.assert(
        fc.asyncProperty(broken, async ({ header, code, size }) => {
          const content = Buffer.from(whole);
          for (const { at, value } of [...header, ...code]) content[at] = value;
          writeFileSync(join(root, "program"), content.subarray(0, size), { mode: 0o755 });
          const end = await (async () => run(machine, "/program", [], { limits }))().then(
            ({ exit }) => exit.signal ?? "code",
            (error: unknown) => (error instanceof VmPluginError ? error.code : String(error)),
          );
          expect(end).toMatch(/^(code|SIG[A-Z]+|linux\/[A-Z_]+|VMP_PROGRAM_[A-Z_]+|VMP_NO_ENGINE)$/);
        }),
        { numRuns: 200, seed: 62 },
      );
      expect((await load(elf())).status).toBe(42);
    });
  });
}
