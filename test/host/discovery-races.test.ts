/** Files that change while they are read: the change is made between two of the reader's own system calls. */
import type * as FileSystem from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { VmPluginError } from "../../src/errors.ts";
import { archiveOf, file } from "./archive-writer.ts";
import { failureOf, folderWith, packageJson } from "./support.ts";

const facts = { vm: "0.1.0", abi: "1.0", contracts: {} };

afterEach(() => {
  vi.doUnmock("node:fs");
  vi.resetModules();
});

/** Everything imported from now on calls `interfere` before each of its reads, with their count. */
function beforeReads(interfere: (read: number, fs: typeof FileSystem) => void): void {
  let reads = 0;
  vi.resetModules();
  vi.doMock("node:fs", async (original) => {
    const actual = await original<typeof FileSystem>();
    const readSync = (...given: Parameters<typeof actual.readSync>) => {
      reads += 1;
      interfere(reads, actual);
      return actual.readSync(...given);
    };
    return { ...actual, default: actual, readSync };
  });
}

test.each([
  ["grows", (path: string, fs: typeof FileSystem) => fs.appendFileSync(path, " ")],
  ["shrinks", (path: string, fs: typeof FileSystem) => fs.truncateSync(path, 10)],
  ["keeps its size", (path: string, fs: typeof FileSystem) => fs.writeFileSync(path, packageJson({ id: "acme.c" }))],
])("a manifest that %s once while it is read is read again", async (_, change) => {
  const folder = folderWith({
    "package.json": packageJson({ id: "acme.a" }),
    "other.json": packageJson({ id: "acme.b" }),
  });
  const path = join(folder, "package.json");
  beforeReads((read, fs) => {
    if (read === 1) change(path, fs);
    if (read === 3) fs.copyFileSync(join(folder, "other.json"), path);
  });
  const { readManifestText } = await import("../../src/host/manifest/file.ts");
  expect(readManifestText(folder).text).toMatch(/acme\.[bc]/);
});

test("a manifest that changes whenever it is read is refused in the end", async () => {
  const folder = folderWith({ "package.json": packageJson() });
  let size = 0;
  beforeReads((_, fs) => fs.appendFileSync(join(folder, "package.json"), " ".repeat(++size)));
  const { discoverFolder } = await import("../../src/host/discovery/folder.ts");
  const failure = await failureOf(() => discoverFolder(folder, facts).catch(recoded));
  expect(failure).toMatch(/^VMP_MANIFEST_UNREADABLE: .*changes while it is read/);
  expect(size).toBeLessThan(20);
});

test("a manifest that is replaced while it is read is read as it was or as it is, and seen again", async () => {
  const folder = folderWith({
    "package.json": packageJson({ id: "acme.a" }),
    "new.json": packageJson({ id: "acme.b" }),
  });
  const cache = join(folderWith({}), "cache");
  beforeReads((read, fs) => {
    if (read === 1) fs.renameSync(join(folder, "new.json"), join(folder, "package.json"));
  });
  const { discoverFolders } = await import("../../src/host/discovery/discover.ts");
  const first = await discoverFolders([{ folder }], facts, { cache });
  expect(first.records[0]?.manifest.id).toMatch(/acme\.[ab]/);
  const second = await discoverFolders([{ folder }], facts, { cache });
  expect(second.records[0]?.manifest.id).toBe("acme.b");
});

test("an archive that changes while it is read is refused", async () => {
  const bytes = archiveOf([
    file("package/package.json", packageJson()),
    file("package/x", Buffer.alloc(300_000, "abc")),
  ]);
  for (const change of ["append", "touch", "shrink"] as const) {
    const path = join(folderWith({ "x.tgz": bytes }), "x.tgz");
    beforeReads((read, fs) => {
      if (read !== 2) return;
      if (change === "append") fs.appendFileSync(path, "x");
      if (change === "touch") fs.utimesSync(path, 1, 1);
      if (change === "shrink") fs.truncateSync(path, 10);
    });
    const { readArchiveManifest } = await import("../../src/host/discovery/archive.ts");
    const failure = await failureOf(() => readArchiveManifest(path).catch(recoded));
    expect(failure).toMatch(/^VMP_ARCHIVE_UNREADABLE: .*changed while it was read/);
  }
});

/** The modules were imported anew: their error class is another one than the test's. */
function recoded(error: { code: string; values: Record<string, string> }): never {
  throw VmPluginError.fromCode(error.code, error.values);
}
