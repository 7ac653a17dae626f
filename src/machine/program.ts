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

/** Bytes of the start of a file: as many as Linux reads of a script's first line, more than of an ELF file matter here. */
const headerSize = 256;
const elfStart = 20;

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

/** What the file is to be, where it need not say so itself: an image that a personality takes, for this architecture. */
export interface ImageOptions {
  readonly personality?: string | undefined;
  readonly architecture?: string | undefined;
}

type ProgramPlace = Pick<CheckedSpawn, "path" | "workingDirectory" | "mounts">;

/** As Linux: what interprets a script may be a script again, so often. */
const deepestScript = 5;

/**
 * Opens a program and says for which architecture it was built; for a script below a root, its interpreter. root: the
 * guest's root on the host; without one it is the host's program, whatever is bound. image: with a personality by name, which
 * knows its own kinds of files, the architecture that is given stands. The caller closes the descriptor.
 */
export function openProgram(
  program: ProgramPlace,
  root: string | undefined,
  image: ImageOptions = {},
  depth = 0,
): OpenProgram {
  const { path, workingDirectory, mounts } = program;
  const place =
    root === undefined
      ? { root: "", path }
      : hostPlaceOf(path.startsWith("/") ? path : `${workingDirectory}/${path}`, root, mounts);
  const descriptor = openBeneath(place.root, place.path);
  if (descriptor < 0) throw missing(path, root, -descriptor);
  try {
    const header = headerOf(descriptor, path);
    if (image.personality !== undefined && image.architecture !== undefined)
      return { descriptor, architecture: image.architecture };
    const interpreter = root === undefined || depth === deepestScript ? undefined : interpreterIn(header);
    if (interpreter === undefined) return { descriptor, architecture: architectureIn(header, path, image) };
    const { descriptor: other, architecture } = openProgram({ ...program, path: interpreter }, root, image, depth + 1);
    closeSync(other);
    return { descriptor, architecture };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The start of a file that may be a program; shorter than it when the file is. */
function headerOf(descriptor: number, path: string): Buffer {
  const refuse = (reason: string) => new VmPluginError("VMP_PROGRAM_NOT_EXECUTABLE", { path, reason });
  const facts = fstatSync(descriptor);
  if (facts.isDirectory()) throw refuse("it is a folder");
  if (!facts.isFile()) throw refuse("it is not a regular file");
  const header = Buffer.alloc(headerSize);
  return header.subarray(0, readSync(descriptor, header, 0, headerSize, 0));
}

/** What a script's first line names (execve(2), "Interpreter scripts"). */
function interpreterIn(header: Buffer): string | undefined {
  return /^#![ \t]*([^ \t\n\0]+)/.exec(header.toString("utf8"))?.[1];
}

function architectureIn(header: Buffer, path: string, { personality }: ImageOptions): string {
  const refuse = (reason: string) => new VmPluginError("VMP_PROGRAM_NOT_EXECUTABLE", { path, reason });
  if (header.toString("latin1", 0, 2) === "#!") throw refuse("it is a script; run its interpreter");
  if (header.length < 4 || header.readUInt32BE(0) !== 0x7f454c46)
    throw refuse(`it is not an ELF file${personality === undefined ? "" : "; give --architecture"}`);
  if (header.length < elfStart) {
    throw new VmPluginError("VMP_PROGRAM_MALFORMED", { path, reason: `it has ${header.length} bytes` });
  }
  if (header[4] !== 2 || header[5] !== 1) throw refuse("it is not a 64-bit little-endian ELF file");
  const machine = header.readUInt16LE(18);
  return architectures[machine] ?? `ELF machine ${machine}`;
}
