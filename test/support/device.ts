import { accessSync, constants } from "node:fs";

/** Why a test that needs the device file is skipped, said once; false when it can be read and written. */
export function missingDevice(path: string): false | string {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return false;
  } catch (error) {
    const reason = `skipped: ${path} cannot be opened (${(error as NodeJS.ErrnoException).code})`;
    console.warn(reason);
    return reason;
  }
}
