import { fileURLToPath } from "node:url";

/** The folder of the vm-plugin package: this module lies somewhere below its src/ or, bundled, its dist/. */
export function packageRoot(): string {
  const path = fileURLToPath(import.meta.url);
  const end = Math.max(path.lastIndexOf("/src/"), path.lastIndexOf("/dist/"));
  return path.slice(0, end);
}
