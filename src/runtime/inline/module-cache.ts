/** Keeps the bundle of one TypeScript module, so that what has not changed is not bundled again. */
import { type BigIntStats, readdirSync, readFileSync, statSync, unlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isRecent, readCacheFile, signatureOf, writeCacheFile } from "../../storage/cache-file.ts";
import type { Bundle } from "./bundle.ts";
import { witnessPaths } from "./module-witnesses.ts";

/** To be raised when the file's form changes, or bundles are made in another way. */
const format = 2;

/** Files: the oldest goes when there are more. */
const maximalBundles = 100;

/** Something that the bundle depends on, as it was. */
type Witness = readonly [
  path: string,
  /** Empty where there was nothing. */
  signature: string,
  /** SHA-256 in hexadecimal digits; null for what is no file. */
  hash: string | null,
];

interface Kept {
  /** For which entry, and by whom, the bundle was made. */
  readonly purpose: string;
  readonly witnesses: readonly Witness[];
}

export class ModuleCache {
  readonly #folder: string;
  readonly #file: string;
  readonly #purpose: string;
  readonly #bundler: string;

  /** folder: the user's own, made when there is none. entry: the module's real path. */
  constructor(folder: string, entry: string, packageRoot: string) {
    this.#folder = folder;
    // Names are of limited length. Should two entries have the same, each takes the other's for somebody else's.
    this.#file = join(folder, `${encodeURIComponent(entry).slice(-200)}.bundle`);
    this.#bundler = createRequire(import.meta.url).resolve("esbuild/package.json");
    // esbuild looks for packages there too.
    const searched = process.env.NODE_PATH ?? "";
    this.#purpose = JSON.stringify([format, entry, packageRoot, this.#bundler, searched]);
  }

  /** The bundle's text; undefined when there is none, or one that esbuild might make differently by now. */
  async read(): Promise<string | undefined> {
    const content = readCacheFile(this.#file)?.toString("utf8");
    const end = content?.indexOf("\n") ?? -1;
    if (content === undefined || end === -1) return undefined;
    const kept = JSON.parse(content.slice(0, end)) as Kept;
    if (kept.purpose !== this.#purpose) return undefined;
    const witnesses: Witness[] = [];
    for (const before of kept.witnesses) {
      const now = await unchanged(before);
      if (now === undefined) return undefined;
      witnesses.push(now);
    }
    const text = content.slice(end + 1);
    // Files that were touched and have their old content need not be read again next time.
    if (witnesses.some((now, index) => now !== kept.witnesses[index])) this.#write(witnesses, text);
    return text;
  }

  /** `started` (milliseconds, Date.now()) is when the bundling began: what changed since, or just before, is not kept. */
  async keep({ text, inputs }: Bundle, started: number): Promise<void> {
    const paths = witnessPaths(inputs);
    if (paths === undefined) return;
    const witnesses: Witness[] = [];
    for (const path of [this.#bundler, fileURLToPath(import.meta.url), ...paths]) {
      const status = statusOf(path);
      if (status && isRecent(status, started)) return;
      const bytes = status?.isFile() ? contentOf(path) : undefined;
      // What a configuration of TypeScript takes from others is not followed.
      if (/[jt]sconfig\.json$/.test(path) && bytes?.includes('"extends"')) return;
      witnesses.push([path, status ? signatureOf(status) : "", bytes ? await hashOf(bytes) : null]);
    }
    this.#write(witnesses, text);
    this.#sweep();
  }

  #write(witnesses: readonly Witness[], text: string): void {
    writeCacheFile(this.#file, `${JSON.stringify({ purpose: this.#purpose, witnesses } satisfies Kept)}\n${text}`);
  }

  #sweep(): void {
    try {
      const bundles = readdirSync(this.#folder).filter((name) => name.endsWith(".bundle"));
      if (bundles.length <= maximalBundles) return;
      const ages = bundles.map((name) => ({ path: join(this.#folder, name), written: 0 }));
      for (const age of ages) age.written = statSync(age.path).mtimeMs;
      ages.sort((a, b) => a.written - b.written);
      for (const { path } of ages.slice(0, bundles.length - maximalBundles)) unlinkSync(path);
    } catch {
      // Another process sweeps too.
    }
  }
}

/** The witness as it is to be kept, the same one where nothing moved; undefined when it has changed. */
async function unchanged(before: Witness): Promise<Witness | undefined> {
  const [path, signature, hash] = before;
  const time = Date.now();
  const status = statusOf(path);
  const now = status ? signatureOf(status) : "";
  if (now === signature) return before;
  if (hash === null || !status?.isFile()) return undefined;
  const bytes = contentOf(path);
  if (bytes === undefined || (await hashOf(bytes)) !== hash) return undefined;
  return isRecent(status, time) ? before : [path, now, hash];
}

function statusOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Not needed where nothing was touched. */
async function hashOf(bytes: Uint8Array): Promise<string> {
  const { createHash } = await import("node:crypto");
  return createHash("sha256").update(bytes).digest("hex");
}
