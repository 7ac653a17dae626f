import { closeSync, fstatSync, readSync, statSync } from "node:fs";
import { constants } from "node:os";
import { VmPluginError } from "../errors.ts";
import { openBeneath } from "../native.ts";
import { hostPlaceOf } from "./binds.ts";
import type { CheckedSpawn } from "./spawn-options.ts";

/** ELF e_machine (System V ABI, "ELF Header") to the names that manifests use under `guests`. */
const architectures: Readonly<Record<number, string>> = {
  3: "x86",
  8: "mips",
  20: "powerpc",
  21: "powerpc64",
  22: "s390x",
  40: "arm",
  62: "x86_64",
  183: "aarch64",
  243: "riscv64",
  258: "loongarch64",
};

const headerSize = 20;

function missing(path: string, root: string | undefined, errno: number): VmPluginError {
  const { ENOENT, ENOTDIR, EACCES, ELOOP } = constants.errno;
  if (root !== undefined && !isFolder(root)) return new VmPluginError("VMP_ROOT_NOT_FOUND", { path: root });
  if (errno === ENOENT || errno === ENOTDIR) return new VmPluginError("VMP_PROGRAM_NOT_FOUND", { path });
  const reason =
    errno === EACCES
      ? "it may not be read"
      : errno === ELOOP
        ? "its links lead in a circle, or out of the root"
        : `errno ${errno}${root === undefined ? "" : ` below ${root}`}`;
  return new VmPluginError("VMP_PROGRAM_NOT_EXECUTABLE", { path, reason });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

export interface OpenProgram {
  readonly descriptor: number;
  /** As in a manifest's `guests`. */
  readonly architecture: string;
}

/**
 * Opens a program and says for which architecture it was built. root: the guest's root on the host; without one it is the
 * host's program, whatever is bound. The caller closes the descriptor.
 */
export function openProgram(
  { path, workingDirectory, mounts }: Pick<CheckedSpawn, "path" | "workingDirectory" | "mounts">,
  root: string | undefined,
): OpenProgram {
  const place =
    root === undefined
      ? { root: "", path }
      : hostPlaceOf(path.startsWith("/") ? path : `${workingDirectory}/${path}`, root, mounts);
  const descriptor = openBeneath(place.root, place.path);
  if (descriptor < 0) throw missing(path, root, -descriptor);
  try {
    return { descriptor, architecture: architectureOf(descriptor, path) };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function architectureOf(descriptor: number, path: string): string {
  const refuse = (reason: string) => new VmPluginError("VMP_PROGRAM_NOT_EXECUTABLE", { path, reason });
  const facts = fstatSync(descriptor);
  if (facts.isDirectory()) throw refuse("it is a folder");
  if (!facts.isFile()) throw refuse("it is not a regular file");
  const header = Buffer.alloc(headerSize);
  const size = readSync(descriptor, header, 0, headerSize, 0);
  if (size >= 2 && header.toString("latin1", 0, 2) === "#!") throw refuse("it is a script; run its interpreter");
  if (size < 4 || header.readUInt32BE(0) !== 0x7f454c46) throw refuse("it is not an ELF file");
  if (size < headerSize) throw new VmPluginError("VMP_PROGRAM_MALFORMED", { path, reason: `it has ${size} bytes` });
  if (header[4] !== 2 || header[5] !== 1) throw refuse("it is not a 64-bit little-endian ELF file");
  const machine = header.readUInt16LE(18);
  return architectures[machine] ?? `ELF machine ${machine}`;
}
