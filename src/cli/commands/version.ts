import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../package-root.ts";

/** `vm-plugin version` */
export async function version(): Promise<number> {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string };
  process.stdout.write(`vm-plugin ${manifest.version}\n`);
  return 0;
}
