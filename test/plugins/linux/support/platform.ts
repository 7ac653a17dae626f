/** What the personality's tests run on, and what the same programs are run with on the host. */
import type { MachineOptions } from "../../../../src/machine/machine-options.ts";

export interface Platform {
  readonly architecture: "riscv64" | "x86_64";
  /** An engine's name; without one the machine chooses. */
  readonly engine?: string;
  readonly compilers: { readonly c: string; readonly cc: string };
  /** Runs a program on the host; without one the host runs it itself. */
  readonly emulator?: string;
}

export const riscv64: Platform = {
  architecture: "riscv64",
  compilers: { c: "riscv64-linux-gnu-gcc", cc: "riscv64-linux-gnu-g++" },
  emulator: "qemu-riscv64",
};

export const machineOptions = ({ architecture, engine }: Platform): MachineOptions => ({ architecture, engine });

/** The command's words for the same. */
export const runWords = ({ engine }: Platform): readonly string[] =>
  engine === undefined ? ["run"] : ["run", "--engine", engine];
