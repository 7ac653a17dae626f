/**
 * What discovery found out about package.json files and archives, kept between processes, so that an unchanged one costs a stat.
 * The file: a line that says what it is good for; the index, an array of rows, as one line; one line for each row's rest.
 *
 * A change is seen by size, time stamps and inode. Not seen: one that leaves all of them as they were, which takes a file
 * system without change times (ctime), a clock that was set back to the very nanosecond, or a file server whose clock lags
 * behind, within its tick.
 */
import { type BigIntStats, statSync } from "node:fs";
import { VmPluginError } from "../../errors.ts";
import { isRecent, readCacheFile, signatureOf, writeCacheFile } from "../../storage/cache-file.ts";
import type { HostFacts } from "../host-facts.ts";
import { type Manifest, platform } from "../manifest/manifest.ts";
import { CachedManifest, headOf, type ManifestHead, type ManifestSource } from "./cached-manifest.ts";
import type { Finding } from "./finding.ts";

/** To be raised when manifests are read in another way, or the file's form changes. */
const format = 1;

/** The file does not grow without end when folders come and go. */
const maximalRows = 20_000;

/** An array and no object: names would be a third of the index. */
type Row<Line extends string | number> = readonly [
  path: string,
  signature: string,
  /** Whether the file was old enough when it was read that a later change cannot leave the signature alone. */
  settled: boolean,
  keyword: boolean,
  kind: Finding["kind"],
  head: ManifestHead | null,
  /** The row's line itself, or where in the file it starts, from the end of the index. */
  line: Line,
];
type FiledRow = Row<number>;

interface StoredError {
  readonly code: string;
  readonly values: VmPluginError["values"];
}

interface Line {
  /** SHA-256 of the manifest's text in hexadecimal digits. */
  readonly hash: string;
  readonly manifest?: Manifest;
  readonly problems?: readonly StoredError[];
}

export class DiscoveryCache implements ManifestSource {
  readonly #file: string | undefined;
  readonly #purpose: string;
  readonly #bytes: Buffer = Buffer.alloc(0);
  /** Where the lines begin. */
  readonly #lines: number = 0;
  readonly #rows: readonly FiledRow[] = [];
  readonly #kept: Row<string | number>[] = [];
  #next = 0;
  #positions: Map<string, number> | undefined;
  #changed = false;

  /** Empty where there is no file to trust, or one of other versions. Without a `file` nothing is kept. */
  constructor(file: string | undefined, facts: HostFacts) {
    this.#file = file;
    this.#purpose = `${toAscii(`vm-plugin discovery cache ${JSON.stringify([format, platform, facts])}`)}\n`;
    const bytes = file === undefined ? undefined : readCacheFile(file);
    const start = this.#purpose.length;
    if (bytes?.toString("latin1", 0, start) !== this.#purpose) return;
    const end = bytes.indexOf("\n", start);
    this.#bytes = bytes;
    this.#lines = end + 1;
    this.#rows = JSON.parse(bytes.toString("latin1", start, end));
  }

  /** What is known of a file that was not changed since. */
  find(path: string, status: BigIntStats): Finding | undefined {
    const row = this.#row(path);
    if (row === undefined || !row[2] || row[1] !== signatureOf(status)) return undefined;
    this.#kept.push(row);
    return this.#findingOf(row);
  }

  /** What is known of a file's content, whatever the file's time stamps say. */
  findByHash(path: string, hash: string): Finding | undefined {
    const row = this.#row(path);
    return row !== undefined && this.#lineAt(row[6]).hash === hash ? this.#findingOf(row) : undefined;
  }

  /** Remembers what was found in a file's text. `time` (milliseconds, Date.now()) is from before it was read. */
  keep(path: string, hash: string, status: BigIntStats, time: number, finding: Finding): void {
    if (this.#file === undefined) return;
    const { kind, keyword } = finding;
    const line: Line = {
      hash,
      ...(kind === "plugin" ? { manifest: finding.manifest } : {}),
      ...(kind === "refused" ? { problems: finding.problems.map(({ code, values }) => ({ code, values })) } : {}),
    };
    const head = kind === "plugin" ? headOf(finding.manifest) : null;
    const settled = !isRecent(status, time);
    const text = toAscii(JSON.stringify(line));
    const row: Row<string> = [path, signatureOf(status), settled, keyword, kind, head, text];
    const before = this.#row(path);
    this.#changed ||= before?.[1] !== row[1] || before[2] !== settled || this.#textAt(before[6]) !== text;
    this.#kept.push(row);
  }

  /** The whole manifest of a row whose line starts there. */
  manifestAt(place: number): Manifest {
    return this.#lineAt(place).manifest as Manifest;
  }

  /** Writes what was found, with what others have kept of files that are still there. */
  save(): void {
    if (this.#file === undefined || !this.#changed) return;
    const paths = new Set(this.#kept.map(([path]) => path));
    const others = this.#rows.filter(([path]) => !paths.has(path) && exists(path));
    const rows = [...this.#kept, ...others].slice(0, maximalRows);
    let lines = "";
    const index = rows.map(([path, signature, settled, keyword, kind, head, line]): FiledRow => {
      const start = lines.length;
      lines += `${typeof line === "string" ? line : this.#textAt(line)}\n`;
      return [path, signature, settled, keyword, kind, head, start];
    });
    writeCacheFile(this.#file, `${this.#purpose}${toAscii(JSON.stringify(index))}\n${lines}`);
    this.#changed = false;
  }

  /** Files are mostly asked for in the order in which they were kept. */
  #row(path: string): FiledRow | undefined {
    if (this.#rows[this.#next]?.[0] !== path) {
      this.#positions ??= new Map(this.#rows.map((row, position) => [row[0], position]));
      const position = this.#positions.get(path);
      if (position === undefined) return undefined;
      this.#next = position;
    }
    return this.#rows[this.#next++];
  }

  #findingOf(row: FiledRow): Finding {
    const keyword = row[3];
    const kind = row[4];
    if (kind === "other") return { kind, keyword };
    if (kind === "plugin") return { kind, keyword, manifest: new CachedManifest(row[5] as ManifestHead, this, row[6]) };
    const [first, ...more] = this.#lineAt(row[6]).problems ?? [];
    const error = ({ code, values }: StoredError) => VmPluginError.fromCode(code, values);
    return first === undefined
      ? { kind: "other", keyword }
      : { kind, keyword, problems: [error(first), ...more.map(error)] };
  }

  #lineAt(place: number): Line {
    return JSON.parse(this.#textAt(place));
  }

  #textAt(place: number): string {
    const start = this.#lines + place;
    return this.#bytes.toString("latin1", start, this.#bytes.indexOf("\n", start));
  }
}

function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** A character is then a byte. */
function toAscii(json: string): string {
  return json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
