/** The examples, built and run as a stranger would: from the packed package alone, out of this tree. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { guest, root, vmPlugin } from "../cli/vm-plugin.ts";
import { folder } from "../support/folder.ts";

/** The packed package, unpacked as node_modules/vm-plugin of a new project; its own dependencies are this tree's. */
function newProject(): string {
  const path = folder();
  // A cache of its own: there may be no home.
  const options = ["--json", "--ignore-scripts", "--pack-destination", path, "--cache", folder()];
  const output = execFileSync("npm", ["pack", ...options], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ filename }] = JSON.parse(output) as [{ filename: string }];
  const modules = join(path, "node_modules");
  mkdirSync(join(modules, "vm-plugin"), { recursive: true });
  execFileSync("tar", ["-xzf", join(path, filename), "-C", join(modules, "vm-plugin"), "--strip-components=1"]);
  for (const name of ["@types", "undici-types"]) {
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  return path;
}

const project = newProject();
const example = (name: string) => {
  const path = join(project, name);
  cpSync(join(root, "test/examples", name), path, { recursive: true });
  return path;
};

test("the device in C++ builds against the packed headers and serves a guest", () => {
  const path = example("native-device");
  // The command that the file itself gives.
  const command = /Build: (.*)/.exec(readFileSync(join(path, "stopwatch.cc"), "utf8"))?.[1] ?? "";
  const words = command.replace("VM_PLUGIN", join(project, "node_modules/vm-plugin")).split(" ");
  execFileSync(words[0] ?? "", ["-Wall", "-Wextra", "-Wpedantic", "-Werror", ...words.slice(1)], { cwd: path });
  const { stdout, stderr } = vmPlugin(["run", "--plugin", path, guest("mmio"), "0x2000000000"]);
  expect(stdout).toMatch(/8 bits: before [0-9a-f]{2}, after [0-9a-f]{2}/);
  expect(stderr).toContain("there is no register at offset 8");
});

test.each(["typescript-device", "typescript-logger"])("%s type-checks against the packed types alone", (name) => {
  const path = example(name);
  writeFileSync(
    join(path, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, target: "es2023", module: "nodenext", types: ["node"] },
      include: ["*.ts"],
    }),
  );
  const { status, stdout } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", path], {
    encoding: "utf8",
  });
  expect(stdout).toBe("");
  expect(status).toBe(0);
});

test("the packed command generates headers and types of a stranger's own contract", () => {
  for (const name of ["esbuild", "@esbuild"]) {
    symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));
  }
  const command = join(project, "node_modules/vm-plugin/dist/cli/main.cjs");
  const contract = join(root, "test/examples/contract/greeter.ts");
  const out = join(project, "generated");
  const { status, stderr } = spawnSync(process.execPath, [command, "generate", "--contract", contract, "--out", out], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const include = join(project, "node_modules/vm-plugin/native/include");
  const headers = execFileSync("find", [join(out, "include"), "-name", "*.h"], { encoding: "utf8" })
    .trim()
    .split("\n");
  // A stranger's names are the stranger's own: of its id, not of this package.
  expect(headers.map((path) => relative(join(out, "include"), path)).sort()).toEqual([
    "acme/greeter.h",
    "acme/marshal/greeter.h",
  ]);
  expect(readFileSync(join(out, "include/acme/greeter.h"), "utf8")).toContain(
    '#define ACME_GREETER_POINT "acme.greeter"',
  );
  const folders = ["-I", join(out, "include"), "-I", include];
  execFileSync("gcc", ["-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", ...folders, "-x", "c", ...headers]);
});

test("the README's plugin is the example", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  expect(readme).toContain(readFileSync(join(root, "test/examples/typescript-logger/index.ts"), "utf8").trim());
});

test("headers of the packed package compile alone as C11 and C++17", () => {
  const include = join(project, "node_modules/vm-plugin/native/include");
  const headers = execFileSync("find", [include, "-name", "*.h"], { encoding: "utf8" }).trim().split("\n");
  expect(headers.length).toBeGreaterThan(10);
  const flags = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I", include];
  execFileSync("gcc", ["-std=c11", ...flags, "-x", "c", ...headers]);
  execFileSync("g++", ["-std=c++17", ...flags, "-x", "c++", ...headers]);
});
