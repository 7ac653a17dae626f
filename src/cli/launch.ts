#!/usr/bin/env node
/** The program `vm-plugin`: the command, with the code that V8 compiled when the package was built. */
import { join } from "node:path";
import { cachedScript } from "./cached-script.ts";

cachedScript(join(__dirname, "command.cjs")).run();
