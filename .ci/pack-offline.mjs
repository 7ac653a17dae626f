// Puts every production dependency, as it is installed here, into the packed package, so that it installs without a network:
// node .ci/pack-offline.mjs PACKED.tgz FOLDER. Prints the new tarball's path. It is for this platform alone, as the program
// inside esbuild's dependency is, which is why the published package bundles nothing.
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [packed, destination] = process.argv.slice(2);
const root = join(import.meta.dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "vm-plugin-offline-"));
try {
  const folder = join(scratch, "package");
  mkdirSync(folder);
  execFileSync("tar", ["-xzf", packed, "-C", folder, "--strip-components=1"]);

  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  for (const [path, { dev, optional }] of Object.entries(packages)) {
    if (path === "" || dev) continue;
    if (existsSync(join(root, path))) cpSync(join(root, path), join(folder, path), { recursive: true });
    else if (!optional) throw new Error(`${path} is not installed: npm ci`);
  }

  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  manifest.bundleDependencies = Object.keys(manifest.dependencies);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);

  // A cache of its own: there may be no home.
  const options = ["--json", "--ignore-scripts", "--pack-destination", scratch, "--cache", join(scratch, "cache")];
  const [{ filename }] = JSON.parse(execFileSync("npm", ["pack", ...options], { cwd: folder, encoding: "utf8" }));
  const name = `${manifest.name}-${manifest.version}-${process.platform}-${process.arch}-offline.tgz`;
  copyFileSync(join(scratch, filename), join(destination, name));
  console.log(join(destination, name));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
