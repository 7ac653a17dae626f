/** SHA-256 of files. node:crypto is imported when a file has to be hashed, never at start. */
import { readFile } from "node:fs/promises";

/** Hexadecimal digits; rejects as readFile does. */
export async function hashFile(path: string): Promise<string> {
  const [{ createHash }, bytes] = await Promise.all([import("node:crypto"), readFile(path)]);
  return createHash("sha256").update(bytes).digest("hex");
}
