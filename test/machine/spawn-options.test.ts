import { closeSync, copyFileSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Machine, type SpawnOptions } from "../../src/machine/machine.ts";
import { runProgram } from "../../src/machine/run-program.ts";
import { guest } from "../cli/vm-plugin.ts";
import { errorOf } from "../support/errors.ts";
import { folder } from "../support/folder.ts";
import { textOf } from "./output.ts";
import { unknownCallGuest } from "./unknown-call-guest.ts";

const create = (options = {}) => Machine.create({ architecture: "riscv64", memory: "16M", ...options });

describe("an option that is not valid is refused by its name", () => {
  const wrong: [options: object, message: RegExp][] = [
    [{ limit: {} }, /^limit is not valid: there is no such option\. Did you mean "limits"\?$/],
    [{ limits: { memry: "1M" } }, /^limits\.memry .*Did you mean "memory"\?$/],
    [{ limits: { cores: 2 } }, /^limits\.cores .*There are memory, processes, openFiles, instructions, time\.$/],
    [{ limits: [] }, /^limits .*expected an object, not an array$/],
    [{ limits: null }, /^limits .*not null$/],
    [{ limits: { memory: "much" } }, /^limits\.memory much .*512M/],
    [{ limits: { memory: 100 } }, /^limits\.memory 100 .*4096 bytes to 64 TiB/],
    [{ limits: { processes: 0 } }, /^limits\.processes 0 .*whole number from 1/],
    [{ limits: { processes: "2" } }, /^limits\.processes 2 .*whole number/],
    [{ limits: { openFiles: 1.5 } }, /^limits\.openFiles 1\.5 .*whole number/],
    [{ limits: { openFiles: 2 ** 31 } }, /^limits\.openFiles 2147483648 .*to 2147483647/],
    [{ limits: { instructions: 2 ** 60 } }, /^limits\.instructions .*bigint/],
    [{ limits: { instructions: 0n } }, /^limits\.instructions 0 .*from 1/],
    [{ limits: { instructions: 2n ** 64n } }, /^limits\.instructions 18446744073709551616 /],
    [{ limits: { time: "10" } }, /^limits\.time 10 .*"500ms"/],
    [{ limits: { time: "-1s" } }, /^limits\.time -1s .*"500ms"/],
    [{ limits: { time: 0 } }, /^limits\.time 0 .*more than 0/],
    [{ limits: { time: Number.POSITIVE_INFINITY } }, /^limits\.time Infinity .*more than 0/],
    [{ limits: { time: "1000000h" } }, /^limits\.time 1000000h .*100 days/],
    [{ trace: 987654 }, /^trace .*expected an open descriptor, not 987654$/],
    [{ binds: "/a:/b" }, /^binds .*expected an array/],
    [{ binds: ["/a"] }, /^binds\[0\] "\/a" .*HOST:GUEST/],
    [{ binds: ["/a:/b", "/a:/b:rw"] }, /^binds\[1\] .*HOST:GUEST:ro/],
    [{ binds: ["/a:b"] }, /^binds\[0\]\.guest "b" .*absolute/],
    [{ binds: ["/a:/b/../.."] }, /^binds\[0\]\.guest .*root/],
    [{ binds: [":/b"] }, /^binds\[0\]\.host .*empty/],
    [{ binds: [{ host: "/a", guest: "/b", readonly: true }] }, /^binds\[0\]\.readonly .*Did you mean "readOnly"\?$/],
    [{ binds: [{ host: "/a", guest: "/b", readOnly: 1 }] }, /^binds\[0\]\.readOnly .*true or false/],
    [{ binds: [{ host: "/a\0", guest: "/b" }] }, /^binds\[0\]\.host .*NUL/],
    [{ binds: [7] }, /^binds\[0\] .*expected an object, not number$/],
    [{ root: "" }, /^root .*empty/],
    [{ root: 5 }, /^root .*expected a string/],
    [{ readOnly: "yes" }, /^readOnly .*true or false/],
    [{ readOnly: true }, /^readOnly .*no root/],
    [{ trace: -2 }, /^trace .*descriptor/],
    [{ trace: "file" }, /^trace .*descriptor/],
  ];

  test.each(wrong)("%o", async (options, message) => {
    await using machine = await create();
    const spawned = await errorOf(async () => machine.spawn(guest("hello"), [], options as SpawnOptions));
    expect(spawned.code).toBe("VMP_INVALID_ARGUMENT");
    expect(spawned.message).toMatch(message);
    // The root of a program with a machine of its own is the machine's.
    if ("readOnly" in options && options.readOnly === true) return;
    const ran = await errorOf(() => runProgram(guest("hello"), [], options));
    expect(ran.message).toMatch(message);
  });

  test("of a machine too", async () => {
    const error = await errorOf(() => create({ memroy: "1M" }));
    expect(error.message).toMatch(/^memroy .*Did you mean "memory"\?$/);
    expect((await errorOf(() => runProgram(guest("hello"), [], { memroy: "1M" } as object))).message).toBe(
      error.message,
    );
  });
});

describe("the root of a program", () => {
  const place = (name: string) => {
    const root = folder();
    copyFileSync(guest("files"), join(root, "files"));
    copyFileSync(guest(name), join(root, "program"));
    return root;
  };

  test("is its own when it gives one, and the machine's otherwise", async () => {
    const [one, other] = [place("hello"), place("arguments")];
    await using machine = await create({ root: one });
    const spawned = [machine.spawn("/program"), machine.spawn("program", [], { root: other, cwd: "/" })];
    const [hello, given] = await Promise.all(spawned.map(({ stdout }) => textOf(stdout)));
    expect(hello).toBe("Hello from a guest!\n");
    expect(given).toContain("argv[0]=program");
    const missing = await errorOf(async () => machine.spawn("/program", [], { root: join(one, "none") }));
    expect(missing.code).toBe("VMP_ROOT_NOT_FOUND");
  });

  test("is read-only where it or the machine says so", async () => {
    const root = place("hello");
    const changes = async (machine: Machine, options: SpawnOptions) => {
      const process = machine.spawn("/files", ["--escape", "/x"], { stdout: "ignore", stderr: "ignore", ...options });
      await process.exit;
      return readdirSync(root).length > 2;
    };
    await using writable = await create({ root });
    await using readOnly = await create({ root, readOnly: true });
    expect(await changes(writable, { readOnly: true })).toBe(false);
    expect(await changes(readOnly, {})).toBe(false);
    expect(await changes(readOnly, { root })).toBe(false);
    expect(await changes(readOnly, { readOnly: false })).toBe(true);
  });
});

describe("what is bound", () => {
  const host = folder();
  mkdirSync(join(host, "sub"));
  writeFileSync(join(host, "note"), "a note\n");
  writeFileSync(join(host, "sub/deep"), "deep\n");
  copyFileSync(guest("files"), join(host, "files"));

  const outputOf = async (machine: Machine, args: string[], options: SpawnOptions, program = guest("files")) => {
    const process = machine.spawn(program, args, { stderr: "ignore", ...options });
    const [output, exit] = await Promise.all([textOf(process.stdout), process.exit]);
    return { output, code: exit.code };
  };

  test("is seen at its place, by that program alone", async () => {
    await using machine = await create();
    const binds = [`${host}:/data`, { host: join(host, "note"), guest: "/etc/note" }];
    const paths = ["/data/note", "/data/sub/deep", "/etc/note"];
    expect(await outputOf(machine, paths, { binds })).toEqual({ output: "a note\ndeep\na note\n", code: 0 });
    expect((await outputOf(machine, ["/data/note"], {})).output).toBe("/data/note: errno 2\n");
  });

  test("may be read-only", async () => {
    await using machine = await create();
    const target = folder();
    const tryEscape = (flag: string) =>
      outputOf(machine, ["--escape", "/x"], { binds: [`${target}:/data${flag}`], cwd: "/data" });
    await tryEscape(":ro");
    expect(readdirSync(target)).toEqual([]);
    await tryEscape("");
    expect(readdirSync(target)).toContain("escape-link");
  });

  test("may hold the program", async () => {
    const root = folder();
    await using machine = await create({ root });
    const binds = [`${host}:/opt/tools:ro`];
    expect((await outputOf(machine, ["/opt/tools/note"], { binds }, "/opt/tools/files")).output).toBe("a note\n");
    expect((await outputOf(machine, ["note"], { binds, cwd: "/opt/tools" }, "./files")).output).toBe("a note\n");
    const running = await runProgram("/prog", ["/prog/none"], { root, binds: [`${join(host, "files")}:/prog`] });
    expect((await running.exit).code).toBe(1);
  });

  test("has to be there", async () => {
    await using machine = await create();
    const { exit } = machine.spawn(guest("hello"), [], { binds: [`${join(host, "none")}:/data`] });
    const error = await errorOf(() => exit);
    expect(error.code).toMatch(/^linux\/[A-Z_]+$/);
    expect(error.message).toContain(join(host, "none"));
  });
});

test("system calls are traced to a descriptor", async () => {
  await using machine = await create();
  const path = join(folder(), "trace");
  const trace = openSync(path, "w");
  await machine.spawn(guest("exit-code"), ["3"], { trace }).exit;
  closeSync(trace);
  expect(readFileSync(path, "utf8")).toMatch(/^exit(_group)?\(3\)/m);
});

test("its statistics count processes, system calls and those that are not implemented", async () => {
  await using machine = await create({ logLevel: "error" });
  const { statistics } = await machine.spawn(guest("hello"), [], { stdout: "ignore" }).exit;
  expect(statistics).toMatchObject({ processes: 1, refusedCalls: [] });
  expect(statistics.systemCalls).toBeGreaterThan(0n);
  expect(statistics.instructions).toBeGreaterThan(0n);
  const refused = await machine.spawn(unknownCallGuest()).exit;
  expect(refused).toMatchObject({ code: 7, statistics: { systemCalls: 2n } });
  expect(refused.statistics.refusedCalls).toEqual([{ name: expect.stringMatching(/./), count: 1 }]);
});

test.each([
  ["no text", Object.create(null), "a thrown object"],
  ["an error", new Error("enough"), "enough"],
])("an abort whose reason is %s ends the program", async (_what, reason, text) => {
  await using machine = await create();
  const controller = new AbortController();
  const guestProcess = machine.spawn(guest("echo"), [], { stdin: "pipe", signal: controller.signal });
  await guestProcess.started;
  controller.abort(reason);
  const failure = await errorOf(() => guestProcess.exit);
  expect(failure).toMatchObject({ code: "VMP_CANCELLED" });
  expect(failure.message).toContain(text);
});
