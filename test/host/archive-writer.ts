/** Writes archives byte by byte, so that they can hold what no packer writes. */
import { gzipSync } from "node:zlib";

/** POSIX.1-2017, pax, "ustar Interchange Format". */
export interface HeaderFields {
  readonly path: string | Uint8Array;
  readonly type?: string;
  /** As it stands in the header, where it is not the content's length. */
  readonly size?: number | string;
  readonly mode?: number;
  readonly link?: string;
  readonly prefix?: string;
  readonly checksum?: number;
}

/** A header and the content behind it. */
export function entry(fields: HeaderFields, content: string | Uint8Array = ""): Buffer {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(512);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, "0")}\0`;
  const { path, type = "0", size = bytes.length, mode = 0o644, link = "", prefix = "" } = fields;
  Buffer.from(path).copy(header, 0, 0, 100);
  header.write(octal(mode, 8), 100, "latin1");
  header.write(octal(0, 8), 108, "latin1");
  header.write(octal(0, 8), 116, "latin1");
  header.write(typeof size === "string" ? size : octal(size, 12), 124, 12, "latin1");
  header.write(octal(1, 12), 136, "latin1");
  header.write(type, 156, "latin1");
  header.write(link, 157, 100, "utf8");
  header.write("ustar\x0000", 257, "latin1");
  header.write(prefix, 345, 155, "utf8");
  header.write("        ", 148, "latin1");
  const sum = fields.checksum ?? header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

export const file = (path: string, content: string | Uint8Array = "", mode = 0o644) => entry({ path, mode }, content);
export const folder = (path: string) => entry({ path, type: "5", mode: 0o755 });

/** An extended header for the next entry; values may be anything. */
export function pax(records: Readonly<Record<string, string>>, type = "x"): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + String(rest).length;
    if (rest + String(length).length !== length) length = rest + String(length).length;
    return `${length} ${key}=${value}\n`;
  });
  return entry({ path: "PaxHeader/x", type }, lines.join(""));
}

export const endMark = Buffer.alloc(1024);

export function tarOf(entries: readonly Uint8Array[], end: Uint8Array = endMark): Buffer {
  return Buffer.concat([...entries, end]);
}

/** A whole .tgz. */
export function archiveOf(entries: readonly Uint8Array[], end?: Uint8Array): Buffer {
  return gzipSync(tarOf(entries, end));
}
