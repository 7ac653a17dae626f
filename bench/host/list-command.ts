/** What `vm-plugin list` costs in a home with many plugins, against an empty program of Node's. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileStore } from "../../src/config/file-store.ts";
import { readBuiltins } from "../../src/host/builtins/builtins.ts";
import { Home } from "../../src/host/home/home.ts";
import { install } from "../../src/host/home/install.ts";
import { type Effort, mustSucceed, processPairs } from "../harness/pairs.ts";
import { type Command, measureProcess } from "../harness/process-time.ts";
import { pairedRow, type Row } from "../harness/row.ts";
import { scratchFolder } from "../harness/toolchain.ts";
import { repository } from "../harness/vm-plugin.ts";

const installed = 100;

/** CPU of the whole process. The plugins are installed as a user would have done it; one list has filled the cache. */
export async function listCommandRows(effort: Effort, progress: (line: string) => void): Promise<Row[]> {
  progress(`installing ${installed} plugins`);
  const home = await filledHome(join(scratchFolder(), "home"));
  const empty = join(scratchFolder(), "empty-list.mjs");
  writeFileSync(empty, "");
  const main = join(repository, "dist/cli/main.cjs");
  const ours: Command = { program: process.execPath, arguments: [main, "list", "--home", home.path] };
  const peer: Command = { program: process.execPath, arguments: [empty] };
  const first = measureProcess(ours);
  mustSucceed(ours, first);
  if (first.output.split("\n").filter((line) => line.startsWith("example-")).length !== installed)
    throw new Error(`vm-plugin list does not show the ${installed} plugins:\n${first.output}`);
  const name = `vm-plugin list with ${installed} installed plugins`;
  progress(`${effort.pairs} x ${name}`);
  const pairs = processPairs(ours, peer, effort.pairs, (our, their) => {
    mustSucceed(ours, our, first.output);
    mustSucceed(peer, their, "");
  });
  return [pairedRow("ratio", { name, unit: "s", peer: "node empty.mjs", bar: 1.6 }, pairs)];
}

async function filledHome(path: string): Promise<Home> {
  const home = new Home(path);
  const { facts, records } = readBuiltins(repository);
  const store = new FileStore({ folder: home.configurationFolder, lockFile: home.configurationLockFile });
  for (let index = 0; index < installed; index++) {
    const folder = join(scratchFolder(), "plugins", String(index));
    writePlugin(folder, index);
    await install(home, folder, { facts, others: records, store });
  }
  return home;
}

function writePlugin(folder: string, index: number): void {
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: `@example/plugin-${index}`,
    version: `1.${index}.0`,
    description: `One of many plugins of a well-filled home, number ${index}`,
    author: "A. N. Author",
    license: "MIT",
    type: "module",
    keywords: ["vm-plugin"],
    vmPlugin: {
      id: `example-${index}`,
      engines: { vm: ">=0.1.0" },
      entry: { module: "index.js" },
      tiers: ["inline"],
      provides: [{ point: "debug.logger", name: `example-${index}`, contract: "1.0", priority: -1 }],
      configuration: { type: "object", properties: { level: { type: "string", default: "info" } } },
    },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  writeFileSync(
    join(folder, "index.js"),
    `import { definePlugin } from "vm-plugin/sdk";
     export default definePlugin({
       points: { "debug.logger": { "example-${index}": { create: () => ({ log() {} }) } } },
     });`,
  );
}
