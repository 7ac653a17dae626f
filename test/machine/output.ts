import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

/** All that a guest writes to the stream. */
export function textOf(stream: Readable | null): Promise<string> {
  if (stream === null) throw new Error("the stream is no pipe");
  return text(stream);
}
