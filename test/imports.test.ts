/** Who may import whom: each part what stands to its right, and siblings only through contracts. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** Those of one line are siblings. The package's own face, src/index.ts, stands to the left of all. */
const order = [
  ["index"],
  ["cli"],
  ["doctor", "testing"],
  ["machine"],
  ["host"],
  ["runtime", "config", "security", "monitor", "communication"],
  ["storage"],
  ["native"],
  ["sdk"],
  ["contracts"],
  ["time-limit"],
  ["errors", "nearest", "package-root", "turns"],
];
const rank = new Map(order.flatMap((parts, index) => parts.map((part) => [part, index] as const)));

/** Only these make the addon load; the others may name its types. */
const usersOfTheAddon = new Set(["index", "doctor", "testing", "machine", "runtime", "communication", "storage"]);

function filesOf(folder: string, pattern: RegExp): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter((path) => pattern.test(path) && !/(^|\/)(node_modules|dist|build[^/]*)\//.test(path))
    .filter((path) => statSync(join(root, path)).isFile());
}

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

function importsOf(path: string): Import[] {
  const text = withoutComments(readFileSync(join(root, path), "utf8"));
  const statics = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)";$/gm);
  const dynamics = text.matchAll(/\b(?:import|require)\(\s*"([^"]+)"\s*\)/g);
  return [
    ...[...statics].map(([, type, specifier = ""]) => ({ specifier, typeOnly: type !== undefined })),
    ...[...dynamics].map(([, specifier = ""]) => ({ specifier, typeOnly: false })),
  ];
}

/** The part of src/ that a file belongs to: its folder, or its name for a file of src/ itself. */
function partOf(path: string): string {
  return relative("src", path).split("/")[0]?.replace(/\.ts$/, "") ?? "";
}

describe("src/", () => {
  const files = filesOf("src", /\.ts$/);

  test("every part has its place in the order", () => {
    expect(files.length).toBeGreaterThan(20);
    expect([...new Set(files.map(partOf))].filter((part) => !rank.has(part))).toEqual([]);
  });

  test("each part imports only what stands to its right", () => {
    const wrong: string[] = [];
    for (const file of files) {
      for (const { specifier } of importsOf(file)) {
        if (!specifier.startsWith(".")) continue;
        const target = relative(root, resolve(root, dirname(file), specifier));
        const [from, to] = [partOf(file), partOf(target)];
        const allowed = target.startsWith("src/") && (from === to || (rank.get(from) ?? 99) < (rank.get(to) ?? -1));
        if (!allowed) wrong.push(`${file} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("relative imports name files that exist, with their ending", () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) => specifier.startsWith(".") && !existsSync(resolve(root, dirname(file), specifier)))
        .map(({ specifier }) => `${file} -> ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  test("only the doctor, the machine, the runtime, their messages, the storage and the test kit load the addon", () => {
    const wrong = files.filter(
      (file) =>
        !usersOfTheAddon.has(partOf(file)) &&
        importsOf(file).some(
          ({ specifier, typeOnly }) => !typeOnly && /^\.{1,2}\/(\.\.\/)*native\.ts$/.test(specifier),
        ),
    );
    expect(wrong).toEqual([]);
  });

  test("no part imports the package by its name", () => {
    const wrong = files.filter((file) => importsOf(file).some(({ specifier }) => /^vm-plugin(\/|$)/.test(specifier)));
    expect(wrong).toEqual([]);
  });
});

describe("plugins/", () => {
  test("a plugin in TypeScript imports vm-plugin/sdk, Node's own modules and its own files", () => {
    const wrong: string[] = [];
    for (const file of filesOf("plugins", /\.[cm]?[jt]s$/)) {
      const folder = file.split("/").slice(0, 2).join("/");
      for (const { specifier } of importsOf(file)) {
        const target = relative(root, resolve(root, dirname(file), specifier));
        const own = specifier.startsWith(".") && target.startsWith(`${folder}/`);
        const node = specifier.startsWith("node:") && builtinModules.includes(specifier.slice(5));
        if (!own && !node && specifier !== "vm-plugin/sdk") wrong.push(`${file} -> ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("src/ and native/ name no built-in plugin", () => {
    const ids = readdirSync(join(root, "plugins")).flatMap((folder) => {
      const path = join(root, "plugins", folder, "package.json");
      return existsSync(path) ? [JSON.parse(readFileSync(path, "utf8")).vmPlugin.id as string] : [];
    });
    const wrong: string[] = [];
    for (const file of [...filesOf("src", /\.ts$/), ...filesOf("native", /\.(cc?|h)$/)]) {
      for (const line of withoutComments(readFileSync(join(root, file), "utf8")).split("\n")) {
        for (const id of ids) {
          if (line.includes(`"${id}"`) || line.includes(`plugins/${id}`)) wrong.push(`${file}: ${line.trim()}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe("native code", () => {
  const nativeOrder: Readonly<Record<string, readonly string[]>> = {
    addon: ["addon", "core", "hypervisor", "conformance", "include"],
    runner: ["runner", "core", "hypervisor", "include"],
    core: ["core", "include"],
    hypervisor: ["hypervisor", "include"],
    conformance: ["conformance", "include"],
    include: ["include"],
  };
  const pattern = /\.(c|cc|h|def|inc)$/;

  interface Include {
    readonly name: string;
    /** Relative to the root; undefined for a header of the system. */
    readonly target: string | undefined;
  }

  /** `folders`: where the compiler looks, besides the file's own folder. */
  function includesOf(file: string, folders: readonly string[]): Include[] {
    const text = withoutComments(readFileSync(join(root, file), "utf8"));
    return [...text.matchAll(/^\s*#\s*include\s*(["<])([^">]+)[">]/gm)].map(([, quote, name = ""]) => {
      const places = quote === '"' ? [dirname(file), ...folders] : folders;
      const place = places.find((folder) => existsSync(join(root, folder, name)));
      return { name, target: place === undefined ? undefined : relative(root, join(root, place, name)) };
    });
  }

  test("addon and runner include the core and the hypervisor, those and the conformance suites only the published headers", () => {
    const wrong: string[] = [];
    for (const file of filesOf("native", pattern)) {
      const part = file.split("/")[1] ?? "";
      for (const { name, target } of includesOf(file, ["native", "native/include"])) {
        const inside =
          target === undefined || nativeOrder[part]?.some((allowed) => target.startsWith(`native/${allowed}/`));
        if (!inside) wrong.push(`${file} -> ${name}`);
        if (part !== "addon" && /^(node_api|js_native_api|napi|node|v8|uv)\b/.test(name))
          wrong.push(`${file} -> ${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("a native plugin includes the published headers, its own files and the headers of plugins that it requires", () => {
    const wrong: string[] = [];
    for (const file of filesOf("plugins", pattern)) {
      const folder = file.split("/").slice(0, 2).join("/");
      const { vmPlugin } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
      const required = ((vmPlugin.requires ?? []) as { plugin?: string }[]).map(
        ({ plugin }) => `plugins/${plugin}/include`,
      );
      const places = ["native/include", `${folder}/include`, `${folder}/native`, ...required];
      for (const { name, target } of includesOf(file, places)) {
        const published = target !== undefined && places.some((place) => target.startsWith(`${place}/`));
        const foreign = target !== undefined && !published && !target.startsWith(`${folder}/`);
        if (foreign || /^(node_api|js_native_api|napi|core\/|addon\/)/.test(name)) wrong.push(`${file} -> ${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("a published header includes only C's own headers and its neighbours", () => {
    const allowed = /^((std(def|int|lib|atomic)|string)\.h|atomic)$/;
    const wrong = filesOf("native/include", /\.h$/).flatMap((file) =>
      includesOf(file, ["native/include"])
        .filter(({ name, target }) => target === undefined && !allowed.test(name))
        .map(({ name }) => `${file} -> ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});
