/** Images assembled by the host's gcc. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "../../../support/folder.ts";

const bits = { real: ".code16", protected: ".code32", long: ".code64" } as const;
const addresses = { real: 0x7c00, protected: 0x100000, long: 0x100000 } as const;

export type ImageMode = keyof typeof bits;

/** The path of a flat image of AT&T assembly, which begins at `_start` at the mode's load address. */
export function flatImage(mode: ImageMode, text: string): string {
  const options = ["-Wl,--oformat=binary", `-Wl,-Ttext=0x${addresses[mode].toString(16)}`];
  return assemble(`${bits[mode]}\n.globl _start\n_start:\n${text}\n`, "image.bin", options);
}

/** The path of an ELF kernel whose PVH entry, in 32-bit mode, is `_start`. */
export function pvhKernel(text: string, elfClass: 32 | 64 = 64): string {
  const note = `.section .note.Xen, "a", @note
.long 4, ${elfClass / 8}, 18
.asciz "Xen"
${elfClass === 32 ? ".long" : ".quad"} _start
.text`;
  const options = elfClass === 32 ? ["-m32", "-Wl,-melf_i386"] : [];
  return assemble(`${note}\n.code32\n.globl _start\n_start:\n${text}\n`, "kernel.elf", [
    ...options,
    "-Wl,-Ttext=0x100000",
    "-Wl,--section-start=.note.Xen=0x120000",
    "-Wl,--build-id=none",
  ]);
}

function assemble(text: string, name: string, options: readonly string[]): string {
  const place = folder();
  const source = join(place, "image.S");
  writeFileSync(source, text);
  const path = join(place, name);
  const all = ["-nostdlib", "-static", "-no-pie", "-Wl,-N", ...options, "-o", path, source];
  const { status, stderr } = spawnSync("gcc", all, { encoding: "utf8" });
  if (status !== 0) throw new Error(`gcc ${all.join(" ")}: ${stderr}`);
  return path;
}

/** Ends the guest with al * 2 + 1. */
export const debugExit = "outb %al, $0xf4\nhlt";
