/**
 * build-code-cache.cjs GUEST: the build step that keeps what V8 has compiled of the command once it has run a guest and listed the
 * plugins, beside the command.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheContent, cachedScript, cacheOf } from "./cached-script.ts";

const file = join(__dirname, "command.cjs");
const [node = "", self = "", guest = ""] = process.argv;
// Nothing of the builder's own home is used.
const home = ["--home", join(__dirname, "no-home")];
const runs = [
  ["run", ...home, guest],
  ["list", ...home],
];
rmSync(cacheOf(file), { force: true });
const script = cachedScript(file);

/** The command has ended when the event loop runs dry. */
function next(): void {
  if ((process.exitCode ?? 0) !== 0) return;
  const words = runs.shift();
  if (words === undefined) {
    writeFileSync(cacheOf(file), cacheContent(file, script.script.createCachedData()));
    return;
  }
  process.argv = [node, self, ...words];
  process.once("beforeExit", next);
  script.run();
}

next();
