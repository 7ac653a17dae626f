/** Paths that come from a manifest. They name files inside one folder and nothing else. */
import { realpathSync } from "node:fs";
import { join, sep } from "node:path";

/** Why a manifest's path is not one inside the folder, or undefined when it is; looks at the text alone. */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "it is empty";
  if (path.includes("\0")) return "it holds a zero byte";
  if (path.includes("\\")) return "it holds a backslash; separate folders with /";
  if (path.startsWith("/") || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path)) return "it is absolute";
  if (path.split("/").includes("..")) return "it holds ..";
  return undefined;
}

/**
 * The real path of `path` inside `folder`. "missing" when there is no such file, "escape" when the text or a link leads out.
 * To be asked again right before the file is used: a link may have been put there since.
 */
export function resolveInside(folder: string, path: string): { readonly path: string } | "missing" | "escape" {
  if (pathProblem(path) !== undefined) return "escape";
  try {
    const root = realpathSync(folder);
    const real = realpathSync(join(root, path));
    return real.startsWith(root.endsWith(sep) ? root : root + sep) ? { path: real } : "escape";
  } catch {
    return "missing";
  }
}
