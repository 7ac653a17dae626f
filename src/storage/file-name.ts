/** File names for ids. An id is never a path: its name has no part of it. */
import { createRequire } from "node:module";

let crypto: typeof import("node:crypto") | undefined;

/** SHA-256 of the id, in hexadecimal digits. node:crypto is loaded when the first id comes. */
export function fileNameOf(id: string): string {
  crypto ??= createRequire(import.meta.url)("node:crypto") as typeof import("node:crypto");
  return crypto.createHash("sha256").update(id).digest("hex");
}
