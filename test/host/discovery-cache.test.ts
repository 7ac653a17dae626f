import {
  chmodSync,
  chownSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { type Discovered, discover, discoverFolders } from "../../src/host/discovery/discover.ts";
import type { HostFacts } from "../../src/host/host-facts.ts";
import { archiveOf, file } from "./archive-writer.ts";
import { folderWith, type ManifestParts, packageJson } from "./support.ts";

const facts = { vm: "0.1.0", abi: "1.0", contracts: { "debug.logger": "1.0" } };

/** As long as the time stamps of a change may be those of the moment before. */
const settle = () => wait(40);

const manifest = (index: number, parts: ManifestParts = {}) =>
  packageJson({ id: `acme.p${String(index).padStart(3, "0")}`, ...parts }, { description: `number ${index}, größer` });

interface Plugins {
  readonly folders: { folder: string }[];
  readonly cache: string;
  readonly find: (host?: HostFacts) => Promise<Discovered>;
}

async function plugins(count: number, text = manifest): Promise<Plugins> {
  const root = folderWith(
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}/package.json`, text(index)])),
  );
  const folders = Array.from({ length: count }, (_, index) => ({ folder: join(root, String(index)) }));
  const cache = join(folderWith({}), "cache/discovery");
  await settle();
  return { folders, cache, find: (host = facts) => discoverFolders(folders, host, { cache }) };
}

const manifestFile = ({ folders }: Plugins, index: number) => join(folders[index]?.folder ?? "", "package.json");
const plain = ({ records, problems, archives }: Discovered) => ({
  manifests: records.map(({ manifest }) => JSON.parse(JSON.stringify(manifest))),
  problems: problems.map(({ code, message, fix }) => `${code}: ${message}. Fix: ${fix}`),
  archives: archives.map(({ manifest }) => JSON.parse(JSON.stringify(manifest))),
});

afterEach(() => {
  vi.doUnmock("zod");
  vi.doUnmock("semver");
  vi.doUnmock("node:crypto");
  vi.resetModules();
});

/** A discovery in which none of the libraries that check manifests can be imported. */
async function warm(places: Plugins): Promise<Discovered> {
  vi.resetModules();
  for (const library of ["zod", "semver", "node:crypto"])
    vi.doMock(library, () => {
      throw new Error(`${library} is imported`);
    });
  const fresh = await import("../../src/host/discovery/discover.ts");
  return fresh.discoverFolders(places.folders, facts, { cache: places.cache });
}

test("what is out of the cache equals what is read, and needs no library", async () => {
  const parts = { requires: [{ plugin: "acme.base" }], limits: { memory: "64 MiB" }, engines: { vm: ">=0.1.0" } };
  const some = await plugins(5, (index) => manifest(index, index === 3 ? parts : {}));
  const fresh = plain(await some.find());
  expect(fresh.manifests).toHaveLength(5);
  const found = await warm(some);
  expect(plain(found)).toEqual(fresh);
  // Field by field too, not only as JSON.
  const cached = found.records[3]?.manifest;
  for (const [key, value] of Object.entries(fresh.manifests[3])) expect(cached).toHaveProperty(key, value);
});

test("refused manifests and ordinary packages are remembered too", async () => {
  const some = await plugins(3, (index) =>
    index === 0 ? packageJson({ tier: [] }) : index === 1 ? packageJson({ engines: { vm: "^9" } }) : '{"name": "x"}',
  );
  const fresh = plain(await some.find());
  expect(fresh.problems).toEqual([
    expect.stringMatching(/^VMP_MANIFEST_UNKNOWN_KEY: .*Did you mean "tiers"/),
    expect.stringMatching(/^VMP_PLUGIN_INCOMPATIBLE: /),
    expect.stringMatching(/^VMP_MANIFEST_NOT_A_PLUGIN: /),
  ]);
  expect(plain(await warm(some))).toEqual(fresh);
});

test("archives are remembered, and read again when they change", async () => {
  const place = folderWith({ "a.tgz": archiveOf([file("package/package.json", manifest(1))]) });
  const path = join(place, "a.tgz");
  const cache = join(folderWith({}), "cache");
  const find = async () => plain(await discover([{ kind: "archive", path }], facts, { cache })).archives;
  await settle();
  expect(await find()).toMatchObject([{ id: "acme.p001" }]);
  expect(await find()).toMatchObject([{ id: "acme.p001" }]);
  writeFileSync(path, archiveOf([file("package/package.json", manifest(2))]));
  expect(await find()).toMatchObject([{ id: "acme.p002" }]);
});

test("an edit to one of a thousand manifests is seen", async () => {
  const many = await plugins(1000);
  await many.find();
  const before = statSync(many.cache).mtimeMs;
  expect((await many.find()).records).toHaveLength(1000);
  // Nothing was found that was not known.
  expect(statSync(many.cache).mtimeMs).toBe(before);
  writeFileSync(manifestFile(many, 617), manifest(617, { provides: [], type: "edited" }));
  const { records } = await many.find();
  expect(records.flatMap(({ manifest }) => (manifest.type === "edited" ? manifest.id : []))).toEqual(["acme.p617"]);
  expect(records).toHaveLength(1000);
});

test("an edit is seen that keeps the size, the time of modification and the inode", async () => {
  const some = await plugins(3);
  const path = manifestFile(some, 1);
  // A time that can be given again to the nanosecond.
  utimesSync(path, 1_000_000_000, 1_000_000_000);
  await settle();
  await some.find();
  const { mtimeNs, size, ino } = statSync(path, { bigint: true });
  writeFileSync(path, readFileSync(path, "utf8").replace("acme.p001", "acme.q001"));
  utimesSync(path, 1_000_000_000, 1_000_000_000);
  expect(statSync(path, { bigint: true })).toMatchObject({ mtimeNs, size, ino });
  expect((await some.find()).records.map(({ manifest }) => manifest.id)).toEqual([
    "acme.p000",
    "acme.q001",
    "acme.p002",
  ]);
});

test("edits are seen that follow each other within the tick of the file system's clock", async () => {
  const some = await plugins(1);
  for (let edit = 0; edit < 200; edit++) {
    writeFileSync(manifestFile(some, 0), manifest(edit));
    expect((await some.find()).records[0]?.manifest.id).toBe(`acme.p${String(edit).padStart(3, "0")}`);
  }
});

test("what was read a moment after it was written is read again, whatever its time stamps say", async () => {
  const some = await plugins(1);
  const path = manifestFile(some, 0);
  const stamps = () => {
    const { size, mtimeNs, ctimeNs, ino } = statSync(path, { bigint: true });
    return `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
  };
  const find = async () => (await some.find()).records[0]?.manifest.id;
  /** The next edit leaves all time stamps as they are, as it may on a file system with a coarse clock. */
  const editUnseen = (index: number) => {
    const before = stamps();
    writeFileSync(path, manifest(index));
    writeFileSync(some.cache, readFileSync(some.cache, "utf8").replaceAll(before, stamps()));
  };
  writeFileSync(path, manifest(1));
  expect(await find()).toBe("acme.p001");
  editUnseen(2);
  expect(await find()).toBe("acme.p002");
  await settle();
  expect(await find()).toBe("acme.p002");
  // That was long enough after the edit to be relied on.
  editUnseen(3);
  expect(await find()).toBe("acme.p002");
});

test("a manifest that is only touched is not validated again", async () => {
  const some = await plugins(2);
  await some.find();
  utimesSync(manifestFile(some, 1), new Date(), new Date(1_600_000_000_000));
  vi.resetModules();
  for (const library of ["zod", "semver"])
    vi.doMock(library, () => {
      throw new Error(`${library} is imported`);
    });
  const fresh = await import("../../src/host/discovery/discover.ts");
  const touched = await fresh.discoverFolders(some.folders, facts, { cache: some.cache });
  expect(touched.records.map(({ manifest }) => manifest.id)).toEqual(["acme.p000", "acme.p001"]);
  await settle();
  // Once it has been read when it was old enough, not even its content is looked at.
  await some.find();
  expect((await warm(some)).records).toHaveLength(2);
});

test("a plugin that comes, goes or moves changes nothing for the others", async () => {
  const some = await plugins(4);
  await some.find();
  rmSync(some.folders[1]?.folder ?? "", { recursive: true });
  const gone = await some.find();
  expect(gone.records.map(({ manifest }) => manifest.id)).toEqual(["acme.p000", "acme.p002", "acme.p003"]);
  expect(gone.problems.map(({ code }) => code)).toEqual(["VMP_PLUGIN_FOLDER_NOT_FOUND"]);
  some.folders.splice(1, 1);
  some.folders.reverse();
  some.folders.push({ folder: folderWith({ "package.json": manifest(9) }) });
  const ids = ["acme.p003", "acme.p002", "acme.p000", "acme.p009"];
  expect((await some.find()).records.map(({ manifest }) => manifest.id)).toEqual(ids);
  await settle();
  await some.find();
  expect((await warm(some)).records.map(({ manifest }) => manifest.id)).toEqual(ids);
  expect(readFileSync(some.cache, "utf8")).not.toContain("acme.p001");
});

test("calls with other places share a file and keep what the others found", async () => {
  const [one, other] = [await plugins(2), await plugins(2, (index) => manifest(index + 50))];
  await one.find();
  await discoverFolders(other.folders, facts, { cache: one.cache });
  expect((await warm(one)).records).toHaveLength(2);
  expect((await warm({ ...other, cache: one.cache })).records).toHaveLength(2);
});

test.each<[what: string, host: HostFacts]>([
  ["vm-plugin", { ...facts, vm: "2.0.0" }],
  ["the ABI", { ...facts, abi: "2.0" }],
  ["a contract", { ...facts, contracts: { "debug.logger": "1.1" } }],
])("a cache of another version of %s is not used", async (_, host) => {
  const some = await plugins(1, (index) => manifest(index, { engines: { vm: "^0.1.0" } }));
  expect((await some.find()).problems).toEqual([]);
  const expected = plain(await discoverFolders(some.folders, host));
  writeFileSync(some.cache, readFileSync(some.cache, "utf8").replaceAll("acme.p000", "acme.evil"));
  expect((await some.find()).records[0]?.manifest.id).toBe("acme.evil");
  expect(plain(await some.find(host))).toEqual(expected);
});

test("a damaged cache is ignored and written anew, wherever it is damaged", async () => {
  const some = await plugins(2);
  const fresh = plain(await some.find());
  const whole = readFileSync(some.cache);
  const step = Math.ceil(whole.length / 200);
  for (let at = 0; at < whole.length; at += step) {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8((bytes.readUInt8(at) + 1) % 256, at);
    writeFileSync(some.cache, bytes);
    expect(plain(await some.find())).toEqual(fresh);
    expect(readFileSync(some.cache).equals(whole)).toBe(true);
  }
  for (const size of [0, 1, whole.length / 2, whole.length - 1]) {
    truncateSync(some.cache, Math.floor(size));
    expect(plain(await some.find())).toEqual(fresh);
    expect(readFileSync(some.cache).equals(whole)).toBe(true);
  }
});

test("the cache is private to the user, and not believed where it is not", async () => {
  const some = await plugins(1);
  await some.find();
  expect(statSync(some.cache).mode & 0o777).toBe(0o600);
  expect(statSync(join(some.cache, "..")).mode & 0o777).toBe(0o700);
  const forged = readFileSync(some.cache, "utf8").replaceAll("acme.p000", "acme.evil");
  const id = async () => (await some.find()).records[0]?.manifest.id;
  const forge = () => writeFileSync(some.cache, forged);

  forge();
  expect(await id()).toBe("acme.evil");
  forge();
  chmodSync(some.cache, 0o620);
  expect(await id()).toBe("acme.p000");
  forge();
  chmodSync(join(some.cache, ".."), 0o777);
  expect(await id()).toBe("acme.p000");
  // Nor is it written there.
  expect(readFileSync(some.cache, "utf8")).toBe(forged);
  chmodSync(join(some.cache, ".."), 0o700);
  rmSync(some.cache);
  symlinkSync(join(folderWith({ forged }), "forged"), some.cache);
  expect(await id()).toBe("acme.p000");
});

test("a cache that belongs to somebody else is not believed", async ({ skip }) => {
  skip(process.getuid?.() !== 0, "only root can give files away");
  const some = await plugins(1);
  await some.find();
  writeFileSync(some.cache, readFileSync(some.cache, "utf8").replaceAll("acme.p000", "acme.evil"));
  chownSync(some.cache, 1234, 1234);
  expect((await some.find()).records[0]?.manifest.id).toBe("acme.p000");
  expect(statSync(some.cache).uid).toBe(0);
});

test("discovery goes on where no cache can be written", async () => {
  const some = await plugins(1);
  const place = folderWith({ file: "" });
  for (const cache of [join(place, "file/cache"), place, "/proc/none/cache", join(place, "x".repeat(300))])
    expect((await discoverFolders(some.folders, facts, { cache })).records).toHaveLength(1);
});

test("a writer that died leaves nothing that stands in the way", async () => {
  const some = await plugins(1);
  await some.find();
  rmSync(some.cache);
  writeFileSync(`${some.cache}.new`, "unfinished");
  // Somebody is writing: that is left to them.
  await some.find();
  expect(existsSync(some.cache)).toBe(false);
  utimesSync(`${some.cache}.new`, new Date(0), new Date(0));
  await some.find();
  expect(existsSync(some.cache)).toBe(true);
  expect(existsSync(`${some.cache}.new`)).toBe(false);
});
