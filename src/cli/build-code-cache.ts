/**
 * build-code-cache.cjs GUEST: the build step that keeps what V8 has compiled of the command once it has run a guest and listed the
 * plugins, beside the command.
 */
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachedScript, cacheOf } from "./cached-script.ts";

const file = join(__dirname, "command.cjs");
const [node = "", self = "", guest = ""] = process.argv;
const runs = [
  ["run", guest],
  ["list", "--home", join(__dirname, "no-home")],
];
const script = cachedScript(file, undefined);

/** The command has ended when the event loop runs dry. */
function next(): void {
  if ((process.exitCode ?? 0) !== 0) return;
  const words = runs.shift();
  if (words === undefined) {
    // A command that starts meanwhile reads all of it, or none.
    writeFileSync(`${cacheOf(file)}.${process.pid}`, script.script.createCachedData());
    renameSync(`${cacheOf(file)}.${process.pid}`, cacheOf(file));
    return;
  }
  process.argv = [node, self, ...words];
  process.once("beforeExit", next);
  script.run();
}

next();
