/** A root folder with Debian's busybox, a link for each applet, and files to work on. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root as packageFolder } from "../../../cli/vm-plugin.ts";
import { folder } from "../../../support/folder.ts";
import type { Platform } from "../support/platform.ts";
import { prepareRoot } from "./oracle.ts";

/** Where test/tools/fetch-busybox.sh puts it; tests themselves fetch nothing. */
const busyboxOf = ({ architecture }: Platform) => join(packageFolder, `build/guests/busybox-${architecture}`);

/** Why there is no busybox here, or false. */
export function noBusybox(platform: Platform): false | string {
  const debian = { riscv64: "riscv64", x86_64: "amd64" }[platform.architecture];
  const path = busyboxOf(platform);
  return existsSync(path) ? false : `${path} is missing; test/tools/fetch-busybox.sh ${debian} fetches it`;
}

/** The environment of everything that runs in such a root. */
export const environment = { PATH: "/bin", HOME: "/", TZ: "UTC0" } as const;

const words = Array.from(
  { length: 2000 },
  (_, index) => `${(index * 7919) % 10_007} word${index % 97} ${"x".repeat(index % 41)}`,
);
const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * index) >> 3));

export function makeRoot(platform: Platform): string {
  const busybox = busyboxOf(platform);
  const root = folder();
  prepareRoot(root);
  for (const name of ["bin", "etc", "data/sub/folder"]) mkdirSync(join(root, name), { recursive: true });
  copyFileSync(busybox, join(root, "busybox"));
  const emulator = platform.emulator === undefined ? [] : [`${platform.emulator}-static`];
  const [program = busybox, ...list] = [...emulator, busybox, "--list"];
  const applets = spawnSync(program, list, { encoding: "utf8" }).stdout.trim().split("\n");
  for (const applet of applets) symlinkSync("/busybox", join(root, "bin", applet));
  const files: readonly (readonly [string, string | Buffer])[] = [
    ["etc/passwd", "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"],
    ["etc/group", "root:x:0:\nnogroup:x:65534:\n"],
    ["data/words", `${words.join("\n")}\n`],
    ["data/table", "alpha:1:one\nbeta:22:two\ngamma:3:three\n"],
    ["data/sub/bytes", bytes],
    ["data/sub/folder/empty", ""],
  ];
  for (const [name, content] of files) writeFileSync(join(root, name), content, { mode: 0o644 });
  symlinkSync("../table", join(root, "data/sub/link"));
  symlinkSync("/data/words", join(root, "data/sub/absolute"));
  const dated = [...files.map(([name]) => name), "data/sub/folder", "data/sub", "data"];
  for (const name of dated) utimesSync(join(root, name), 1_600_000_000, 1_500_000_000);
  return root;
}
