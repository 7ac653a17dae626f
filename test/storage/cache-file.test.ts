import type { BigIntStats } from "node:fs";
import { statSync } from "node:fs";
import { expect, test } from "vitest";
import { isRecent, readCacheFile, signatureOf, writeCacheFile } from "../../src/storage/cache-file.ts";
import { folderWith } from "../host/support.ts";

const second = 1_790_000_000;
/** A file whose content and state were changed at these times, in nanoseconds after `second`. */
const changedAt = (content: bigint, state = content) =>
  ({
    mtimeNs: BigInt(second) * 1_000_000_000n + content,
    ctimeNs: BigInt(second) * 1_000_000_000n + state,
  }) as BigIntStats;
const at = (milliseconds: number) => second * 1000 + milliseconds;

test("a file counts as recent until no later change can get the same time stamp", () => {
  const file = changedAt(500_123_456n);
  expect(isRecent(file, at(500))).toBe(true);
  // Stamps are those of the kernel's last tick, 10 ms ago at most.
  expect(isRecent(file, at(510))).toBe(true);
  expect(isRecent(file, at(530))).toBe(false);
  // Its content is old, and what it was before is not known.
  expect(isRecent(changedAt(0n, 500_123_456n), at(510))).toBe(true);
  // Stamps of the future tell nothing.
  expect(isRecent(changedAt(900_000_000n, 1n), at(500))).toBe(true);
});

test("where time stamps are whole seconds, a file counts as recent for two of them", () => {
  expect(isRecent(changedAt(0n), at(1900))).toBe(true);
  expect(isRecent(changedAt(0n), at(2100))).toBe(false);
});

test("the signature tells by size, inode, and both times to the nanosecond", () => {
  const status = statSync(folderWith({}), { bigint: true });
  const changed = (part: Partial<BigIntStats>) => signatureOf({ ...status, ...part } as BigIntStats);
  const all = [
    signatureOf(status),
    changed({ size: status.size + 1n }),
    changed({ ino: status.ino + 1n }),
    changed({ mtimeNs: status.mtimeNs + 1n }),
    changed({ ctimeNs: status.ctimeNs + 1n }),
  ];
  expect(new Set(all).size).toBe(5);
});

test("what was written is read back byte by byte, nothing at all included", () => {
  const path = `${folderWith({})}/file`;
  for (const text of ["", "a", "größer\n", "x".repeat(100_000)]) {
    writeCacheFile(path, text);
    expect(readCacheFile(path)?.toString("utf8")).toBe(text);
  }
  expect(readCacheFile(`${path}.none`)).toBeUndefined();
});
