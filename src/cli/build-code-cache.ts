/**
 * build-code-cache.cjs GUEST: the build step that keeps what V8 has compiled of the command once it has listed the plugins and run
 * a guest, beside the command.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheContent, cachedScript, cacheOf } from "./cached-script.ts";

const file = join(__dirname, "command.cjs");
const [node = "", self = "", guest = ""] = process.argv;
// Nothing of the builder's own home is used.
const home = ["--home", join(__dirname, "no-home")];
rmSync(cacheOf(file), { force: true });
const script = cachedScript(file);

function run(...words: string[]): void {
  process.argv = [node, self, ...words];
  script.run();
}

run("list", ...home);
// The command has ended when the event loop runs dry.
process.once("beforeExit", () => {
  if (process.exitCode !== 0) return;
  // The last one: where the loop does not run dry soon after a guest, the command ends the process.
  run("run", ...home, guest);
  process.once("exit", (status) => {
    if (status === 0) writeFileSync(cacheOf(file), cacheContent(file, script.script.createCachedData()));
  });
});
