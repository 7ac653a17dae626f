/** Values that the kernel shows as files. */
import { readFileSync } from "node:fs";

/** Without the white space around it; undefined where there is no such file, or it may not be read. */
export function systemFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** By its name as sysctl has it: "vm.max_map_count". */
export function systemSetting(name: string): string | undefined {
  return systemFile(`/proc/sys/${name.replaceAll(".", "/")}`);
}
