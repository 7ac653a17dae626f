/** The command as a script that V8 may have compiled before. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";
import { importerKey } from "../runtime/inline/import-url.ts";

/** Where the compiled code lies. V8 refuses what another version of it, or other flags, have made; a build removes it first. */
export const cacheOf = (file: string): string => `${file.slice(0, -".cjs".length)}.cache`;

export interface CachedScript {
  readonly script: Script;
  /** As Node runs a CommonJS module; again runs it again. */
  run(): void;
}

/** cachedData: of an earlier script of the same file; without it, or where V8 refuses it, all is compiled. */
export function cachedScript(file: string, cachedData: Buffer | undefined): CachedScript {
  const text = readFileSync(file, "utf8");
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = { exports: {} };
  Object.assign(globalThis, { [importerKey]: (url: string) => import(url) });
  const run = () => script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return { script, run };
}
