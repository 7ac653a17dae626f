#!/usr/bin/env node
/** The program `vm-plugin`: the command, with the code that was compiled when the package was built, which halves its start. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cachedScript, cacheOf } from "./cached-script.ts";

const file = join(__dirname, "command.cjs");

function readCache(): Buffer | undefined {
  try {
    return readFileSync(cacheOf(file));
  } catch {
    return undefined;
  }
}

cachedScript(file, readCache()).run();
