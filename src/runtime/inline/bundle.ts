/** Turns a plugin's source into one self-contained module. esbuild is imported only here. */
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildOptions, Plugin } from "esbuild";

/** The SDK of the running package: source when it runs from its source, else what was built from it. */
function sdkPath(packageRoot: string): string {
  return join(packageRoot, import.meta.url.endsWith(".ts") ? "src/sdk/index.ts" : "dist/sdk/index.js");
}

/** Resolves vm-plugin/sdk without any node_modules, and refuses the rest of vm-plugin. */
function sdkResolver(packageRoot: string): Plugin {
  return {
    name: "vm-plugin",
    setup({ onResolve }) {
      onResolve({ filter: /^vm-plugin(\/|$)/ }, ({ path }) =>
        path === "vm-plugin/sdk"
          ? { path: sdkPath(packageRoot) }
          : { errors: [{ text: `a plugin imports vm-plugin/sdk and nothing else of vm-plugin, not ${path}` }] },
      );
    },
  };
}

/** For running at once from another place: what the module finds by its own address still lies beside its source. */
function developmentOptions(entry: string): BuildOptions {
  return {
    sourcemap: "inline",
    sourceRoot: `${pathToFileURL(dirname(entry)).href}/`,
    define: {
      "import.meta.url": JSON.stringify(pathToFileURL(entry).href),
      "import.meta.dirname": JSON.stringify(dirname(entry)),
      "import.meta.filename": JSON.stringify(entry),
    },
  };
}

/**
 * What `require` is in a bundle of CommonJS packages: it gives Node's own modules; for others that esbuild left, optional ones
 * say, it fails as Node does. esbuild renames what a module itself calls `require`. One line, so that traces keep theirs.
 */
const requireOfBundle = [
  `import { createRequire as __vmPluginCreateRequire, isBuiltin as __vmPluginIsBuiltin } from "node:module";`,
  "const __vmPluginRequire = __vmPluginCreateRequire(import.meta.url); const require = (name) => {",
  "if (__vmPluginIsBuiltin(name)) return __vmPluginRequire(name);",
  `throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: "MODULE_NOT_FOUND" }); }; `,
].join(" ");

export interface BundleOptions {
  readonly packageRoot: string;
  readonly development: boolean;
}

export interface Bundle {
  /** Of one ES module with everything that the entry imports. */
  readonly text: string;
  readonly inputs: readonly BundleInput[];
}

export interface BundleInput {
  /** Absolute; undefined for what is no file. */
  readonly path: string | undefined;
  /** What it imports that went into the bundle, as it is written there. */
  readonly imports: readonly string[];
}

/** Rejects with esbuild's error. */
export async function bundle(entry: string, options: BundleOptions): Promise<Bundle> {
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    ...(options.development ? developmentOptions(entry) : {}),
    entryPoints: [entry],
    // Comments in the output name files relative to it.
    absWorkingDir: options.packageRoot,
    outdir: dirname(entry),
    write: false,
    metafile: true,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    // Paths in the output stand as they are.
    charset: "utf8",
    logLevel: "silent",
    plugins: [sdkResolver(options.packageRoot)],
  });
  const inputs = Object.entries(metafile.inputs).map(([path, { imports }]) => ({
    // esbuild writes "namespace:path" for the others.
    path: path.includes(":") ? undefined : resolve(options.packageRoot, path),
    imports: imports.flatMap(({ original }) => original ?? []),
  }));
  const text = outputFiles[0]?.text ?? "";
  // esbuild's helper, which calls `require` where there is one.
  return { text: text.includes("__require") ? requireOfBundle + text : text, inputs };
}

/** The bundle's text alone. */
export async function bundleModule(entry: string, options: BundleOptions): Promise<string> {
  return (await bundle(entry, options)).text;
}
