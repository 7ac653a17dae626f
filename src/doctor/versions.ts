/** What runs here. */
import { readFileSync } from "node:fs";
import { release, type } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../package-root.ts";
import type { Check } from "./check.ts";

interface PackageFacts {
  readonly version: string;
  readonly engines: { readonly node: string };
}

function packageFacts(): PackageFacts {
  return JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as PackageFacts;
}

export function vmPluginVersion(): string {
  return packageFacts().version;
}

export function versionChecks(): Check[] {
  const { version, engines } = packageFacts();
  return [
    { id: "version.vm-plugin", state: "ok", words: version, facts: { version } },
    nodeCheck(engines.node),
    {
      id: "version.kernel",
      state: "ok",
      words: `${type()} ${release()}`,
      facts: { system: type(), version: release() },
    },
  ];
}

/** needed: as the package's manifest has it, ">=20". */
function nodeCheck(needed: string): Check {
  const id = "version.node";
  const { node } = process.versions;
  const lowest = Number(/\d+/.exec(needed)?.[0] ?? 0);
  if (Number(node.split(".")[0]) >= lowest) return { id, state: "ok", words: node, facts: { version: node } };
  return { id, state: "limited", words: node, fix: `Use Node.js ${lowest} or newer.`, facts: { version: node } };
}
