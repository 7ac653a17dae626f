import { closeSync, openSync } from "node:fs";

/** Why a test that needs the device file is skipped, said once; false when it can be opened to be read and written. */
export function missingDevice(path: string): false | string {
  try {
    closeSync(openSync(path, "r+"));
    return false;
  } catch (error) {
    const reason = `skipped: ${path} cannot be opened (${(error as NodeJS.ErrnoException).code})`;
    console.warn(reason);
    return reason;
  }
}
