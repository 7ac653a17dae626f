/**
 * Everything whose change might make esbuild resolve or read something else for a bundle. Not seen: a file that appears where
 * an alias (`paths`) of a tsconfig.json would look first.
 */
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { BundleInput } from "./bundle.ts";

/** More is no plugin in development, and asking for all of them would take as long as bundling. */
const maximalWitnesses = 5000;

/** Absolute paths of files and folders, some of which do not exist; undefined where not all can be told. */
export function witnessPaths(inputs: readonly BundleInput[]): ReadonlySet<string> | undefined {
  const paths = new Set<string>();
  for (const { path, imports } of inputs) {
    if (path === undefined) return undefined;
    const folder = dirname(path);
    paths.add(path);
    // Its time stamp tells of names that come, go or are renamed.
    paths.add(folder);
    const above = ancestors(folder);
    for (const ancestor of above)
      for (const name of ["package.json", "tsconfig.json", "jsconfig.json"]) paths.add(join(ancestor, name));
    for (const specifier of imports) {
      if (specifier.startsWith(".") || isAbsolute(specifier)) addWay(paths, above, resolve(folder, specifier));
      else for (const ancestor of above) paths.add(join(ancestor, "node_modules", packageOf(specifier)));
    }
    if (paths.size > maximalWitnesses) return undefined;
  }
  return paths;
}

/** The folder itself first. */
function ancestors(folder: string): string[] {
  const found = [folder];
  for (let at = folder; at !== dirname(at); ) {
    at = dirname(at);
    found.push(at);
  }
  return found;
}

/** The folders that lead to an imported file as it is written: one of them may be a link. */
function addWay(paths: Set<string>, known: readonly string[], target: string): void {
  for (let at = target; !known.includes(at); at = dirname(at)) paths.add(at);
}

/** "@scope/name" or "name" of "@scope/name/file". */
function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
