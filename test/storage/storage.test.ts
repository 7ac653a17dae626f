import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sweepTemporaries, writeDurably } from "../../src/storage/durable-write.ts";
import { fileNameOf } from "../../src/storage/file-name.ts";
import { tryLock, withLock } from "../../src/storage/lock.ts";
import { privateFolder } from "../../src/storage/private-folder.ts";
import { watchFolder } from "../../src/storage/watch.ts";
import { errorOf } from "../support/errors.ts";
import { folder } from "../support/folder.ts";

const root = process.geteuid?.() === 0;
const needsRoot = root ? false : "skipped: needs root";
if (!root) console.warn(needsRoot);
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe("a durable write", () => {
  test("makes a file of the user's alone, and leaves nothing else", () => {
    const path = join(folder(), "file");
    writeDurably(path, "one");
    writeDurably(path, new Uint8Array([0, 255]));
    expect(readFileSync(path)).toEqual(Buffer.from([0, 255]));
    expect(modeOf(path)).toBe(0o600);
    expect(readdirSync(join(path, ".."))).toEqual(["file"]);
  });

  test("replaces a link and not what it leads to; another name of the old file keeps the old content", () => {
    const place = folder();
    writeFileSync(join(place, "target"), "target");
    symlinkSync("target", join(place, "link"));
    writeDurably(join(place, "link"), "new");
    linkSync(join(place, "target"), join(place, "other"));
    writeDurably(join(place, "target"), "new");
    expect(["target", "link", "other"].map((name) => readFileSync(join(place, name), "utf8"))).toEqual([
      "new",
      "new",
      "target",
    ]);
  });

  test("that fails says why, keeps what was there and leaves nothing", async () => {
    const place = folder();
    mkdirSync(join(place, "taken"));
    writeFileSync(join(place, "taken", "x"), "");
    const cases = [
      [join(place, "missing", "file"), /missing/],
      [join(place, "taken"), /it is a folder|something else/],
      [join(place, "x".repeat(300)), /too long/],
      ["/proc/file", /./],
    ] as const;
    for (const [path, reason] of cases) {
      const error = await errorOf(() => writeDurably(path, "x"));
      expect(error.code).toBe("VMP_HOME_UNUSABLE");
      expect(error.values.path).toBe(path);
      expect(String(error.values.reason)).toMatch(reason);
    }
    expect(readdirSync(place)).toEqual(["taken"]);
  });

  test("what killed writers left is swept, and nothing else", async () => {
    const place = folder();
    writeFileSync(join(place, "keep"), "");
    writeFileSync(join(place, ".keep"), "");
    writeFileSync(join(place, ".keep.123-abc.writing"), "");
    sweepTemporaries(place);
    expect(readdirSync(place).sort()).toEqual([".keep", "keep"]);
    expect((await errorOf(() => sweepTemporaries(join(place, "none")))).code).toBe("VMP_HOME_UNUSABLE");
  });
});

describe("a private folder", () => {
  test("is made with its parents, for the user alone", () => {
    const place = folder();
    privateFolder(join(place, "a", "b"));
    privateFolder(join(place, "a", "b"));
    expect([modeOf(join(place, "a")), modeOf(join(place, "a", "b"))]).toEqual([0o700, 0o700]);
  });

  test("that others may write to is refused", async () => {
    for (const mode of [0o770, 0o707, 0o720]) {
      const place = folder();
      chmodSync(place, mode);
      const error = await errorOf(() => privateFolder(place));
      expect(error).toMatchObject({ code: "VMP_HOME_NOT_PRIVATE", values: { path: place } });
      expect(error.message).toContain(mode.toString(8));
    }
    const readable = folder();
    chmodSync(readable, 0o755);
    privateFolder(readable);
  });

  test.skipIf(needsRoot)("that belongs to another user is refused", async () => {
    const place = folder();
    chownSync(place, 4711, 4711);
    const error = await errorOf(() => privateFolder(place));
    expect(error).toMatchObject({ code: "VMP_HOME_NOT_PRIVATE" });
    expect(error.message).toContain("4711");
  });

  test("that cannot be made says why", async () => {
    const place = folder();
    writeFileSync(join(place, "file"), "");
    for (const path of [join(place, "file"), join(place, "file", "below"), "/proc/vm-plugin-test"])
      expect(await errorOf(() => privateFolder(path))).toMatchObject({ code: "VMP_HOME_UNUSABLE", values: { path } });
  });
});

describe("a lock", () => {
  test("excludes, within a process too, until it is freed", async () => {
    const path = join(folder(), "lock");
    const release = tryLock(path);
    expect(release).toBeDefined();
    expect(tryLock(path)).toBeUndefined();
    const error = await errorOf(() => withLock(path, () => "never", { timeout: 20 }));
    expect(error).toMatchObject({
      code: "VMP_HOME_BUSY",
      values: { path, holder: String(process.pid), milliseconds: 20 },
    });
    release?.();
    release?.();
    expect(await withLock(path, () => "done")).toBe("done");
    expect(modeOf(path)).toBe(0o600);
  });

  test("is waited for without holding up anything else, and freed when the work fails", async () => {
    const path = join(folder(), "lock");
    const order: string[] = [];
    const first = withLock(path, async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push("first");
      throw new Error("failed");
    });
    const second = withLock(path, () => order.push("second"));
    await expect(first).rejects.toThrow("failed");
    await second;
    expect(order).toEqual(["first", "second"]);
  });

  test("on what is no regular file is refused", async () => {
    const place = folder();
    writeFileSync(join(place, "file"), "");
    symlinkSync("file", join(place, "link"));
    mkdirSync(join(place, "folder"));
    for (const [name, reason] of [
      ["link", /link/],
      ["folder", /./],
      ["none/lock", /No such/],
    ] as const) {
      const error = await errorOf(() => tryLock(join(place, name)));
      expect(error.code).toBe("VMP_HOME_UNUSABLE");
      expect(String(error.values.reason)).toMatch(reason);
    }
    expect((await errorOf(() => tryLock("/dev/null"))).code).toBe("VMP_HOME_UNUSABLE");
  });
});

describe("watching a folder", () => {
  /** A watch, and a promise of its next call. */
  function watched(path: string) {
    let called = () => {};
    let calls = 0;
    const stop = watchFolder(path, () => {
      calls++;
      called();
    });
    const next = (): Promise<void> =>
      new Promise((resolve) => {
        called = resolve;
      });
    return { stop, next, calls: () => calls };
  }

  test("tells of a file that is written, replaced and removed", async () => {
    const place = folder();
    const { stop, next } = watched(place);
    for (const change of [
      () => writeDurably(join(place, "a"), "1"),
      () => writeDurably(join(place, "a"), "2"),
      () => rmSync(join(place, "a")),
    ]) {
      const told = next();
      change();
      await told;
    }
    stop();
  });

  test("takes changes together, and ends when it is told to", async () => {
    const place = folder();
    const { stop, next, calls } = watched(place);
    const told = next();
    for (let index = 0; index < 200; index++) writeFileSync(join(place, `${index}`), "");
    await told;
    expect(calls()).toBeLessThan(100);
    stop();
    const before = calls();
    writeFileSync(join(place, "after"), "");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(calls()).toBe(before);
  });

  test("waits for a folder that is missing, and for one that vanished", async () => {
    const place = join(folder(), "later");
    const { stop, next } = watched(place);
    let told = next();
    mkdirSync(place);
    await told;
    told = next();
    rmSync(place, { recursive: true });
    mkdirSync(place);
    writeFileSync(join(place, "a"), "");
    await told;
    told = next();
    utimesSync(join(place, "a"), 1, 1);
    await told;
    expect(existsSync(place)).toBe(true);
    stop();
  });
});

test("an id is a file name without any part of the id", () => {
  // From sha256sum.
  expect(fileNameOf("acme.disk")).toBe("77bee7fb959290d106c3e7df00abe54348a9909e0bd56e8542e093fe606caa2e");
  for (const id of ["../../etc/passwd", "/", "", "a\u0000b", "\ud800"])
    expect(fileNameOf(id)).toMatch(/^[0-9a-f]{64}$/);
});
