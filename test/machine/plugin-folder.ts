import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "../support/folder.ts";

/** A plugin with one implementation, preferred to all others. instance: JavaScript, evaluated with its context. head: statements; methods: of the plugin; vmPlugin, provision: more of the manifest. */
export function pluginFolder(
  point: string,
  instance: string,
  { head = "", methods = "", vmPlugin = {}, provision = {} } = {},
): string {
  const path = folder();
  const manifest = {
    name: "test-plugin",
    version: "1.0.0",
    description: "A plugin for a test",
    author: "a test",
    type: "module",
    vmPlugin: {
      id: "test-plugin",
      type: point.slice(0, point.indexOf(".")),
      engines: { vm: "^0.1.0" },
      entry: { module: "index.js" },
      tiers: ["inline"],
      provides: [{ point, name: "test", contract: "1.0", priority: 1000, ...provision }],
      ...vmPlugin,
    },
  };
  writeFileSync(join(path, "package.json"), JSON.stringify(manifest));
  const points = `{ "${point}": { test: { create: (context) => (${instance}) } } }`;
  const module = `import { definePlugin } from "vm-plugin/sdk";\n${head}\nexport default definePlugin({ points: ${points}, ${methods} });\n`;
  writeFileSync(join(path, "index.js"), module);
  return path;
}
