/** Which of a package's node_modules belong to it: what bundleDependencies names, and what that requires in turn (as npm packs it). */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** npm's names of packages; others never become a path. */
const packageName = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;

interface PackageJson {
  readonly dependencies?: unknown;
  readonly optionalDependencies?: unknown;
  readonly bundleDependencies?: unknown;
  readonly bundledDependencies?: unknown;
}

/** The package's own `dependencies` by name. */
export function dependenciesOf(folder: string): string[] {
  return namesOf(readPackageJson(folder).dependencies);
}

/** Names below node_modules that are to be taken along. */
export function bundledDependencies(folder: string): ReadonlySet<string> {
  const { dependencies, ...own } = readPackageJson(folder);
  const named = own.bundleDependencies ?? own.bundledDependencies;
  const bundled = new Set(
    named === true ? namesOf(dependencies) : Array.isArray(named) ? named.filter((name) => isName(name)) : [],
  );
  for (const name of bundled) {
    const path = join(folder, "node_modules", name);
    if (!existsSync(join(path, "package.json"))) continue;
    const inner = readPackageJson(path);
    // What lies in its own node_modules comes along with it.
    for (const required of [...namesOf(inner.dependencies), ...namesOf(inner.optionalDependencies)])
      if (!existsSync(join(path, "node_modules", required))) bundled.add(required);
  }
  return bundled;
}

/** Whether walking the package leaves a path out. */
export function notPacked(bundled: ReadonlySet<string>): (path: string) => boolean {
  return (path) => {
    const parts = path.split("/");
    const name = parts.at(-1);
    if (name === ".git") return true;
    const at = parts.indexOf("node_modules");
    if (at < 0) return false;
    if (at > 0) return true;
    // Links of commands; nothing that is imported.
    if (name === ".bin" && parts.at(-2) === "node_modules") return true;
    if (parts.length === 1) return bundled.size === 0;
    const scoped = parts[1]?.startsWith("@") === true;
    if (scoped && parts.length === 2) return ![...bundled].some((one) => one.startsWith(`${parts[1]}/`));
    return !bundled.has(scoped ? `${parts[1]}/${parts[2]}` : (parts[1] ?? ""));
  };
}

function readPackageJson(folder: string): PackageJson {
  try {
    return Object(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))) as PackageJson;
  } catch {
    // Damaged or missing: it names nothing. The plugin's own is checked elsewhere.
    return {};
  }
}

function namesOf(dependencies: unknown): string[] {
  return Object.keys(Object(dependencies)).filter(isName);
}

function isName(name: unknown): name is string {
  return typeof name === "string" && packageName.test(name) && !name.includes("..");
}
