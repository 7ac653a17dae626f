/** The command as a script that V8 may have compiled before. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";
import { importerKey } from "../runtime/inline/import-url.ts";

/** Where the compiled code lies. */
export const cacheOf = (file: string): string => `${file.slice(0, -".cjs".length)}.cache`;

/**
 * What lies there. V8 looks at its version, its flags and the source's length alone, and crashes on damaged data: so the source is
 * there too, and the data twice, which are compared faster than they are hashed.
 */
export function cacheContent(file: string, data: Buffer): Buffer {
  return Buffer.concat([readFileSync(file), data, data]);
}

/** Undefined where there is none of just this source, or it is damaged. */
function compiledOf(file: string, source: Buffer): Buffer | undefined {
  let content: Buffer;
  try {
    content = readFileSync(cacheOf(file));
  } catch {
    return undefined;
  }
  const data = content.subarray(source.length);
  const copy = data.subarray(data.length / 2);
  const sound = content.subarray(0, source.length).equals(source) && data.subarray(0, data.length / 2).equals(copy);
  return sound ? copy : undefined;
}

export interface CachedScript {
  readonly script: Script;
  /** As Node runs a CommonJS module; again runs it again. */
  run(): void;
}

/** Without a sound cache, or where V8 refuses it, all is compiled. */
export function cachedScript(file: string): CachedScript {
  const source = readFileSync(file);
  const cachedData = compiledOf(file, source);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source.toString()}\n})`, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = { exports: {} };
  Object.assign(globalThis, { [importerKey]: (url: string) => import(url) });
  const run = () => script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return { script, run };
}
