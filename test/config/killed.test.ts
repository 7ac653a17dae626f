/** A process that changes a configuration is killed at each of its system calls that matter. */
import { execFile } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { FileStore } from "../../src/config/file-store.ts";
import { ConfigurationManager } from "../../src/config/manager.ts";
import { writeDurably } from "../../src/storage/durable-write.ts";
import { bundleProgram } from "../support/bundle.ts";
import { folder } from "../support/folder.ts";
import { missing } from "../support/programs.ts";

const needsStrace = missing("strace");
const id = "acme.disk";
const calls = ["openat", "mkdir", "flock", "ftruncate", "write", "pwrite64", "fsync", "rename", "unlink"];
const old = { value: "old ".repeat(3000) };
const changed = { value: "new ".repeat(3000) };

const managerOf = (place: string) =>
  new ConfigurationManager({
    store: new FileStore({ folder: place }),
    author: "test",
    describe: () => ({ version: "1.0.0" }),
  });

interface Call {
  readonly name: string;
  /** Which one of its name, in the main thread; from 1. */
  readonly count: number;
  readonly line: string;
}

describe.skipIf(needsStrace)("a change that is killed", () => {
  let program = "";
  let prepared = "";
  let places = "";

  beforeAll(async () => {
    places = folder();
    program = await bundleProgram(join(import.meta.dirname, "programs", "change.ts"), places);
    prepared = join(places, "prepared");
    await managerOf(prepared).set(id, old);
    await managerOf(prepared).backup(id, { description: "before" });
    writeDurably(join(prepared, "file"), old.value);
  });

  let runs = 0;
  /** Runs the program on a copy of what is prepared. `injection`: as strace takes it. */
  async function run(operation: string, injection?: string) {
    const place = join(places, `${operation}-${++runs}`);
    cpSync(prepared, place, { recursive: true });
    const log = `${place}.log`;
    const inject = injection === undefined ? [] : ["-e", `inject=${injection}`];
    const options = ["-f", "-y", "-s", "8", "-o", log, "-e", `trace=${calls.join(",")},access`, ...inject];
    const { stdout } = await promisify(execFile)("strace", [...options, process.execPath, program, place, operation])
      // strace ends as what it traces does.
      .catch((error: { stdout: string }) => error);
    const text = readFileSync(log, "utf8");
    return { place, stdout, killed: text.includes("+++ killed by SIGKILL +++"), calls: callsIn(text, place) };
  }

  /** Those of the change that concern the folder, in their order. */
  function callsIn(log: string, place: string): Call[] {
    const lines = log.split("\n");
    const main = lines[0]?.split(" ")[0];
    const counts = new Map<string, number>();
    const found: Call[] = [];
    let inside = false;
    for (const line of lines) {
      const [, process, name = ""] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
      if (process !== main) continue;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (line.includes("-of-the-change")) inside = line.includes("begin");
      else if (inside && name !== "access" && line.includes(`${place}`))
        found.push({ name, count: counts.get(name) ?? 0, line: line.replaceAll(place, "HOME") });
    }
    return found;
  }

  test("flushes the file before it takes the old one's place, and the folder after", async () => {
    const { calls: seen, place } = await run("write");
    expect(readFileSync(join(place, "file"), "utf8")).toBe(changed.value);
    const order = seen.map(({ name, line }) => {
      const what = /\.writing/.test(line) ? "temporary" : "folder";
      return name === "rename" ? `rename ${/"HOME\/file"\)/.test(line)}` : `${name} ${what}`;
    });
    expect(order).toEqual([
      "openat temporary",
      "pwrite64 temporary",
      "fsync temporary",
      "rename true",
      "openat folder",
      "fsync folder",
    ]);
    expect(seen[0]?.line).toMatch(/O_WRONLY\|O_CREAT\|O_EXCL\|O_NOFOLLOW\|O_CLOEXEC, 0600/);
  });

  test.each(["write", "format", "reset", "backup"])(
    "(%s) leaves the old or the new one, whole, and no obstacle",
    async (operation) => {
      const { calls: seen, stdout } = await run(operation);
      expect(stdout).toBe("");
      expect(seen.filter(({ name }) => name === "fsync").length).toBeGreaterThanOrEqual(2);
      const outcomes = new Set<string>();
      let killed = 0;
      for (const { name, count } of seen) {
        const result = await run(operation, `${name}:signal=SIGKILL:when=${count}`);
        if (result.killed) killed++;
        outcomes.add(await outcomeOf(operation, result.place));
      }
      // How many files Node itself opens before may differ; all else is exact.
      expect(killed).toBeGreaterThanOrEqual(seen.filter(({ name }) => name !== "openat").length);
      expect([...outcomes].sort()).toEqual(["new", "old"]);
    },
  );

  /** What is there after the kill, also for the next operations. */
  async function outcomeOf(operation: string, place: string): Promise<string> {
    const manager = managerOf(place);
    const entry = await manager.entry(id);
    const effective = await manager.effective(id);
    const file = readFileSync(join(place, "file"), "utf8");
    const backups = await manager.backups(id);
    for (const { name, description } of backups) {
      expect(description).not.toBe("(damaged)");
      expect((await managerOf(place).restore(id, name)).configuration).toEqual(old);
    }
    await manager.set(id, { value: "next" });
    expect(await managerOf(place).effective(id)).toEqual({ value: "next" });
    await manager.backup(id);
    writeDurably(join(place, "file"), "next");
    expect(leftovers(place).filter((name) => !name.startsWith(".file."))).toEqual([]);

    if (operation === "write") return one(file, old.value, changed.value);
    if (operation === "backup") return one(String(backups.length), "1", "2");
    if (operation === "reset" && entry === undefined) return one(JSON.stringify(effective), "", "{}");
    return one(JSON.stringify(entry?.configuration), JSON.stringify(old), JSON.stringify(changed));
  }

  function one(found: string, before: string, after: string): string {
    expect([before, after]).toContain(found);
    return found === before ? "old" : "new";
  }

  function leftovers(place: string): string[] {
    return readdirSync(place, { recursive: true, encoding: "utf8" })
      .map((path) => path.split("/").at(-1) ?? "")
      .filter((name) => name.endsWith(".writing"));
  }

  test.each([
    ["no space for the content", "write", "pwrite64", "ENOSPC", /no space is left/],
    ["no space when it is flushed", "write", "fsync", "ENOSPC", /no space is left/],
    ["a disk that fails", "write", "fsync", "EIO", /the disk failed/],
    ["a folder that is read-only", "write", "rename", "EROFS", /it is read-only/],
    ["no space, for a configuration", "format", "fsync", "EDQUOT", /your quota is used up/],
  ])("%s is an error that says so, and the old one stays", async (_, operation, name, error, reason) => {
    const first = (await run(operation)).calls.find((call) => call.name === name);
    const { place, stdout } = await run(operation, `${name}:error=${error}:when=${first?.count}`);
    expect(stdout).toMatch(/^VMP_HOME_UNUSABLE: /);
    expect(stdout).toMatch(reason);
    expect(readFileSync(join(place, "file"), "utf8")).toBe(old.value);
    expect(await managerOf(place).effective(id)).toEqual(old);
    expect(leftovers(place)).toEqual([]);
  });

  test("a file system that cannot flush folders is no error", async () => {
    const flush = (await run("write")).calls.filter(({ name }) => name === "fsync")[1];
    const { place, stdout } = await run("write", `fsync:error=EINVAL:when=${flush?.count}`);
    expect(stdout).toBe("");
    expect(readFileSync(join(place, "file"), "utf8")).toBe(changed.value);
  });
});
