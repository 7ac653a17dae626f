import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { FileStore } from "../../src/config/file-store.ts";
import { type FormatName, formatNames } from "../../src/config/formats/format.ts";
import { ConfigurationManager } from "../../src/config/manager.ts";
import type { ConfigurationEntry } from "../../src/config/metadata.ts";
import { VmPluginError } from "../../src/errors.ts";
import { packageRoot } from "../../src/package-root.ts";
import { fileNameOf } from "../../src/storage/file-name.ts";
import { errorOf } from "../support/errors.ts";
import { folder } from "../support/folder.ts";

const id = "acme.disk";

function entryOf(
  revision: number,
  configuration: ConfigurationEntry["configuration"] = { port: 1 },
  of = id,
): ConfigurationEntry {
  const time = "2026-01-02T03:04:05.678Z";
  const metadata = {
    revision,
    created: time,
    updated: time,
    author: "a",
    description: "",
    tags: ["t"],
    pluginVersion: "1.0.0",
  };
  return { id: of, configuration, metadata };
}

function storeIn(place = join(folder(), "configuration"), format?: FormatName) {
  const store = new FileStore({ folder: place, ...(format === undefined ? {} : { format }) });
  const path = (ending: FormatName) => join(place, `${fileNameOf(id)}.${ending}`);
  return { store, place, path, fresh: () => new FileStore({ folder: place }) };
}

test("nothing is there, and nothing is made, before something is written", async () => {
  const { store, place } = storeIn();
  expect([await store.read(id), await store.revision(id), await store.revisions(), await store.backups(id)]).toEqual([
    undefined,
    0,
    new Map(),
    [],
  ]);
  expect(() => readdirSync(place)).toThrow("ENOENT");
});

test("files and folders are the user's alone, and their names tell nothing", async () => {
  const before = process.umask(0);
  try {
    const { store, place } = storeIn();
    for (const name of ["../../../etc/x", "a/b", ".", "acme.disk"]) await store.write(entryOf(1, {}, name), 0);
    await store.backup(entryOf(1), "");
    for (const entry of readdirSync(place, { recursive: true, withFileTypes: true })) {
      const { mode } = statSync(join(entry.parentPath, entry.name));
      expect(mode & 0o777).toBe(entry.isDirectory() ? 0o700 : 0o600);
      expect(entry.name).toMatch(/^([0-9a-f]{64}(\.json)?|lock|backups|[-\dT]+Z(-\d+)?\.json)$/);
    }
    expect([...(await store.revisions())]).toHaveLength(4);
  } finally {
    process.umask(before);
  }
});

test("a file keeps its format, a new one is json, and a change of format leaves one file", async () => {
  const { store, place, fresh } = storeIn();
  let revision = 0;
  const files = () =>
    readdirSync(place)
      .filter((name) => name !== "lock")
      .map((name) => name.split(".")[1]);
  const write = async (format?: FormatName) => {
    await store.write(entryOf(revision + 1, { port: revision }), revision++, format);
    expect(await fresh().read(id)).toEqual(entryOf(revision, { port: revision - 1 }));
    return files();
  };
  expect(await write()).toEqual(["json"]);
  for (const format of formatNames) {
    expect(await write(format)).toEqual([format]);
    expect(await write()).toEqual([format]);
  }
  expect(await storeIn(place, "toml").store.write(entryOf(revision + 1), revision)).toBeUndefined();
  expect(files()).toEqual(["toml"]);
});

test("only the next revision after the expected one is written", async () => {
  const { store, fresh } = storeIn();
  await store.write(entryOf(1), 0);
  for (const expected of [0, 2]) {
    const error = await errorOf(() => fresh().write(entryOf(expected + 1, { port: 9 }), expected));
    expect(error).toMatchObject({ code: "VMP_CONFIGURATION_CONFLICT", values: { id, expected, found: 1 } });
    expect((await errorOf(() => fresh().remove(id, entryOf(expected + 1).metadata, expected))).code).toBe(
      "VMP_CONFIGURATION_CONFLICT",
    );
  }
  expect(await store.read(id)).toEqual(entryOf(1));
});

test("a change by another is seen at once, also within one tick of the clock", async () => {
  const { store, fresh } = storeIn();
  for (let revision = 1; revision < 60; revision++) {
    await fresh().write(entryOf(revision, { port: revision % 10 }), revision - 1);
    expect((await store.read(id))?.configuration.port).toBe(revision % 10);
    expect((await store.revisions()).get(id)).toBe(revision);
  }
});

test("a file that was just changed is read again, however long the first time took", async () => {
  const { store, path } = storeIn();
  await store.write(entryOf(1), 0);
  const { parse } = JSON;
  const clock = vi.spyOn(Date, "now").mockReturnValue(Math.floor(statSync(path("json")).ctimeMs));
  const parsing = vi.spyOn(JSON, "parse").mockImplementation((...given) => {
    clock.mockReturnValue(statSync(path("json")).ctimeMs + 1000);
    return parse(...given);
  });
  try {
    await store.read(id);
    const before = parsing.mock.calls.length;
    // Written in place within one tick of the clock it would have the same status.
    await store.read(id);
    expect(parsing.mock.calls.length).toBeGreaterThan(before);
  } finally {
    parsing.mockRestore();
    clock.mockRestore();
  }
});

test("of two files, which a killed change of format leaves, the higher revision counts", async () => {
  const { store, path, fresh } = storeIn();
  await store.write(entryOf(1, { port: 1 }), 0, "yaml");
  const older = readFileSync(path("yaml"));
  await store.write(entryOf(2, { port: 2 }), 1, "json");
  writeFileSync(path("yaml"), older);
  expect(await fresh().read(id)).toMatchObject({ configuration: { port: 2 } });
  expect([...(await fresh().revisions())]).toEqual([[id, 2]]);
  await fresh().write(entryOf(3, { port: 3 }), 2);
  expect(() => statSync(path("yaml"))).toThrow("ENOENT");
  // Of two of the same revision nobody can say which counts.
  await store.write(entryOf(4), 3, "toml");
  const same = readFileSync(path("toml"));
  await store.write(entryOf(5), 4, "json");
  writeFileSync(path("json"), readFileSync(path("json"), "utf8").replace('"revision": 5', '"revision": 4'));
  writeFileSync(path("toml"), same);
  expect((await errorOf(() => fresh().read(id))).message).toMatch(/same revision, 4/);
});

describe("what is not sound is an error with the path, and is left out of the list", () => {
  const sound = { id, metadata: entryOf(1).metadata, configuration: {} };
  const text = (value: unknown) => JSON.stringify(value);
  const cases: [string, string | Uint8Array, string, RegExp][] = [
    ["empty", "", "MALFORMED", /./],
    ["binary", Uint8Array.from({ length: 300 }, (_, index) => index), "UNREADABLE", /UTF-8/],
    ["of zeros", new Uint8Array(4096), "MALFORMED", /./],
    ["with a byte order mark", `\ufeff${text(sound)}`, "UNREADABLE", /byte order mark/],
    ["in UTF-16", Buffer.from(`\ufeff${text(sound)}`, "utf16le"), "UNREADABLE", /UTF-8/],
    ["gigantic", " ".repeat((1 << 20) + 1), "TOO_LARGE", /1048577/],
    ["half", text(sound).slice(0, 40), "MALFORMED", /./],
    ["no object", "[]", "MALFORMED", /not an object/],
    ["of another plugin", text({ ...sound, id: "other" }), "MALFORMED", /another plugin/],
    ["without metadata", text({ id, configuration: {} }), "MALFORMED", /metadata/],
    ["of no revision", text({ ...sound, metadata: { ...sound.metadata, revision: 0.5 } }), "MALFORMED", /revision/],
    ["with tags that are none", text({ ...sound, metadata: { ...sound.metadata, tags: [1] } }), "MALFORMED", /tags/],
    ["by a number", text({ ...sound, metadata: { ...sound.metadata, author: 1 } }), "MALFORMED", /author/],
    ["of a list", text({ ...sound, configuration: [] }), "MALFORMED", /configuration/],
    ["too deep", `{"a":${"[".repeat(100)}${"]".repeat(100)}}`, "MALFORMED", /deep/],
  ];
  test.each(cases)("a file that is %s", async (_, content, code, reason) => {
    const { store, place, path } = storeIn();
    mkdirSync(place, { mode: 0o700 });
    writeFileSync(path("json"), content);
    for (const work of [() => store.read(id), () => store.revision(id), () => store.write(entryOf(1), 0)]) {
      const error = await errorOf(work);
      expect(error.code).toBe(`VMP_CONFIGURATION_${code}`);
      expect(error.values.path).toBe(path("json"));
      expect(error.message).toMatch(reason);
    }
    expect(await store.revisions()).toEqual(new Map());
    expect(readFileSync(path("json")).equals(Buffer.from(content))).toBe(true);
  });

  test("what is no regular file: a link, a folder, a pipe, a device", async () => {
    const { store, place, path } = storeIn();
    mkdirSync(place, { mode: 0o700 });
    writeFileSync(join(place, "elsewhere"), text(sound));
    const makers: [() => void, RegExp][] = [
      [() => symlinkSync("elsewhere", path("json")), /link/],
      [() => symlinkSync("/dev/zero", path("json")), /link/],
      [() => mkdirSync(path("json")), /not a regular file/],
      [() => execFileSync("mkfifo", [path("json")]), /not a regular file/],
    ];
    for (const [make, reason] of makers) {
      make();
      const error = await errorOf(() => store.read(id));
      expect(error.code).toBe("VMP_CONFIGURATION_UNREADABLE");
      expect(error.message).toMatch(reason);
      rmSync(path("json"), { recursive: true });
    }
    // Another name of a file is a file.
    linkSync(join(place, "elsewhere"), path("json"));
    expect((await store.read(id))?.configuration).toEqual({});
  });

  test("a folder that others may write to, or that is another's", async () => {
    const { store, place } = storeIn();
    mkdirSync(place);
    chmodSync(place, 0o777);
    expect((await errorOf(() => store.write(entryOf(1), 0))).code).toBe("VMP_HOME_NOT_PRIVATE");
    chmodSync(place, 0o700);
    if (process.geteuid?.() === 0) {
      chownSync(place, 4711, 4711);
      expect((await errorOf(() => store.write(entryOf(1), 0))).code).toBe("VMP_HOME_NOT_PRIVATE");
    }
    expect(readdirSync(place)).toEqual([]);
  });

  test("nothing is read from a folder where others could have written it", async () => {
    const { store, place } = storeIn();
    await store.write(entryOf(1), 0);
    const { name } = await store.backup(entryOf(1), "");
    chmodSync(place, 0o777);
    const reads = [() => store.read(id), () => store.revision(id), () => store.revisions(), () => store.backups(id)];
    for (const work of [...reads, () => store.readBackup(id, name), () => store.forget(id)])
      expect((await errorOf(work)).code).toBe("VMP_HOME_NOT_PRIVATE");
    chmodSync(place, 0o700);
    expect(await store.read(id)).toEqual(entryOf(1));
  });

  test("a folder that cannot be looked into, and files that cannot be removed, are said as what they are", async () => {
    const { store, place, path } = storeIn();
    mkdirSync(path("toml"), { recursive: true, mode: 0o700 });
    chmodSync(place, 0o700);
    expect((await errorOf(() => store.forget(id))).code).toBe("VMP_HOME_UNUSABLE");
    const other = join(folder(), "file");
    writeFileSync(other, "");
    const nowhere = new FileStore({ folder: join(other, "configuration") });
    expect((await errorOf(() => nowhere.read(id))).code).toBe("VMP_HOME_UNUSABLE");
  });

  test("a damaged backup is in the list, as damaged, and is not restored", async () => {
    const { store, place } = storeIn();
    const good = await store.backup(entryOf(1), "good");
    const bad = await store.backup(entryOf(2), "bad");
    writeFileSync(join(place, "backups", fileNameOf(id), `${bad.name}.json`), "{");
    writeFileSync(join(place, "backups", fileNameOf(id), "other.json"), "{");
    expect((await store.backups(id)).map(({ description }) => description)).toEqual(["good", "(damaged)"]);
    expect((await errorOf(() => store.readBackup(id, bad.name))).code).toBe("VMP_CONFIGURATION_MALFORMED");
    expect(await store.readBackup(id, good.name)).toEqual(entryOf(1));
  });

  test("whatever is in a file, of any format: an entry or a coded error", async () => {
    const { store, place, path } = storeIn();
    mkdirSync(place, { mode: 0o700 });
    const pieces = fc.oneof(
      fc.uint8Array(),
      fc
        .constantFrom(
          "{",
          "}",
          '"id"',
          ": ",
          '"acme.disk"',
          "\n",
          "[metadata]",
          "<object>",
          'key="id"',
          "&a",
          "*a",
          "- ",
        )
        .map((piece) => Buffer.from(piece)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...formatNames), fc.array(pieces), async (format, parts) => {
        writeFileSync(path(format), Buffer.concat(parts));
        try {
          await store.read(id);
        } catch (error) {
          if (!(error instanceof VmPluginError)) throw error;
          expect(error.code).toMatch(/^VMP_CONFIGURATION_(UNREADABLE|MALFORMED)$/);
        }
        await store.revisions();
        rmSync(path(format));
      }),
      { numRuns: 300 },
    );
  });
});

test("what is too large is not written, and what was there stays", async () => {
  const { store } = storeIn();
  await store.write(entryOf(1), 0);
  const error = await errorOf(() => store.write(entryOf(2, { a: "x".repeat(1 << 20) }), 1));
  expect(error).toMatchObject({ code: "VMP_CONFIGURATION_TOO_LARGE" });
  expect((await errorOf(() => store.write(entryOf(2, { a: null }), 1, "toml"))).code).toBe(
    "VMP_CONFIGURATION_NOT_REPRESENTABLE",
  );
  expect(await store.read(id)).toEqual(entryOf(1));
});

test("a refused format leaves the listeners with the old one", async () => {
  const { store } = storeIn();
  const manager = new ConfigurationManager({ store, author: "a", describe: () => ({ version: "1.0.0" }) });
  const heard: unknown[] = [];
  manager.on(({ configuration }) => void heard.push(configuration));
  await manager.set(id, { a: 1 });
  expect((await errorOf(() => manager.set(id, { a: null }, { format: "toml" }))).code).toBe(
    "VMP_CONFIGURATION_NOT_REPRESENTABLE",
  );
  expect(heard).toEqual([{ a: 1 }, { a: null }, { a: 1 }]);
});

test("what is rarely needed is loaded when it is: ajv, the formats, node:crypto, node:vm", async () => {
  const source = join(packageRoot(), "src/config");
  const { metafile } = await build({
    entryPoints: ["manager.ts", "file-store.ts", "memory-store.ts", "schema.ts"].map((name) => join(source, name)),
    bundle: true,
    write: false,
    metafile: true,
    packages: "external",
    format: "esm",
    platform: "node",
    outdir: "/unused",
    logLevel: "silent",
  });
  const loaded = new Set<string>();
  const visit = (path: string) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { path: to, kind } of metafile.inputs[path]?.imports ?? []) if (kind === "import-statement") visit(to);
  };
  for (const path of Object.keys(metafile.inputs).filter((name) =>
    /config\/(manager|file-store|memory-store|schema)\.ts$/.test(name),
  ))
    visit(path);
  expect(loaded.size).toBeGreaterThan(20);
  expect([...loaded].filter((path) => /^(ajv|yaml|smol-toml|fast-xml-parser|node:crypto|node:vm)/.test(path))).toEqual(
    [],
  );
});

test("what is forgotten leaves nothing but a revision that goes up, also where it was damaged", async () => {
  const place = join(folder(), "configuration");
  const store = new FileStore({ folder: place });
  await store.forget(id);
  expect(() => readdirSync(place)).toThrow();
  await store.write(entryOf(1), 0);
  await store.backup(entryOf(1), "kept");
  await store.forget(id);
  await store.forget(id);
  expect([await store.read(id), await store.revision(id), await store.backups(id)]).toEqual([undefined, 2, []]);
  expect(readFileSync(join(place, `${fileNameOf(id)}.json`), "utf8")).not.toContain("port");
  await store.write(entryOf(3), 2);
  writeFileSync(join(place, `${fileNameOf(id)}.json`), "{");
  await store.forget(id);
  expect([await store.read(id), await store.revision(id)]).toEqual([undefined, 0]);
});
