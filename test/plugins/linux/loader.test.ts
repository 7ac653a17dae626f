/** The program loader: what it refuses, with which code and values, and what it accepts. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VmPluginError } from "../../../src/errors.ts";
import { Machine } from "../../../src/machine/machine.ts";
import { openProgram } from "../../../src/machine/program.ts";
import { checkSpawn } from "../../../src/machine/spawn-options.ts";
import { type ElfOptions, elf } from "../../support/elf.ts";
import { errorOf } from "../../support/errors.ts";
import { folder } from "../../support/folder.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run } from "./support/guests.ts";

const root = folder();
let machine: Machine;
beforeAll(async () => {
  machine = await Machine.create({ architecture: "riscv64", memory: "32M", root });
});
afterAll(() => machine.close());

async function load(bytes: Uint8Array, mode = 0o755) {
  writeFileSync(join(root, "program"), bytes, { mode });
  return await run(machine, "/program");
}

const code = { offset: 0x1000, address: 0x11000 };
const top = 1n << 38n;
const most = (1n << 64n) - 1n;

describe("an ELF file is refused", () => {
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
    ["with a segment behind the address space", { headers: [{ address: top }] }, "ELF_SEGMENT_OUTSIDE", /0x4000000000/],
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
    ["with a wild alignment", { headers: [{ ...code, align: 1n << 63n }] }, "ELF_BAD_ALIGNMENT", /0x8000000000000000/],
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
    ["with too many program headers", { headerCount: 65535, size: 4 << 20 }, "ELF_BAD_HEADER", /65535 program headers/],
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
  ])("%s", async (_, options, expected, values) => {
    const error = await errorOf(() => load(elf(options)));
    expect(error.code).toBe(`linux/${expected}`);
    expect(error.message).toMatch(values);
  });

  test("for x86-64, which the host tells itself, once more where the file was replaced in between", async () => {
    writeFileSync(join(root, "program"), elf());
    const checked = checkSpawn("/program", [], { stdout: "ignore", stderr: "ignore" });
    const opened = openProgram(checked, root);
    writeFileSync(join(root, "program"), elf({ machine: 62 }));
    const { exit } = machine.spawnOpened(checked, opened);
    const error = await errorOf(() => exit);
    expect(error.code).toBe("linux/ELF_WRONG_ARCHITECTURE");
    expect(error.message).toMatch(/machine 62 \(x86-64\).*riscv64 \(machine 243\)/);
  });

  // The host looks at these itself, to choose an engine.
  test.each<[string, Uint8Array]>([
    ["that is empty", Buffer.alloc(0)],
    ["that is 32-bit", elf({ class: 1 })],
    ["that is big-endian", elf({ data: 2 })],
    ["that is text", Buffer.from("some text\n")],
    ["that is a script", Buffer.from("#!/bin/sh\necho hello\n")],
  ])("%s", async (_, bytes) => {
    expect((await errorOf(() => load(bytes))).code).toMatch(/^(VMP_PROGRAM_|linux\/)/);
  });
});

describe("a program", () => {
  test("that is not executable, or not a file, is refused", async () => {
    await expect(load(elf(), 0o644)).resolves.toMatchObject({ status: 42 }); // the mode stays that of the first file
    writeFileSync(join(root, "plain"), elf(), { mode: 0o644 });
    await expect(run(machine, "/plain")).rejects.toMatchObject({ code: "linux/PROGRAM_NOT_EXECUTABLE" });
    mkdirSync(join(root, "folder"));
    await expect(async () => run(machine, "/folder")).rejects.toBeInstanceOf(VmPluginError);
    await expect(async () => run(machine, "/missing")).rejects.toBeInstanceOf(VmPluginError);
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
    ["with other headers", { headers: [{ type: 0x70000003, offset: most }, {}, { type: 0x6474e551, flags: 7 }] }],
  ])("%s runs", async (_, options) => {
    expect((await load(elf(options))).status).toBe(42);
  });

  const skip = missing(crossCompiler);
  test.skipIf(skip)("that is linked as a static PIE relocates itself and runs", async () => {
    const out = join(root, "pie");
    const source = `
      static const char text[] = "hello\\n";
      static const char *const pointer = text;
      static long call(long n, long a, long b, long c) {
        register long a7 __asm__("a7") = n, a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c;
        __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
        return a0;
      }
      void _start(void) {
        call(64, 1, (long)text, 6);
        call(93, (long)&pointer >> 30 != 0, 0, 0);
      }`;
    const flags = [
      "-nostdlib",
      "-nostartfiles",
      "-fPIE",
      "-pie",
      "-Wl,--no-dynamic-linker",
      "-O1",
      "-x",
      "c",
      "-o",
      out,
      "-",
    ];
    const made = spawnSync(crossCompiler, flags, { input: source, encoding: "utf8" });
    expect(made.stderr).toBe("");
    expect(await run(machine, "/pie")).toMatchObject({ stdout: "hello\n", status: 1 });
  });

  test.skipIf(skip)("that is cut off at any place is refused or runs, and the machine goes on", async () => {
    const whole = readFileSync(build("ways"));
    for (let size = whole.length; size > 0; size = Math.floor(size * 0.8) - 1) {
      writeFileSync(join(root, "cut"), whole, { mode: 0o755 });
      truncateSync(join(root, "cut"), size);
      const outcome = await (async () => run(machine, "/cut", ["fine"]))().then(
        ({ status }) => `status ${status}`,
        (error: VmPluginError) => error.code,
      );
      expect(outcome).toMatch(
        size === whole.length ? /^status 7$/ : /^(status 7|linux\/ELF_TRUNCATED|VMP_PROGRAM_.*)$/,
      );
    }
  });
});
