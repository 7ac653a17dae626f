/** The README's walk-through and its example of embedding, as a user would type them. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "../support/folder.ts";
import { missing } from "../support/programs.ts";
import { pluginPackage } from "./plugin-package.ts";
import { programFolder, root } from "./vm-plugin.ts";

interface Block {
  readonly script: string;
  /** What the block says is printed. */
  readonly output: string;
}

function section(title: string): string {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  return new RegExp(`^## ${title}\n(.*?)^## `, "ms").exec(readme)?.[1] ?? "";
}

/** The section's shell blocks; `# ` begins a line of output, but not in a here-document. */
function blocks(): Block[] {
  return [...section("Walk-through").matchAll(/^```sh\n(.*?)^```$/gms)].map(([, script = ""]) => {
    const outside = script.replace(/<<'END'\n.*?^END$/gms, "");
    return { script, output: [...outside.matchAll(/^# (.*\n)/gm)].map(([, line]) => line).join("") };
  });
}

/** How long something took, and how wide that makes a column, is another matter each time. */
const settled = (text: string) => text.replace(/\b\d+ ms\b/g, "N ms").replace(/ +/g, " ");

const absent = missing("bash", "npm", "sed");
test.skipIf(absent)("what the README's walk-through types prints what it shows", () => {
  const typed = blocks();
  expect(typed.length).toBeGreaterThan(3);
  const mark = "--- end of a block ---";
  const { stdout } = spawnSync(
    "bash",
    ["-c", ["exec 2>&1", ...typed.map(({ script }) => `${script}\necho '${mark}'`)].join("\n")],
    {
      cwd: folder(),
      env: {
        ...process.env,
        PATH: `${programFolder()}:${process.env.PATH}`,
        npm_config_cache: folder(),
        NO_COLOR: "1",
      },
      encoding: "utf8",
    },
  );
  const printed = stdout.split(`${mark}\n`).slice(0, -1);
  expect(printed.map(settled)).toEqual(typed.map(({ output }) => settled(output)));
});

test("the README's example of embedding the plugin manager runs", () => {
  const project = folder();
  mkdirSync(join(project, "node_modules"));
  symlinkSync(root, join(project, "node_modules/vm-plugin"));
  const greeter = pluginPackage({ manifest: { keywords: ["vm-plugin"] } });
  cpSync(greeter, join(project, "node_modules/greeter"), { recursive: true });
  const [, example = ""] = /^```ts\n(.*?)^```$/ms.exec(section("Embed the plugin manager")) ?? [];
  writeFileSync(join(project, "embed.mts"), example);
  const options = { cwd: project, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(join(root, "node_modules/.bin/tsx"), ["embed.mts"], options);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("greeter 1.0.0 start running");
  expect(stdout).toContain("operations: {");
});
