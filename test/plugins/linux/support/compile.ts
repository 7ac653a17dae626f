/** Builds guests. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The folder of this plugin's guests, and of what the others include of them. */
export const ownSources = fileURLToPath(new URL("../guests", import.meta.url));

/** Makes `program`, a static one, of a C source. */
export function compileGuest(source: string, program: string, compiler: string): void {
  const words = ["-O1", "-static", "-D_GNU_SOURCE", "-w", "-I", ownSources, "-o", program, source, "-lm"];
  const { status, stderr } = spawnSync(compiler, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${source} does not compile:\n${stderr}`);
}
