/** Builds the programs of this folder for riscv64, once. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { folder } from "../../../support/folder.ts";

export const compilers = { c: "riscv64-linux-gnu-gcc", cc: "riscv64-linux-gnu-g++" } as const;
const sources = fileURLToPath(new URL(".", import.meta.url));
const options = {
  c: ["-std=gnu11", "-D_GNU_SOURCE", "-Wno-unused-result"],
  cc: ["-std=c++17"],
} as const;
let outputs: string | undefined;

/** The path of the static program made of NAME.c or NAME.cc; expressions of floating point are not contracted. */
export function buildSuite(name: string): string {
  outputs ??= folder();
  const language = existsSync(join(sources, `${name}.c`)) ? "c" : "cc";
  const source = join(sources, `${name}.${language}`);
  const program = join(outputs, name);
  const words = [
    ...options[language],
    "-O1",
    "-static",
    "-ffp-contract=off",
    "-Wall",
    "-Wextra",
    "-o",
    program,
    source,
  ];
  const { status, stderr } = spawnSync(compilers[language], [...words, "-lm"], { encoding: "utf8" });
  if (status !== 0 || stderr !== "") throw new Error(`${source} does not compile cleanly:\n${stderr}`);
  return program;
}
