import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildHarness, missing } from "./support/harness.ts";
import { Random } from "./support/random.ts";

const skip = missing("cmake", "g++");
const skipPeer = skip ?? missing("riscv64-linux-gnu-as", "riscv64-linux-gnu-objdump");
const seed = Number(process.env.VM_PLUGIN_SEED ?? 99);

test.skipIf(skip)("every 16-bit word and random 32-bit words decode within bounds, under sanitizers", () => {
  const build = buildHarness("address,undefined", ["decoder_check"]);
  const result = spawnSync(join(build, "decoder_check"), ["random", `${seed}`, "2000000"], { encoding: "utf8" });
  console.log(result.stdout.trim());
  expect(result.stderr).toBe("");
  expect(result.status, result.stdout).toBe(0);
});

/** What binutils calls each word, without aliases; "illegal" for what it does not know. */
function binutilsNames(words: number[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "vm-plugin-riscv-decoder-"));
  const [source, object] = [join(folder, "words.s"), join(folder, "words.o")];
  const lines = words.map((word) => `.insn ${(word & 3) === 3 ? 4 : 2}, 0x${word.toString(16)}`);
  const isa = "rv64imafdc_zicsr_zifencei_zba_zbb_zbc_zbs";
  writeFileSync(source, `.attribute arch, "${isa}"\n.option rvc\n${lines.join("\n")}\n`);
  const options = { encoding: "utf8" as const, maxBuffer: 1 << 28 };
  const assembled = spawnSync("riscv64-linux-gnu-as", [`-march=${isa}`, "-o", object, source], options);
  if (assembled.status !== 0) throw new Error(assembled.stderr);
  const listing = spawnSync("riscv64-linux-gnu-objdump", ["-d", "-M", "no-aliases", object], options).stdout;
  const names = [...listing.matchAll(/^ +[0-9a-f]+:\t[0-9a-f]+ +\t(\S+)/gm)].map((match) => match[1] ?? "");
  expect(names).toHaveLength(words.length);
  return names.map((name) => (/^(\.|0x|unimp|c\.unimp)/.test(name) ? "illegal" : name));
}

function ourNames(words: number[]): string[] {
  const build = buildHarness("plain", ["decoder_check"]);
  const input = words.map((word) => word.toString(16)).join("\n");
  const result = spawnSync(join(build, "decoder_check"), ["names"], { input, encoding: "utf8", maxBuffer: 1 << 28 });
  return result.stdout.trim().split("\n");
}

/** binutils' name as the decoder spells it. */
function normalize(name: string): string {
  const compressed: Record<string, string> = {
    "c.addi4spn": "addi",
    "c.addi16sp": "addi",
    "c.nop": "addi",
    "c.li": "addi",
    "c.mv": "add",
    "c.j": "jal",
    "c.jr": "jalr",
    "c.beqz": "beq",
    "c.bnez": "bne",
    "c.lwsp": "lw",
    "c.ldsp": "ld",
    "c.fldsp": "fld",
    "c.swsp": "sw",
    "c.sdsp": "sd",
    "c.fsdsp": "fsd",
    "c.slli64": "slli",
    "c.srli64": "srli",
    "c.srai64": "srai",
  };
  const plain = compressed[name] ?? name.replace(/^c\./, "");
  const spelled = plain.replace(/^(lr|sc|amo\w+)\.(w|d)(\.(aq|rl|aqrl))?$/, "$1_$2").replaceAll(".", "_");
  const renamed: Record<string, string> = {
    and: "and_",
    or: "or_",
    xor: "xor_",
    fmv_x_s: "fmv_x_w",
    fmv_s_x: "fmv_w_x",
  };
  return renamed[spelled] ?? spelled;
}

function expectSameNames(words: number[], reservedByUs: (word: number, theirs: string) => boolean): void {
  const theirs = binutilsNames(words).map(normalize);
  const ours = ourNames(words);
  const different = words
    .map((word, i) => ({ word: word.toString(16), ours: ours[i] ?? "", theirs: theirs[i] ?? "" }))
    .filter(({ ours, theirs }) => ours !== theirs)
    .filter(({ word, theirs }) => !reservedByUs(Number.parseInt(word, 16), theirs));
  expect(different.slice(0, 40)).toEqual([]);
}

test.skipIf(skipPeer)("every compressed instruction is what binutils says it is", () => {
  const words = Array.from({ length: 0x10000 }, (_, word) => word).filter((word) => (word & 3) !== 3);
  expectSameNames(words, () => false);
});

test.skipIf(skipPeer)("random instructions are what binutils says they are", () => {
  const random = new Random(seed);
  const opcodes = [
    0x03, 0x07, 0x0f, 0x13, 0x17, 0x1b, 0x23, 0x27, 0x2f, 0x33, 0x37, 0x3b, 0x43, 0x47, 0x4b, 0x4f, 0x53, 0x63, 0x67,
    0x6f, 0x73,
  ];
  const words = Array.from({ length: 60_000 }, () => {
    const word = Number(random.next() & 0xffffff80n);
    // The upper bits as instructions have them, more often than chance would.
    const high = random.pick([
      0, 0x20, 0x01, 0x05, 0x30, 0x04, 0x10, 0x2c, 0x60, 0x68, 0x70, 0x78, 0x50, 0x14, 0x24, 0x34,
    ]);
    const upper = random.chance(1, 2) ? word : ((word & 0x01ffffff) | ((high | random.below(2)) << 25)) >>> 0;
    return (upper | random.pick(opcodes)) >>> 0;
  });
  expectSameNames(words, () => false);
});
