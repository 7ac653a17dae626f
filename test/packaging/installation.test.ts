/** The package as its users get it: installed without a network into an empty project, and used from there. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { version } from "../cli/compiled-before.ts";
import { guest } from "../cli/vm-plugin.ts";
import {
  execute,
  install,
  ofAnotherPlatform,
  type Project,
  packed,
  pathWithoutCompilers,
  platform,
  root,
  unpacked,
  withDependencies,
} from "./tarballs.ts";

const hello = "Hello from a guest!\n";
const program = `
import { text } from "node:stream/consumers";
import { runProgram } from "vm-plugin";

const { process: guest, exit } = await runProgram(process.argv[2] ?? "", [], { stdout: "pipe" });
const output = guest.stdout === null ? "" : await text(guest.stdout);
process.stdout.write(JSON.stringify({ status: (await exit).status, output }));
`;

/** Of the command of an installed or unpacked package. */
const start = (path: string) => version(join(path, "dist/cli/main.cjs")).stderr;
const compiled = "compiled before\n";

async function runProgramIn(project: Project): Promise<unknown> {
  writeFileSync(join(project.path, "program.js"), program);
  return JSON.parse(await project.run(["node", "program.js", guest("hello")]));
}

/** The binaries that an unpacked package must have for this platform, the addon first. */
function prebuiltBinaries(path: string): string[] {
  const libraries = readdirSync(join(path, "plugins")).flatMap((name) => {
    const { vmPlugin } = JSON.parse(readFileSync(join(path, "plugins", name, "package.json"), "utf8"));
    const library = vmPlugin.entry.native?.[platform];
    return library === undefined ? [] : [join(path, "plugins", name, library)];
  });
  return [join(path, "prebuilds", platform, "vm-plugin.glibc.node"), ...libraries];
}

const published = await packed();
const offline = await withDependencies(published);

describe("the published package", async () => {
  const path = await unpacked(published);
  const manifest = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));

  test("has a prebuilt addon, a library for each native plugin, and no dependency inside", () => {
    const binaries = prebuiltBinaries(path);
    expect(binaries.length).toBeGreaterThan(2);
    expect(binaries.filter((file) => !existsSync(file))).toEqual([]);
    expect(existsSync(join(path, "node_modules"))).toBe(false);
  });

  test("has every file that its exports and its command name", () => {
    const files = [manifest.bin, ...Object.values(manifest.exports)].flatMap((value) =>
      typeof value === "string" ? value : Object.values(value as Record<string, string>),
    );
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((file) => !existsSync(join(path, file)))).toEqual([]);
  });

  test("has the code that was compiled of its command, and starts from it", () => {
    expect(start(path)).toBe(compiled);
  });

  // Where the addon loads, installation builds nothing, so the libraries must load there too.
  test("its plugins' libraries need no newer system than its addon", async () => {
    const newest = async (file: string) => {
      const wanted = new Map<string, string>();
      const text = await execute("objdump", ["-p", file]);
      for (const [, family = "", version = ""] of text.matchAll(/\b(GLIBC|GLIBCXX|CXXABI)_([\d.]+)/g)) {
        const known = wanted.get(family) ?? "0";
        if (known.localeCompare(version, "en", { numeric: true }) < 0) wanted.set(family, version);
      }
      return wanted;
    };
    const [addon = new Map<string, string>(), ...plugins] = await Promise.all(prebuiltBinaries(path).map(newest));
    console.log(`the prebuilt addon needs ${[...addon].map(([family, version]) => `${family}_${version}`).join(", ")}`);
    expect(addon.size).toBe(3);
    for (const plugin of plugins) {
      for (const [family, version] of plugin) {
        expect((addon.get(family) ?? "0").localeCompare(version, "en", { numeric: true })).toBeGreaterThanOrEqual(0);
      }
    }
  });
});

test("where a prebuilt binary fits, nothing needs to run at installation", async () => {
  const command = join(await unpacked(offline), "dist/cli/main.cjs");
  expect(await execute(process.execPath, [command, "run", guest("hello")])).toBe(hello);
});

describe("installed where a prebuilt binary fits, without a compiler", () => {
  let project: Project;
  beforeAll(async () => {
    project = await install(offline, pathWithoutCompilers());
  }, 600_000);

  test("nothing was built, and nothing could have been", async () => {
    expect(await project.run(["sh", "-c", "command -v cc c++ gcc g++ clang cmake make ninja || :"])).toBe("");
    expect(existsSync(join(project.installed, "build"))).toBe(false);
  });

  test("a program runs a guest", async () => {
    expect(await runProgramIn(project)).toEqual({ status: 0, output: hello });
  });

  test("npx runs a guest, by a command that was compiled before", async () => {
    expect(await project.run(["npx", "vm-plugin", "run", guest("hello")])).toBe(hello);
    expect(start(project.installed)).toBe(compiled);
  });

  test("a device in TypeScript is bundled by the esbuild inside, and the guest reaches it", async () => {
    const plugin = join(root, "test/examples/typescript-device");
    const run = project.run(["npx", "vm-plugin", "run", "--plugin", plugin, guest("mmio"), "0x2000001000"]);
    await expect(run).rejects.toThrow("device dice/dice: a die takes no 136");
  });

  test("every export is there for Node and for TypeScript", async () => {
    const { exports } = JSON.parse(readFileSync(join(project.installed, "package.json"), "utf8"));
    const names = Object.keys(exports).filter((name) => !name.endsWith(".json"));
    const text = names.map((name, index) => `import * as m${index} from "vm-plugin${name.slice(1)}";`).join("\n");
    const used = `console.log([${names.map((_, index) => `m${index}`).join()}].every((m) => Object.keys(m).length > 0));`;
    writeFileSync(join(project.path, "exports.js"), `${text}\n${used}\n`);
    expect(await project.run(["node", "exports.js"])).toBe("true\n");

    writeFileSync(join(project.path, "program.js"), program);
    for (const name of ["@types", "undici-types"]) {
      symlinkSync(join(root, "node_modules", name), join(project.path, "node_modules", name));
    }
    const options = ["--strict", "--noEmit", "--allowJs", "--checkJs", "--target", "es2023", "--module", "nodenext"];
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const files = ["exports.js", "program.js"];
    expect(await project.run(["node", compiler, ...options, "--types", "node", ...files])).toBe("");
  });
});

describe("installed where no prebuilt binary fits", () => {
  let project: Project;
  beforeAll(async () => {
    project = await install(await ofAnotherPlatform(offline), process.env.PATH ?? "");
  }, 900_000);

  test("the addon and the plugins' libraries were built, and a program runs a guest", async () => {
    expect(readdirSync(join(project.installed, "build/Release"))).toContain("vm_plugin.node");
    expect(await runProgramIn(project)).toEqual({ status: 0, output: hello });
    expect(start(project.installed)).toBe(compiled);
  });

  test("a prebuilt binary that does not load is replaced by one built here", async () => {
    rmSync(join(project.installed, "build/Release"), { recursive: true });
    const folder = join(project.installed, "prebuilds");
    cpSync(join(folder, readdirSync(folder)[0] ?? ""), join(folder, platform), { recursive: true });
    writeFileSync(join(folder, platform, "vm-plugin.glibc.node"), "of a newer system");
    await project.run(["npm", "run", "install"], project.installed);
    expect(readdirSync(join(project.installed, "build/Release"))).toContain("vm_plugin.node");
    expect(await runProgramIn(project)).toEqual({ status: 0, output: hello });
  });
});
