#!/usr/bin/env node
// Stands in for node-gyp, the only tool that prebuildify drives: builds with cmake-js as everything else does, and leaves a
// copy of the addon where prebuildify looks for it, since prebuildify moves that file away. The copy has the ordinary
// build's dynamic libstdc++, which Node loads anyway: linked in, GCC 12's needs a newer glibc (2.36) than the addon does.
import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";

const wanted = process.argv.find((argument) => argument.startsWith("--arch="))?.slice("--arch=".length);
if (wanted !== process.arch) {
  console.error(`prebuilt binaries for ${wanted} are made on ${wanted}; this is ${process.arch}`);
  process.exit(1);
}
const root = join(import.meta.dirname, "..");
execFileSync("npm", ["run", "--silent", "build:native"], { cwd: root, stdio: "inherit" });
cpSync(join(root, "build/Release"), "build/Release", { recursive: true });
