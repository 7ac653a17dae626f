/**
 * Prints microseconds of CPU as JSON, per discovery of all plugins: the first of this process, and the mean of ten later ones.
 * Arguments: the home folder.
 */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { installedPlugins, openPlugins } from "./installed-plugins.ts";

const [, , home = ""] = process.argv;
const cache = join(home, "cache/discovery");
const plugins = installedPlugins(home);

async function cost(times: number): Promise<number> {
  const before = process.cpuUsage();
  for (let count = 0; count < times; count++) await openPlugins(plugins, cache);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

// What Node's own threads still do after its start is not counted.
await wait(100);
const first = await cost(1);
// Node's compiler has its say before the later ones are counted.
await cost(20);
process.stdout.write(JSON.stringify({ first, again: await cost(10) }));
