/** Debian's riscv64 busybox: its applets print and return what they do under qemu-riscv64 in the same folder. */
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findProgram } from "../../../bench/harness/toolchain.ts";
import { root as packageFolder, vmPlugin } from "../../cli/vm-plugin.ts";
import { folder } from "../../support/folder.ts";
import { missing } from "../../support/programs.ts";

/** Where test/tools/fetch-busybox.sh puts it; tests themselves fetch nothing. */
const cached = join(packageFolder, "build/guests/busybox-riscv64");

function busybox(): { readonly path: string } | { readonly skip: string } {
  const absent = missing("qemu-riscv64-static");
  if (absent) return { skip: absent };
  if (existsSync(cached)) return { path: cached };
  const skip = `skipped: ${cached} is missing; test/tools/fetch-busybox.sh fetches it`;
  console.warn(skip);
  return { skip };
}

const found = busybox();
const skip = "skip" in found;
/** chroot needs a privilege; a user namespace gives it where they are allowed, and the user stays the same in it. */
const chroot = process.getuid?.() === 0 ? ["chroot"] : ["unshare", "--map-current-user", "--keep-caps", "chroot"];
const qemu = findProgram("qemu-riscv64-static") ?? "";

function makeRoot(path: string): string {
  const root = folder();
  copyFileSync(path, join(root, "busybox"));
  copyFileSync(qemu, join(root, "qemu"));
  mkdirSync(join(root, "data/sub/folder"), { recursive: true });
  mkdirSync(join(root, "tmp"));
  const words = Array.from(
    { length: 20_000 },
    (_, index) => `${(index * 7919) % 10_007} word${index % 97} ${"x".repeat(index % 41)}`,
  );
  writeFileSync(join(root, "data/words"), `${words.join("\n")}\n`);
  writeFileSync(join(root, "data/table"), "alpha:1:one\nbeta:22:two\ngamma:3:three\n");
  writeFileSync(
    join(root, "data/sub/bytes"),
    Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * index) >> 3)),
  );
  writeFileSync(join(root, "data/sub/folder/empty"), "");
  symlinkSync("../table", join(root, "data/sub/link"));
  symlinkSync("/data/words", join(root, "data/sub/absolute"));
  for (const name of ["busybox", "qemu", "data/words", "data/table", "data/sub/bytes", "data/sub/folder/empty"]) {
    utimesSync(join(root, name), 1_600_000_000, 1_500_000_000);
  }
  for (const name of ["data/sub/folder", "data/sub", "data", "tmp", "."])
    utimesSync(join(root, name), 1_600_000_000, 1_500_000_000);
  return root;
}

interface Bytes {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function underQemu(root: string, args: readonly string[], input: string): Bytes {
  // A guest of vm-plugin begins with this umask, whatever the host's is.
  const script = 'umask 022; exec "$@"';
  const result = spawnSync("sh", ["-c", script, "sh", ...chroot, root, "/qemu", "/busybox", ...args], {
    input,
    env: { PATH: process.env.PATH },
    encoding: "latin1",
    maxBuffer: 1 << 26,
  });
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}

const reads: readonly (readonly [readonly string[], string?])[] = [
  [["sha256sum", "/data/words", "/data/sub/bytes", "/data/sub/link"]],
  [["md5sum", "/data/sub/absolute"]],
  [["sort", "/data/words"]],
  [["sort", "-t:", "-k2,2nr", "/data/table"]],
  [["awk", "{ n += $1; c[$2]++ } END { for (k in c) print k, c[k]; print n }", "/data/words"]],
  [["awk", "-F:", '{ printf "%s=%d\\n", $1, $2 * 2.5 }', "/data/table"]],
  [["gzip", "-c", "/data/words"]],
  [["bzip2", "-c", "/data/table"]],
  [["grep", "-nE", "^[0-9]*7 word(1|22) x*$", "/data/words"]],
  [["grep", "-rc", "word", "/data"]],
  [["ls", "-la", "/data/sub"]],
  [["ls", "-R", "/data"]],
  [["cat", "/data/table", "-", "/data/sub/link"], "from standard input\n"],
  [["cat", "/data/missing", "/data", "/data/table"]],
  [["wc", "/data/words", "/data/sub/bytes"]],
  [["find", "/data", "-type", "f", "-size", "+1k"]],
  [["find", "/", "-name", "*o*"]],
  [["stat", "-c", "%n %s %A %h %Y %X %F", "/data/words", "/data/sub/link", "/data/sub"]],
  [["stat", "-L", "-c", "%n %s %F", "/data/sub/absolute"]],
  [["date", "-u", "-r", "/data/words"]],
  [["date", "-u", "-d", "@86400", "+%Y-%m-%d %H:%M:%S"]],
  [["sed", "-n", "s/word\\([0-9]\\)$/<\\1>/p", "/data/words"]],
  [["tr", "a-z", "A-Z"], "some text\n"],
  [["cut", "-d:", "-f1,3", "/data/table"]],
  [["uniq", "-c"], "a\na\nb\n"],
  [["head", "-c", "1000", "/data/sub/bytes"]],
  [["tail", "-n", "3", "/data/words"]],
  [["od", "-A", "x", "-t", "x1", "/data/table"]],
  [["hexdump", "-C", "/data/table"]],
  [["diff", "/data/table", "/data/sub/folder/empty"]],
  [["cmp", "/data/table", "/data/words"]],
  [["tar", "-cf", "-", "-C", "/data", "sub", "table"]],
  [["readlink", "-f", "/data/sub/absolute"]],
  [["realpath", "/data/sub/../sub/link"]],
  [["du", "-k", "/data/sub"]],
  [["bc"], "2^100\nscale=20; 22/7\n"],
  [["dc"], "2 3 ^ p"],
  [["expr", "6", "*", "7"]],
  [["seq", "1", "3", "20"]],
  [["factor", "1234567890123"]],
  [["test", "-d", "/data/table"]],
  [["base64", "/data/table"]],
  [["xxd", "/data/table"]],
  [["tac", "/data/table"]],
  [["paste", "/data/table", "/data/table"]],
  [["cksum", "/data/words"]],
  [["strings", "/data/words"]],
  [["printf", "%5d|%-5s|%x\n", "42", "ab", "255"]],
  [["sh", "-c", "cd /data/sub && pwd && x=$((6*7)) && echo $x *; for i in 1 2 3; do echo -n $i; done; exit 9"]],
  [["sh", "-c", 'read a b; echo "[$b] [$a]"; test -L /data/sub/link && echo link; umask; false'], "one two three\n"],
  [["sh", "-c", "echo text; kill -TERM $$; echo more"]],
  [["nonsense"]],
];

describe.skipIf(skip)("busybox that reads", () => {
  const guestRoot = "path" in found ? makeRoot(found.path) : "";

  test.each(reads.map(([args, input]) => [args.join(" ").slice(0, 60), args, input ?? ""] as const))(
    "%s",
    (_, args, input) => {
      const ours = vmPlugin(["run", "--root", guestRoot, "/busybox", ...args], {
        input,
        encoding: "latin1",
        maxBuffer: 1 << 26,
      });
      const theirs = underQemu(guestRoot, args, input);
      // A shell that is killed says so itself; vm-plugin says it in a line of its own.
      const own = ours.stderr.split("\n").filter((line) => !line.startsWith("vm-plugin: "));
      if (theirs.status === null) return expect(ours.status).toBeGreaterThan(128);
      expect({ ...ours, stderr: own.join("\n") }).toEqual(theirs);
    },
  );
});

describe.skipIf(skip)("busybox that writes", () => {
  test("leaves the same files behind", () => {
    const ours = "path" in found ? makeRoot(found.path) : "";
    const theirs = folder();
    cpSync(ours, theirs, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    const commands = [
      ["cp", "-a", "/data", "/tmp/copy"],
      ["mv", "/tmp/copy/table", "/tmp/copy/sub/moved"],
      ["gzip", "/tmp/copy/words"],
      ["mkdir", "-p", "-m", "751", "/tmp/a/b/c"],
      ["ln", "/tmp/copy/sub/moved", "/tmp/hard"],
      ["ln", "-s", "../data/table", "/tmp/soft"],
      ["touch", "-d", "2001-02-03 04:05:06", "/tmp/copy/sub/bytes"],
      ["chmod", "4711", "/tmp/copy/sub/bytes"],
      ["dd", "if=/data/words", "of=/tmp/part", "bs=1000", "skip=3", "count=5"],
      ["truncate", "-s", "12345", "/tmp/part"],
      ["tar", "-xf", "/tmp/archive.tar", "-C", "/tmp/a"],
      ["tar", "-cf", "/tmp/archive.tar", "-C", "/data", "sub"],
      ["tar", "-xf", "/tmp/archive.tar", "-C", "/tmp/a"],
      ["sed", "-i", "s/two/TWO/", "/tmp/copy/sub/moved"],
      ["rm", "-r", "/tmp/copy/sub/folder"],
      ["rmdir", "/tmp/a"],
      ["mkfifo", "/tmp/fifo"],
      ["install", "-m", "640", "/data/table", "/tmp/installed"],
      ["unlink", "/tmp/soft"],
    ];
    for (const command of commands) {
      const our = vmPlugin(["run", "--root", ours, "/busybox", ...command]);
      const their = underQemu(theirs, command, "");
      // dd prints how long it took.
      const stderr = (text: string) => (command[0] === "dd" ? text.replace(/copied,.*/, "") : text);
      expect({ command, ...our, stderr: stderr(our.stderr) }).toEqual({
        command,
        ...their,
        stderr: stderr(their.stderr),
      });
    }
    const tree = (root: string) => {
      const listed = spawnSync("find", [".", "-printf", "%p %y %m %s %l %n\n"], { cwd: root, encoding: "utf8" });
      const sums = spawnSync("sh", ["-c", "find tmp -type f ! -name '*.tar' -exec sha256sum {} +"], {
        cwd: root,
        encoding: "utf8",
      });
      // Folder sizes are the host file system's business; an archive holds the time at which its folders were made.
      return `${listed.stdout.replace(/ d (\d+) \d+ /g, " d $1 ")}${sums.stdout}`.split("\n").sort();
    };
    expect(tree(ours)).toEqual(tree(theirs));
  });
});
