/** The folders in which a place may hold packages. */
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { reasonOf, VmPluginError } from "../../errors.ts";

/**
 * Subfolders by name, those of folders @scope too, links to folders included; hidden ones (npm's .bin) are left out. What
 * cannot be listed is among the problems.
 */
export function packageFolders(path: string): { folders: string[]; problems: VmPluginError[] } {
  let entries: Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    return { folders: [], problems: [listingProblem(path, cause)] };
  }
  const found = { folders: [] as string[], problems: [] as VmPluginError[] };
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith(".") || !(entry.isDirectory() || entry.isSymbolicLink())) continue;
    const folder = join(path, entry.name);
    if (!entry.name.startsWith("@")) {
      found.folders.push(folder);
      continue;
    }
    const scope = packageFolders(folder);
    found.folders.push(...scope.folders);
    if (entry.isDirectory()) found.problems.push(...scope.problems);
  }
  return found;
}

function listingProblem(path: string, cause: unknown): VmPluginError {
  const { code } = cause as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR"
    ? new VmPluginError("VMP_PLUGIN_FOLDER_NOT_FOUND", { path })
    : new VmPluginError("VMP_PLUGIN_FOLDER_UNREADABLE", { path, reason: reasonOf(cause) }, { cause });
}
