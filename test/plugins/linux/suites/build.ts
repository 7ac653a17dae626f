/** Builds the programs of this folder. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { folder } from "../../../support/folder.ts";
import type { Platform } from "../support/platform.ts";

const sources = fileURLToPath(new URL(".", import.meta.url));
const options = {
  c: ["-std=gnu11", "-D_GNU_SOURCE", "-Wno-unused-result"],
  cc: ["-std=c++17"],
} as const;
let outputs: string | undefined;

/** The path of the static program made of NAME.c or NAME.cc; expressions of floating point are not contracted. */
export function buildSuite(name: string, compilers: Platform["compilers"]): string {
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
