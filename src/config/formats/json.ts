/** JSON (RFC 8259). Holds every configuration. */
import { numberOf } from "../json.ts";
import type { Format } from "./format.ts";

export const json: Format = {
  parse(text) {
    const value: unknown = JSON.parse(text);
    // JSON.parse keeps the last of two equal keys and rounds long integers, and says nothing.
    const levels: Set<string>[] = [];
    // Outside of strings a sound text has nothing that looks like one of these.
    const tokens = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]|-?\d[\d.eE+-]*/g;
    for (const [token, string, colon] of text.matchAll(tokens)) {
      if (token === "{" || token === "[") levels.push(new Set());
      else if (token === "}" || token === "]") levels.pop();
      else if (string === undefined) checkNumber(token);
      else if (colon !== undefined) addKey(levels.at(-1), string);
    }
    return value;
  },
  format: (value) => `${JSON.stringify(value, undefined, 2)}\n`,
};

function checkNumber(token: string): void {
  if (numberOf(token) === undefined) throw new Error(`the number ${token.slice(0, 40)} cannot be held exactly`);
}

function addKey(keys: Set<string> | undefined, string: string): void {
  const key: string = JSON.parse(string);
  if (keys?.has(key)) throw new Error(`the key ${string} stands twice`);
  keys?.add(key);
}
