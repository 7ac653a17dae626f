import { execFileSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VmPluginError } from "../../src/errors.ts";
import { type ArchiveLimits, extractArchive, readArchiveManifest } from "../../src/host/discovery/archive.ts";
import { archiveOf, endMark, entry, file, folder, pax, tarOf } from "./archive-writer.ts";
import { failureOf, folderWith, packageJson } from "./support.ts";

const manifest = packageJson();
const packageFile = file("package/package.json", manifest);

function written(bytes: Uint8Array): string {
  return join(folderWith({ "plugin.tgz": bytes }), "plugin.tgz");
}

/** Every file and folder with its content and mode. */
function contentOf(root: string): Record<string, [mode: string, content: string | null]> {
  return Object.fromEntries(
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .sort()
      .map((path) => {
        const status = statSync(join(root, path));
        const mode = (status.mode & 0o7777).toString(8);
        return [path, [mode, status.isFile() ? readFileSync(join(root, path), "utf8") : null]];
      }),
  );
}

async function extracted(bytes: Uint8Array): Promise<ReturnType<typeof contentOf>> {
  const into = folderWith({});
  await extractArchive(written(bytes), into);
  return contentOf(into);
}

/** Both readers have to say the same; extraction leaves nothing outside of its folder. */
async function refusal(bytes: Uint8Array, limits: Partial<ArchiveLimits> = {}): Promise<string> {
  const path = written(bytes);
  const outside = folderWith({});
  const into = join(outside, "a/b/into");
  mkdirSync(into, { recursive: true });
  const reading = await failureOf(() => readArchiveManifest(path, { limits }));
  const extracting = await failureOf(() => extractArchive(path, into, { limits }));
  expect(readdirSync(outside, { recursive: true, encoding: "utf8" }).filter((name) => !name.startsWith("a"))).toEqual(
    [],
  );
  expect(readdirSync(join(outside, "a"))).toEqual(["b"]);
  expect(readdirSync(join(outside, "a/b"))).toEqual(["into"]);
  expect(extracting).toBe(reading);
  return reading;
}

describe("an archive that a real packer wrote is read and extracted", () => {
  const files = {
    "package.json": JSON.stringify({ ...JSON.parse(manifest), bin: "./run.sh" }),
    "index.ts": "export {};",
    "run.sh": "#!/bin/sh\n",
    "größe/ñandú.txt": "ü",
    [`${"long-folder-name/".repeat(12)}file.txt`]: "deep",
    "big.bin": "x".repeat(300_000),
  };
  const source = folderWith(files);

  test("by npm", async () => {
    const target = folderWith({});
    const environment = { ...process.env, npm_config_cache: folderWith({}), npm_config_update_notifier: "false" };
    execFileSync("npm", ["pack", "--pack-destination", target, "--loglevel", "silent"], {
      cwd: source,
      env: environment,
    });
    const path = join(target, "acme-console-1.2.3.tgz");
    expect(await readArchiveManifest(path)).toMatchObject({
      file: `${path}:package/package.json`,
      text: files["package.json"],
    });
    const into = folderWith({});
    await extractArchive(path, into);
    for (const [name, content] of Object.entries(files)) expect(readFileSync(join(into, name), "utf8")).toBe(content);
    expect(statSync(join(into, "run.sh")).mode & 0o777).toBe(0o755);
    expect(statSync(join(into, "index.ts")).mode & 0o777).toBe(0o644);
  });

  test.each(["gnu", "pax", "ustar"])("by GNU tar in the format %s", async (format) => {
    const target = folderWith({});
    const path = join(target, "x.tgz");
    // What has no place in a ustar header is refused by tar itself.
    const left = format === "ustar" ? [`--exclude=${"long-folder-name/".repeat(12).slice(0, -1)}`] : [];
    execFileSync("tar", [`--format=${format}`, ...left, "--transform=s,^[.],any-name,", "-czf", path, "."], {
      cwd: source,
    });
    expect((await readArchiveManifest(path)).text).toBe(files["package.json"]);
    const into = folderWith({});
    await extractArchive(path, into);
    expect(readFileSync(join(into, "größe/ñandú.txt"), "utf8")).toBe("ü");
  });
});

test("modes are 644 and 755 whatever the archive says and whatever the process's mask is", async () => {
  const mask = process.umask(0o077);
  try {
    const content = await extracted(
      archiveOf([packageFile, file("package/a", "", 0o6777), file("package/b", "", 0o000), folder("package/c/")]),
    );
    expect(content).toMatchObject({ a: ["755", ""], b: ["644", ""] });
  } finally {
    process.umask(mask);
  }
});

test("a record that crosses the decompressor's blocks is read whole", async () => {
  for (const shift of [0, 100, 511]) {
    const name = `${"é".repeat(200)}${shift}`;
    const filler = file("package/filler", "x".repeat(64 * 1024 - 1024 - 512 * 3 - shift));
    const content = await extracted(
      archiveOf([packageFile, filler, pax({ path: `package/${name.slice(0, 120)}` }), file("x", "found")]),
    );
    expect(content[name.slice(0, 120)]).toEqual(["644", "found"]);
  }
});

describe("an entry is refused that", () => {
  const cases: [what: string, entries: Uint8Array[], words: RegExp][] = [
    ["is a symbolic link", [entry({ path: "package/l", type: "2", link: "/etc/passwd" })], /package\/l .*it is a link/],
    ["is a symbolic link inside", [entry({ path: "package/l", type: "2", link: "package.json" })], /it is a link/],
    ["is a hard link", [entry({ path: "package/l", type: "1", link: "package/package.json" })], /it is a link/],
    ["has a link's long name", [entry({ path: "././@LongLink", type: "K" }, "/etc/passwd\0")], /it is a link/],
    ["is a character device", [entry({ path: "package/d", type: "3" })], /it is a device/],
    ["is a block device", [entry({ path: "package/d", type: "4" })], /it is a device/],
    ["is a pipe", [entry({ path: "package/p", type: "6" })], /it is a pipe/],
    ["is a sparse file", [entry({ path: "package/s", type: "S" })], /sparse/],
    ["is a sparse file in the pax format", [pax({ "GNU.sparse.major": "1" }), file("package/s", "x")], /sparse/],
    ["is of a type that nobody knows", [entry({ path: "package/x", type: "Z" })], /neither a file nor a folder/],
    ["is a dumped folder", [entry({ path: "package/x", type: "D" })], /neither a file nor a folder/],
    ["is a contiguous file", [entry({ path: "package/x", type: "7" })], /neither a file nor a folder/],
    ["climbs out", [file("package/../../../escape", "x")], /holds \.\./],
    [
      "climbs out by a long name",
      [entry({ path: "././@LongLink", type: "L" }, "package/../../escape\0"), file("package/x")],
      /holds \.\./,
    ],
    ["climbs out by an extended header", [pax({ path: "package/../../escape" }), file("package/x")], /holds \.\./],
    ["climbs out by its prefix", [entry({ path: "escape", prefix: "package/../.." })], /holds \.\./],
    ["is absolute", [file("/tmp/escape", "x")], /absolute/],
    ["has a drive", [file("C:/escape", "x")], /absolute/],
    ["has a backslash", [file("package\\..\\escape", "x")], /backslash/],
    [
      "has a zero byte in its long name",
      [entry({ path: "././@LongLink", type: "L" }, "package/a\0b\0"), file("package/x")],
      /damaged/,
    ],
    ["has a zero byte in its extended header", [pax({ path: "package/a\0b" }), file("package/x")], /damaged/],
    ["has an empty path", [pax({ path: "" }), file("package/x")], /damaged/],
    ["has an empty name in its path", [file("package//x", "x")], /empty/],
    ["has a dot in its path", [file("package/./x", "x")], /empty/],
    ["has a new line in its name", [file("package/a\nb", "x")], /control characters/],
    ["has a name that is not UTF-8", [entry({ path: Buffer.from("package/\xff", "latin1") })], /not UTF-8/],
    ["has too long a name", [pax({ path: `package/${"x".repeat(300)}` }), file("package/x")], /longer than 255/],
    ["has too long a path", [pax({ path: `package/${"abc/".repeat(500)}x` }), file("package/x")], /longer than 1024/],
    ["lies too deep", [pax({ path: `package/${"a/".repeat(100)}x` }), file("package/x")], /64 folders deep/],
    ["says too much of itself", [pax({ comment: "x".repeat(70_000) }), file("package/x")], /too long/],
    ["lies in another folder", [file("other/x", "x")], /not lie in the folder package/],
    ["lies in no folder", [file("package", "x")], /not lie in a folder/],
    ["stands twice", [file("package/a", "1"), file("package/a", "2")], /package\/a .*stands twice/],
    ["is the manifest a second time", [packageFile], /stands twice/],
    ["stands twice in two encodings", [file("package/\u00e9"), file("package/e\u0301")], /stands twice/],
    ["is a folder of the name of a file", [file("package/a"), folder("package/a/")], /stands twice/],
    ["is a file of the name of a folder", [folder("package/a/"), file("package/a")], /stands twice/],
    ["is a file of the name of a folder in use", [file("package/a/b"), file("package/a")], /stands twice/],
    ["lies in a file", [file("package/a"), file("package/a/b")], /lies in a file/],
    ["is a folder that stands twice", [folder("package/a/"), folder("package/a/")], /stands twice/],
    ["is a folder with content", [entry({ path: "package/a/", type: "5" }, "x".repeat(600))], /folder with content/],
    [
      "is a folder with content by extended header",
      [pax({ size: "600" }), folder("package/a/")],
      /folder with content/,
    ],
    ["has no number as its size", [entry({ path: "package/a", size: "xxxxxxxxxxx\0" })], /size is not a number/],
    ["has a negative size", [entry({ path: "package/a", size: "-0000000001\0" })], /size is not a number/],
    [
      "has no number as its size in its extended header",
      [pax({ size: "-1" }), file("package/a")],
      /size is not a number/,
    ],
    ["speaks for those that follow", [pax({ path: "package/x" }, "g"), file("package/a")], /entries that follow/],
    ["changes the size of those that follow", [pax({ size: "0" }, "g"), file("package/a", "x")], /entries that follow/],
    [
      "is described twice",
      [pax({ path: "package/x" }), pax({ path: "package/y" }), file("package/a")],
      /described twice/,
    ],
    [
      "has a damaged extended header",
      [entry({ path: "PaxHeader", type: "x" }, "12 path=a\n"), file("package/a")],
      /damaged/,
    ],
    [
      "has an extended header without end",
      [entry({ path: "PaxHeader", type: "x" }, "99 path=a\n"), file("package/a")],
      /damaged/,
    ],
  ];
  test.each(cases)("%s", async (_, entries, words) => {
    const failure = await refusal(archiveOf([packageFile, ...entries]));
    expect(failure).toMatch(/^VMP_ARCHIVE_ENTRY_REFUSED: /);
    expect(failure).toMatch(words);
  });
});

test("capitals make a difference between names", async () => {
  expect(Object.keys(await extracted(archiveOf([packageFile, file("package/A"), file("package/a")])))).toEqual([
    "A",
    "a",
    "package.json",
  ]);
});

test("a comment for the whole archive, as git writes it, is passed over", async () => {
  const content = await extracted(archiveOf([pax({ comment: "0123456789abcdef" }, "g"), packageFile]));
  expect(Object.keys(content)).toEqual(["package.json"]);
});

describe("an archive is refused that", () => {
  const whole = archiveOf([packageFile]);
  const cases: [what: string, bytes: Uint8Array, words: RegExp][] = [
    ["is empty", Buffer.alloc(0), /not compressed with gzip/],
    ["is not compressed", tarOf([packageFile]), /not compressed with gzip/],
    ["is a gzip header alone", whole.subarray(0, 10), /not compressed with gzip/],
    ["is cut off in the compressed data", whole.subarray(0, whole.length - 40), /damaged or cut off/],
    ["is cut off in its checksum", whole.subarray(0, whole.length - 3), /cut off/],
    ["has something behind it", Buffer.concat([whole, Buffer.from("x")]), /something follows the compressed/],
    ["has zeros behind it", Buffer.concat([whole, Buffer.alloc(512)]), /something follows the compressed/],
    ["has a second member", Buffer.concat([whole, whole]), /something follows the compressed/],
    ["starts with an empty member", Buffer.concat([gzipSync(""), whole]), /something follows the compressed/],
    ["has a wrong checksum", Buffer.from(whole).fill(0, whole.length - 8, whole.length - 4), /checksum is wrong/],
    ["has a wrong length", Buffer.from(whole).fill(0, whole.length - 4), /checksum is wrong/],
    ["holds no tar archive", gzipSync("x".repeat(2000)), /not a tar archive/],
    ["holds less than a header", gzipSync("x"), /ends in the midst/],
    ["holds nothing", gzipSync(""), /ends in the midst/],
    ["holds no entry", archiveOf([]), /no package\.json/],
    ["holds no manifest", archiveOf([file("package/index.js")]), /no package\.json/],
    ["has its manifest deeper", archiveOf([file("package/lib/package.json", manifest)]), /no package\.json/],
    ["has a folder in its manifest's place", archiveOf([folder("package/package.json/")]), /no package\.json/],
    [
      "has a wrong header checksum",
      archiveOf([entry({ path: "package/package.json", checksum: 1 }, manifest)]),
      /damaged/,
    ],
    [
      "has a size in a form that nobody writes",
      archiveOf([entry({ path: "package/a", size: "\x90xxxxxxxxxxx" })]),
      /base256/,
    ],
    ["is cut off in an entry", gzipSync(packageFile.subarray(0, 700)), /in the midst of an entry/],
    ["has no end mark", archiveOf([packageFile], Buffer.alloc(0)), /without an end mark/],
    ["has half an end mark", archiveOf([packageFile], Buffer.alloc(512)), /end mark is cut off/],
    ["has an entry behind its end mark", archiveOf([packageFile, endMark, file("package/x")]), /follows its end mark/],
  ];
  test.each(cases)("%s", async (_, bytes, words) => {
    const path = written(bytes);
    const failure = await failureOf(() => readArchiveManifest(path));
    expect(failure).toMatch(/^VMP_ARCHIVE_MALFORMED: /);
    expect(failure).toMatch(words);
  });

  test("is a link, a folder, a pipe or missing, and is never waited for", async () => {
    const place = folderWith({ "real.tgz": whole });
    symlinkSync("real.tgz", join(place, "link.tgz"));
    execFileSync("mkfifo", [join(place, "pipe.tgz")]);
    const read = (name: string) => failureOf(() => readArchiveManifest(join(place, name)));
    expect(await read("link.tgz")).toMatch(/^VMP_ARCHIVE_UNREADABLE: .*it is a link/);
    expect(await read("pipe.tgz")).toMatch(/^VMP_ARCHIVE_UNREADABLE: .*not a file/);
    expect(await read(".")).toMatch(/^VMP_ARCHIVE_UNREADABLE: .*not a file/);
    expect(await read("none.tgz")).toMatch(/^VMP_ARCHIVE_UNREADABLE: .*ENOENT/);
    expect(await failureOf(() => readArchiveManifest("/dev/zero"))).toMatch(/^VMP_ARCHIVE_UNREADABLE: .*not a file/);
  });

  test("inflates to more than its limits allow, before it is inflated", async () => {
    const zeros = (size: number) => file("package/zeros", Buffer.alloc(size));
    expect(await refusal(archiveOf([packageFile, zeros(4 << 20)]))).toMatch(
      /^VMP_ARCHIVE_TOO_LARGE: .*its content exceeds the limit of 200 times the size/,
    );
    const tight = { total: 1 << 20, ratio: 10_000 };
    expect(await refusal(archiveOf([packageFile, zeros(4 << 20)]), tight)).toMatch(/TOO_LARGE: .*1048576 bytes/);
    expect(await refusal(archiveOf([packageFile, zeros(5000)]), { file: 4096 })).toMatch(
      /package\/zeros exceeds .*4096/,
    );
    const many = Array.from({ length: 20 }, (_, index) => file(`package/${index}`));
    expect(await refusal(archiveOf([packageFile, ...many]), { entries: 20 })).toMatch(/number of its entries .* 20\./);
    const deep = pax({ path: `package/${"a/".repeat(20)}x` });
    expect(await refusal(archiveOf([packageFile, deep, file("x")]), { entries: 20 })).toMatch(/number of its entries/);
    expect(await refusal(archiveOf([packageFile]), { compressed: 10 })).toMatch(/TOO_LARGE: .*it exceeds .* 10 bytes/);
  });

  test("claims a huge size and holds nothing", async () => {
    const claims = [
      entry({ path: "package/a", size: 0o77777777777 }),
      entry({ path: "package/a", size: "\x80\0\0\0\0\x10\0\0\0\0\0\0" }),
    ];
    for (const claim of claims)
      expect(await refusal(archiveOf([packageFile, claim]))).toMatch(/TOO_LARGE: .*package\/a exceeds/);
    expect(await refusal(archiveOf([packageFile, pax({ size: "99999999999" }), file("package/a")]))).toMatch(
      /TOO_LARGE/,
    );
  });

  test("has a manifest that is too large or not UTF-8", async () => {
    const read = (content: string | Uint8Array) =>
      failureOf(() => readArchiveManifest(written(archiveOf([file("package/package.json", content)]))));
    expect(await read("x".repeat(1 << 20))).toMatch(/^VMP_MANIFEST_TOO_LARGE: .*plugin\.tgz:package\/package\.json/);
    expect(await read(Buffer.from("\xe9", "latin1"))).toMatch(
      /^VMP_MANIFEST_NOT_UTF8: .*plugin\.tgz:package\/package\.json/,
    );
  });
});

test("a long name full of zeros costs no time", async () => {
  const name = Buffer.alloc(64 * 1024).fill("x", 64 * 1024 - 1);
  const bytes = archiveOf([packageFile, entry({ path: "././@LongLink", type: "L" }, name), file("package/x")]);
  const before = process.cpuUsage();
  expect(await refusal(bytes)).toMatch(/damaged/);
  // Seconds where the time grows with the square of the length.
  expect(process.cpuUsage(before).user).toBeLessThan(1_500_000);
});

test("extraction neither follows nor replaces what stands in the folder", async () => {
  const outside = folderWith({ file: "mine" });
  const before = contentOf(outside);
  const bytes = archiveOf([packageFile, file("package/a/b", "theirs")]);
  const into = folderWith({});
  symlinkSync(join(outside, "file"), join(into, "package.json"));
  expect(await failureOf(() => extractArchive(written(bytes), into))).toMatch(/^VMP_ARCHIVE_NOT_EXTRACTED: .*EEXIST/);
  const linked = folderWith({});
  symlinkSync(outside, join(linked, "a"));
  expect(await failureOf(() => extractArchive(written(bytes), linked))).toMatch(/^VMP_ARCHIVE_NOT_EXTRACTED: .*EEXIST/);
  const hard = folderWith({});
  linkSync(join(outside, "file"), join(hard, "package.json"));
  expect(await failureOf(() => extractArchive(written(bytes), hard))).toMatch(/^VMP_ARCHIVE_NOT_EXTRACTED: .*EEXIST/);
  expect(contentOf(outside)).toEqual(before);
});

test("progress goes on up to the archive's size", async () => {
  const path = written(archiveOf([packageFile, file("package/x", "abc".repeat(100_000))]));
  const heard: number[] = [];
  await readArchiveManifest(path, {
    progress: (done, total) => {
      expect(total).toBe(statSync(path).size);
      heard.push(done);
    },
  });
  expect(heard.length).toBeGreaterThan(1);
  expect(heard).toEqual(heard.toSorted((a, b) => a - b));
  expect(heard.at(-1)).toBeLessThanOrEqual(statSync(path).size);
});

test("whatever bytes an archive has, it is read, or refused with a code, and nothing is written outside", async () => {
  const valid = [
    packageFile,
    folder("package/lib/"),
    file("package/lib/a", "text"),
    pax({ path: "package/é" }),
    file("x", "y"),
  ];
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  });
  const archives = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc.uint8Array({ maxLength: 3000 }).map((bytes) => gzipSync(bytes)),
    fc.array(damage, { maxLength: 4 }).map((damages) => {
      const tar = tarOf(valid);
      for (const { at, bytes } of damages)
        tar.set(bytes.subarray(0, tar.length), Math.floor(at * (tar.length - bytes.length)));
      return gzipSync(tar);
    }),
    fc.array(damage, { maxLength: 3 }).map((damages) => {
      const archive = archiveOf(valid);
      for (const { at, bytes } of damages) archive.set(bytes.slice(0, 3), Math.floor(at * (archive.length - 3)));
      return archive;
    }),
  );
  const place = folderWith({});
  await fc.assert(
    fc.asyncProperty(archives, async (bytes) => {
      const path = join(place, "x.tgz");
      const into = join(place, "into");
      writeFileSync(path, bytes);
      mkdirSync(into);
      for (const work of [() => readArchiveManifest(path), () => extractArchive(path, into)])
        await work().catch((error) => expect(error).toBeInstanceOf(VmPluginError));
      expect(readdirSync(place).sort()).toEqual(["into", "x.tgz"]);
      execFileSync("rm", ["-r", into]);
    }),
    { numRuns: 150 },
  );
  expect(existsSync("/tmp/escape")).toBe(false);
});
