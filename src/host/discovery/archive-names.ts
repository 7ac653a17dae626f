/** Which names an archive's entries may have: below one folder, each once, none that leads out. */
import { pathProblem } from "../manifest/path.ts";

/** Bytes of a path, bytes of a name in it, and names in it. */
const longestPath = 1024;
const longestName = 255;
const deepest = 64;

export class ArchiveNames {
  #top: string | undefined;
  /** Normalised, as some file systems take equal letters for one name however they are encoded. Capitals make a difference. */
  readonly #kinds = new Map<string, "file" | "folder" | "parent">();

  /** Files and folders, also those that only a path names. */
  get count(): number {
    return this.#kinds.size;
  }

  /** The path below the top folder ("" for that itself), or why the entry is refused. */
  add(path: string, kind: "file" | "folder"): { readonly inside: string } | { readonly reason: string } {
    const text = kind === "folder" ? path.replace(/\/$/, "") : path;
    const names = text.split("/");
    const [top = "", ...below] = names;
    const reason = textProblem(text, names) ?? this.#topProblem(top, below, kind) ?? this.#duplicate(below, kind);
    return reason === undefined ? { inside: below.join("/") } : { reason };
  }

  #topProblem(top: string, below: readonly string[], kind: "file" | "folder"): string | undefined {
    this.#top ??= top;
    if (top !== this.#top) return `it does not lie in the folder ${this.#top}, as the first entry does`;
    return below.length === 0 && kind === "file" ? "it does not lie in a folder" : undefined;
  }

  #duplicate(below: readonly string[], kind: "file" | "folder"): string | undefined {
    let path = "";
    for (const name of below.slice(0, -1)) {
      path += `/${name.normalize("NFC")}`;
      if (this.#kinds.get(path) === "file") return "it lies in a file";
      if (!this.#kinds.has(path)) this.#kinds.set(path, "parent");
    }
    path = `/${below.join("/")}`.normalize("NFC");
    const present = this.#kinds.get(path);
    if (present !== undefined && !(present === "parent" && kind === "folder")) return "its name stands twice";
    this.#kinds.set(path, kind);
    return undefined;
  }
}

function textProblem(path: string, names: readonly string[]): string | undefined {
  const problem = pathProblem(path);
  if (problem) return problem;
  if (Buffer.byteLength(path) > longestPath) return `its path is longer than ${longestPath} bytes`;
  if (names.length > deepest) return `it lies more than ${deepest} folders deep`;
  for (const name of names) {
    if (name === "" || name === ".") return "a name in its path is empty";
    if (Buffer.byteLength(name) > longestName) return `a name in its path is longer than ${longestName} bytes`;
  }
  // The decoder puts U+FFFD where the bytes are none of UTF-8.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (/[\u0000-\u001f\u007f\ufffd]/.test(path)) return "its path holds control characters, or is not UTF-8";
  return undefined;
}
