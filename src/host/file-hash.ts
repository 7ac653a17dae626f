/** SHA-256 of files. node:crypto is imported when a file has to be hashed, never at start. */
import { readFileSync } from "node:fs";

/** Hexadecimal digits. */
export type HashFile = (path: string) => string | Promise<string>;

/** Rejects as reading the file does. */
export async function hashFile(path: string): Promise<string> {
  const { createHash } = await import("node:crypto");
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
