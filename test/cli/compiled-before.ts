/** Whether a built command starts from the code that was compiled at its build. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "../support/folder.ts";

const watcher = `
  const vm = require("node:vm");
  vm.Script = class extends vm.Script {
    constructor(...all) {
      super(...all);
      console.error(this.cachedDataRejected === false ? "compiled before" : "compiled now");
    }
  };`;

/** `main.cjs --version`; standard error is "compiled before" or "compiled now". */
export function version(path: string, ...flags: string[]) {
  const preloaded = join(folder(), "watcher.cjs");
  writeFileSync(preloaded, watcher);
  const words = [...flags, "--require", preloaded, path, "--version"];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  return { status, signal, stdout, stderr };
}
