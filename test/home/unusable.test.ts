/** Homes that are missing, full, read-only, somebody else's, or something else altogether. */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Home } from "../../src/host/home/home.ts";
import { recordsOf } from "../../src/host/home/records.ts";
import { readState } from "../../src/host/home/state.ts";
import { buildDriver, type Outcome, run } from "./processes.ts";
import { context, failureOf, folderWith, freshHome, library, namesIn } from "./support.ts";

const isRoot = process.geteuid?.() === 0;
const forRoot = isRoot ? "" : " (needs root)";
const mounts = isRoot && spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "x", "/mnt"]).status === 0;
const forMounts = mounts ? "" : " (needs root and mounts of its own)";
const nobody = 65534;

let driver = "";

beforeAll(async () => {
  driver = await buildDriver();
});

/** Runs in a mount namespace of its own, after the shell's commands. */
function inNamespace(commands: string, ...operations: string[]): Promise<Outcome> {
  return run([
    "unshare",
    "--mount",
    "sh",
    "-ec",
    `${commands}; exec "$@"`,
    "sh",
    process.execPath,
    driver,
    ...operations,
  ]);
}

async function installed(home: Home): Promise<void> {
  expect(await run([process.execPath, driver, "install", home.path, library("acme.x", "1.0.0")])).not.toHaveProperty(
    "failure",
  );
}

/** Of each operation, on a home that holds acme.x. */
const operations = (): string[][] => [
  ["install", library("acme.y", "1.0.0")],
  ["update", library("acme.x", "2.0.0")],
  ["uninstall", "acme.x"],
];

test("a home that is missing is made with its parents, for its user alone", async () => {
  const home = freshHome();
  const deep = join(home.path, "a/b");
  expect(await run([process.execPath, driver, "install", deep, library("acme.x", "1.0.0")])).not.toHaveProperty(
    "failure",
  );
  for (const path of [home.path, deep, join(deep, "plugins")]) expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(namesIn(deep)).toEqual(["lock", "plugins", "staging", "state.json"]);
});

test("a home that is a file, or lies below one, is told and left alone", async () => {
  const home = freshHome();
  writeFileSync(home.path, "mine");
  for (const path of [home.path, join(home.path, "below")])
    for (const operation of ["read", "install"]) {
      const { failure } = await run([process.execPath, driver, operation, path, library("acme.x", "1.0.0")]);
      expect(failure).toMatch(/^VMP_HOME_UNUSABLE: .* Fix: .*--home DIR/);
    }
  expect(statSync(home.path).size).toBe(4);
});

test("a home that is a link to one's own folder is used", async () => {
  const home = freshHome();
  symlinkSync(folderWith({}), home.path);
  chmodSync(home.path, 0o700);
  await installed(home);
  expect(readState(home).plugins["acme.x"]?.version).toBe("1.0.0");
  expect(lstatSync(home.path).isSymbolicLink()).toBe(true);
});

test("a home that group or others may write to is not believed, read or changed", async () => {
  const home = freshHome();
  await installed(home);
  for (const mode of [0o770, 0o707, 0o1777]) {
    chmodSync(home.path, mode);
    expect(await failureOf(() => readState(home))).toMatch(/^VMP_HOME_NOT_PRIVATE: /);
    for (const words of operations())
      expect((await run([process.execPath, driver, words[0] ?? "", home.path, words[1] ?? ""])).failure).toMatch(
        /^VMP_HOME_NOT_PRIVATE: /,
      );
  }
  chmodSync(home.path, 0o700);
  chmodSync(home.stateFile, 0o666);
  expect(await failureOf(() => readState(home))).toMatch(/^VMP_HOME_NOT_PRIVATE: .*state\.json/);
});

test.skipIf(!isRoot)(`a home of another user is not believed, read or changed${forRoot}`, async () => {
  const home = freshHome();
  await installed(home);
  chownSync(home.path, nobody, nobody);
  for (const operation of [["read"], ...operations()]) {
    const { failure } = await run([process.execPath, driver, operation[0] ?? "", home.path, operation[1] ?? ""]);
    expect(failure).toMatch(/^VMP_HOME_NOT_PRIVATE: .*belongs to user 65534/);
  }
  chownSync(home.path, 0, 0);
  chownSync(home.stateFile, nobody, nobody);
  expect(await failureOf(() => readState(home))).toMatch(/^VMP_HOME_NOT_PRIVATE: .*state\.json/);
});

test.skipIf(!isRoot)(
  `a user may do all of it without being root, and nothing where modes forbid it${forRoot}`,
  async () => {
    const home = freshHome();
    const as = { uid: nobody, gid: nobody };
    chmodSync(dirname(home.path), 0o755);
    const packages = [library("acme.x", "1.0.0"), library("acme.x", "2.0.0"), library("acme.y", "1.0.0")];
    for (const path of packages) spawnSync("chmod", ["-R", "a+rX", path]);
    const [first = "", second = "", other = ""] = packages;
    const operate = (...words: string[]) =>
      run([process.execPath, driver, words[0] ?? "", home.path, ...words.slice(1)], as);
    expect((await operate("install", first)).failure).toMatch(/^VMP_HOME_UNUSABLE: .*you may not use it/);
    expect(home.exists()).toBe(false);
    mkdirSync(home.path, { mode: 0o700 });
    chownSync(home.path, nobody, nobody);
    expect(await operate("install", first)).not.toHaveProperty("failure");
    expect(await operate("update", second)).not.toHaveProperty("failure");
    expect(await operate("rollback", "acme.x")).not.toHaveProperty("failure");
    chmodSync(home.path, 0o500);
    expect((await operate("install", other)).failure).toMatch(/^VMP_HOME_UNUSABLE: /);
    expect((await operate("read")).result).toMatchObject({ revision: 3, plugins: { "acme.x": { version: "1.0.0" } } });
    chmodSync(home.path, 0o700);
    expect(await operate("uninstall", "acme.x")).not.toHaveProperty("failure");
    expect(namesIn(home.pluginsFolder)).toEqual([]);
    const secret = library("acme.z", "1.0.0");
    spawnSync("chmod", ["-R", "a+rX", secret]);
    chmodSync(join(secret, "lib/plugin.node"), 0o600);
    expect((await operate("install", secret)).failure).toMatch(/^VMP_PACKAGE_FILE_REFUSED: .*plugin\.node/);
  },
);

test.skipIf(!mounts)(`a home on a read-only file system is read, and not changed${forMounts}`, async () => {
  const home = freshHome();
  await installed(home);
  const readOnly = `mount --bind ${home.path} ${home.path}; mount -o remount,ro,bind ${home.path}`;
  expect((await inNamespace(readOnly, "read", home.path)).result).toMatchObject({ revision: 1 });
  for (const words of operations())
    expect((await inNamespace(readOnly, words[0] ?? "", home.path, words[1] ?? "")).failure).toMatch(
      /^VMP_HOME_UNUSABLE: .*read-only/,
    );
  expect(readState(home).revision).toBe(1);
});

test.skipIf(!mounts)(`a full home keeps what it has, and nothing half done${forMounts}`, async () => {
  const home = freshHome();
  await installed(home);
  const large = library("acme.y", "1.0.0", {}, {}, { large: new Uint8Array(2 ** 20) });
  const small = library("acme.y", "1.0.0");
  const kept = join(folderWith({}), "kept");
  // Pages that are left: the operation runs out of room at one step after another. What became of the home is copied out.
  const cases = [0, 1, 2, 3, 4, 5, 6, 7, 64].map((pages) => ({ pages, path: pages === 64 ? large : small }));
  const failures = [];
  for (const { pages, path } of cases) {
    const full = [
      `cp -a ${home.path} ${kept}`,
      `mount -t tmpfs -o size=512k,mode=700 x ${home.path}`,
      `cp -a ${kept}/. ${home.path}`,
      `rm -rf ${kept}`,
      `cat /dev/zero > ${home.path}/filler 2>/dev/null || true`,
      `truncate -s -$((${pages} * 4096)) ${home.path}/filler`,
      `"$@"`,
      `cp -a ${home.path} ${kept}`,
      "exit",
    ].join("; ");
    const { failure, result } = await inNamespace(full, "install", home.path, path);
    const after = Object.assign(freshHome(), { path: kept });
    if (failure === undefined) {
      expect(readState(after).plugins["acme.y"]).toEqual(result);
      expect((await recordsOf(after, readState(after), context)).problems).toEqual([]);
    } else {
      failures.push(failure);
      expect(failure).toMatch(/^VMP_HOME_UNUSABLE: .*no space is left/);
      expect(readState(after)).toEqual(readState(home));
    }
    expect(namesIn(after.stagingFolder)).toEqual([]);
    expect(namesIn(after.path).filter((name) => name.startsWith("."))).toEqual([]);
    spawnSync("rm", ["-rf", kept]);
  }
  expect(failures.length).toBeGreaterThan(3);
});
