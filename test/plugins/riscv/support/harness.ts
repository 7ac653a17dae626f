// Builds the programs of ../harness and runs guests on them and on qemu-riscv64.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "../../../support/folder.ts";
import { buildNative, type Variant } from "../../../support/native-build.ts";

/** What tests that name no variant run on: VM_PLUGIN_SANITIZE=address,undefined or thread, else no sanitizer. */
const usual = (process.env.VM_PLUGIN_SANITIZE || "plain") as Variant;

/** The path of a program of ../harness. */
export function buildCheck(name: "float_check" | "decoder_check", variant: Variant): string {
  return join(buildNative(variant, `vmp_riscv_${name}`), "test/plugins/riscv/harness", `vmp_riscv_${name}`);
}

export interface Outcome {
  code: number | null;
  output: Buffer;
  errors: string;
}

let place: string | undefined;
let programs = 0;

/** Writes a program to a temporary file. */
export function saveProgram(elf: Uint8Array): string {
  place ??= folder();
  const path = join(place, `program${programs++}.elf`);
  writeFileSync(path, elf, { mode: 0o755 });
  return path;
}

function execute(
  command: string,
  args: string[],
  options: { timeout?: number; env?: NodeJS.ProcessEnv } = {},
): Outcome {
  const result = spawnSync(command, args, { maxBuffer: 1 << 28, timeout: 60_000, ...options });
  return { code: result.status, output: result.stdout, errors: result.stderr.toString() };
}

/** Runs a program, which may be empty where an option needs none, on the plugin alone. */
export function runHarness(program: string, options: string[] = []): Outcome {
  const build = buildNative(usual, "vmp_riscv_harness");
  const harness = join(build, "test/plugins/riscv/harness/vmp_riscv_harness");
  return execute(harness, [join(build, "plugins/riscv/riscv.node"), ...options, program]);
}

/** As runHarness, with a fault in one operation: see ../harness/seeded_fault.cc. */
export function runFaulty(program: string, operation: string, kind: string): Outcome {
  const build = join(buildNative("plain", "vmp_riscv_harness", "vmp_riscv_faulty"), "test/plugins/riscv/harness");
  const env = { ...process.env, VM_PLUGIN_SEEDED_FAULT: `${operation}:${kind}` };
  // A fault may make a program run for ever.
  return execute(join(build, "vmp_riscv_harness"), [join(build, "vmp_riscv_faulty.node"), program], {
    env,
    timeout: 5000,
  });
}

export function runQemu(program: string): Outcome {
  return execute("qemu-riscv64", ["-cpu", "rv64,zba=true,zbb=true,zbc=true,zbs=true,Zfh=true", program]);
}
