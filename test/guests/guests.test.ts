/** The embedded guests do what they say: directly on this processor, and as riscv64 under qemu-riscv64. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { folder } from "../support/folder.ts";
import { missing } from "../support/programs.ts";

const embedded = fileURLToPath(new URL(".", import.meta.url));
interface Manifest {
  readonly toolchains: Record<string, { compiler: string; linker: string }>;
  readonly files: Record<string, { size: number; sha256: string }>;
}
const manifest: Manifest = JSON.parse(readFileSync(join(embedded, "manifest.json"), "utf8"));

function buildGuests(...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(join(embedded, "../tools/build-guests.sh"), words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`build-guests.sh ${words.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

describe("the files", () => {
  test.each(Object.entries(manifest.files))("%s is the one that the manifest records", (path, { size, sha256 }) => {
    const bytes = readFileSync(join(embedded, path));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    expect(bytes.length).toBe(size);
    expect(statSync(join(embedded, path)).mode & 0o111).not.toBe(0);
  });

  test("there is no other, and every source is built for both architectures", () => {
    const sources = readdirSync(embedded).filter((name) => name.endsWith(".c"));
    const names = sources.map((name) => name.slice(0, -2)).sort();
    for (const architecture of ["riscv64", "x86_64"]) {
      expect(readdirSync(join(embedded, architecture)).sort()).toEqual(names);
    }
    expect(Object.keys(manifest.files)).toHaveLength(2 * names.length);
  });
});

const machines = [
  {
    architecture: "x86_64",
    command: [] as string[],
    lacking: process.arch === "x64" ? false : "skipped: this is not an x86-64 processor",
  },
  { architecture: "riscv64", command: ["qemu-riscv64"], lacking: missing("qemu-riscv64") },
];

for (const { architecture, command, lacking } of machines) {
  const { compiler = "", linker = "" } = manifest.toolchains[architecture] ?? {};
  const lackingCompiler = missing(`${architecture}-linux-gnu-gcc`);
  const installed = lackingCompiler ? "" : buildGuests("--versions", architecture).trim();
  const recorded = installed === `${compiler}\n${linker}`;
  const sources = `the ${architecture} guests are what their sources compile to`;

  if (lackingCompiler) test.skip(`${sources} (${lackingCompiler})`);
  else {
    const rebuilt = folder();
    beforeAll(() => buildGuests("--into", rebuilt, architecture), 60_000);

    // Other versions give other bytes.
    test.skipIf(!recorded)(`${sources}, byte for byte (needs ${compiler}, ${linker})`, () => {
      for (const name of readdirSync(join(embedded, architecture)))
        expect(readFileSync(join(rebuilt, name)).equals(readFileSync(join(embedded, architecture, name))), name).toBe(
          true,
        );
    });
    if (!recorded) guestsBehave(`the ${architecture} guests, built by ${installed.replace("\n", ", ")}`, rebuilt);
  }
  guestsBehave(`the ${architecture} guests`, join(embedded, architecture));

  function guestsBehave(what: string, programs: string): void {
    describe.skipIf(lacking)(lacking ? `${what} (${lacking})` : what, () => {
      let scratch = "";
      beforeAll(() => {
        scratch = folder();
      });

      function run(
        program: string,
        words: readonly string[] = [],
        options: { input?: string; limit?: string; cwd?: string } = {},
      ) {
        const all = [...command, join(programs, program), ...words];
        const script = `${options.limit ?? ""} exec "$@"`;
        const result = spawnSync("/bin/sh", ["-c", script, "sh", ...all], {
          encoding: "utf8",
          input: options.input ?? "",
          cwd: options.cwd ?? scratch,
          env: { PATH: process.env.PATH, ONLY: "one" },
          timeout: 20_000,
          maxBuffer: 1 << 24,
        });
        return { output: result.stdout, code: result.status, signal: result.signal, errors: result.stderr };
      }

      test("hello writes one line", () => {
        expect(run("hello")).toMatchObject({ output: "Hello from a guest!\n", code: 0 });
      });

      test("checksum prints the same on every architecture, and its count matters", () => {
        expect(run("checksum")).toMatchObject({ output: "checksum 2d93d807c1629dca\n", code: 0 });
        expect(run("checksum", ["1"])).toMatchObject({ output: "checksum 761d9af26ba16b42\n", code: 0 });
        expect(run("checksum", ["0"])).toMatchObject({ output: "checksum 0000000000000000\n", code: 0 });
      });

      test("arguments prints them all, empty ones too, and the environment", () => {
        const lines = run("arguments", ["one", "two words", ""]).output.split("\n");
        expect(lines[0]).toBe("argc=4");
        expect(lines.slice(2, 5)).toEqual(["argv[1]=one", "argv[2]=two words", "argv[3]="]);
        expect(lines.some((line) => /^env\[\d+\]=ONLY=one$/.test(line))).toBe(true);
      });

      test.each([
        ["0", 0],
        ["42", 42],
        ["300", 44],
      ])("exit-code %s exits with its lowest eight bits", (word, code) => {
        expect(run("exit-code", [word]).code).toBe(code);
      });

      test("echo copies until the end of its input", () => {
        const input = "line\n".repeat(50_000);
        expect(run("echo", [], { input })).toMatchObject({ output: input, code: 0 });
      });

      test.each(["getpid", "write"])("syscall-loop makes the calls: %s", (call) => {
        expect(run("syscall-loop", ["1000", call])).toMatchObject({ output: "1000 calls, 0 failed\n", code: 0 });
      });

      test("mmio reads back from memory what it wrote, in each width", () => {
        expect(run("mmio", ["0x10000000", "map"])).toMatchObject({
          output: [
            "8 bits: before 00, after 88",
            "16 bits: before 0000, after 9788",
            "32 bits: before 00000000, after b5a69788",
            "64 bits: before 0000000000000000, after f1e2d3c4b5a69788",
            "",
          ].join("\n"),
          code: 0,
        });
      });

      test("mmio at an address where nothing is dies of it", () => {
        expect(run("mmio", ["0x10000000"]).signal).toBe("SIGSEGV");
      });

      test.each([
        [["read", "0"], "SIGSEGV"],
        [["read", "0xffffffff00000000"], "SIGSEGV"],
        [["write", "0"], "SIGSEGV"],
        [["jump", "0"], "SIGSEGV"],
        [["jump", "0x5000"], "SIGSEGV"],
        [["write-code"], "SIGSEGV"],
        [["illegal-instruction"], "SIGILL"],
        [["breakpoint"], "SIGTRAP"],
        [["recursion"], "SIGSEGV"],
        [["abort"], "SIGABRT"],
        [["signal", "15"], "SIGTERM"],
      ])("fault %j ends with %s, after what it wrote before", (words, signal) => {
        expect(run("fault", words, { limit: "ulimit -c 0; ulimit -s 8192;" })).toMatchObject({
          output: "before\n",
          signal,
        });
      });

      test("fault memory ends with ENOMEM at the limit", () => {
        const { output, code } = run("fault", ["memory"], { limit: "ulimit -v 400000;" });
        expect(output).toMatch(/^before\nENOMEM after [1-9]\d* MiB\nsurvived\n$/);
        expect(code).toBe(3);
      });

      test("fault loop runs until it is stopped", () => {
        const { output, signal } = run("fault", ["loop"], { limit: "ulimit -t 1;" });
        expect(output).toBe("before\n");
        expect(["SIGXCPU", "SIGKILL"]).toContain(signal);
      });

      test("files prints what files hold, and the error of each that it cannot read", () => {
        writeFileSync(join(scratch, "one"), "first\n");
        const { output, code } = run("files", ["one", "missing", "."]);
        expect(output).toBe("first\nmissing: errno 2\n.: errno 21\n");
        expect(code).toBe(1);
      });

      test("files --escape finds the ways to a file that nothing closes", () => {
        const target = join(scratch, "secret");
        const cwd = join(scratch, "inside");
        writeFileSync(target, "a secret of 20 chars");
        mkdirSync(cwd);
        const { output, code } = run("files", ["--escape", target], { cwd });
        const open = output.split("\n").filter((line) => line.endsWith(": read 20"));
        expect(open.length).toBeGreaterThanOrEqual(10);
        expect(code).toBe(1);
        const closed = run("files", ["--escape", join(scratch, "missing")], { cwd: scratch });
        expect(closed.output.split("\n").filter((line) => /: read [1-9]/.test(line))).toEqual([]);
        expect(closed.code).toBe(0);
      });

      test.each(["exit-code", "fault", "files", "mmio", "syscall-loop"])(
        "%s without arguments explains itself",
        (program) => {
          const result = run(program);
          expect(result.errors).toMatch(`usage: ${program} `);
          expect(result.code).toBe(2);
        },
      );
    });
  }
}
