/** Turns a plugin's source into one self-contained module. esbuild is imported only here. */
import { dirname, join } from "node:path";
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

/** The text of one ES module with everything that `entry` imports. Rejects with esbuild's error. */
export async function bundleModule(
  entry: string,
  options: { readonly packageRoot: string; readonly development: boolean },
): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    ...(options.development ? developmentOptions(entry) : {}),
    entryPoints: [entry],
    // Comments in the output name files relative to it.
    absWorkingDir: options.packageRoot,
    outdir: dirname(entry),
    write: false,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "silent",
    plugins: [sdkResolver(options.packageRoot)],
  });
  return outputFiles[0]?.text ?? "";
}
