import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { missing } from "../../support/programs.ts";
import { buildCheck } from "./support/harness.ts";
import { Random } from "./support/random.ts";

const skip = missing("cmake", "g++");
const skipPeer = skip || missing("riscv64-linux-gnu-as", "riscv64-linux-gnu-objdump");
const seed = Number(process.env.VM_PLUGIN_SEED ?? 99);

test.skipIf(skip)("every 16-bit word and random 32-bit words decode within bounds, under sanitizers", () => {
  const check = buildCheck("decoder_check", "address,undefined");
  const result = spawnSync(check, ["random", `${seed}`, "2000000"], { encoding: "utf8" });
  console.log(result.stdout.trim());
  expect(result.stderr).toBe("");
  expect(result.status, result.stdout).toBe(0);
});

/** What binutils calls each word, without aliases; "illegal" for what it does not know. */
function binutilsNames(words: number[]): string[] {
  const place = folder();
  const [source, object] = [join(place, "words.s"), join(place, "words.o")];
  const lines = words.map((word) => `.insn ${(word & 3) === 3 ? 4 : 2}, 0x${word.toString(16)}`);
  const isa = "rv64imafdc_zicsr_zifencei_zfh_zba_zbb_zbc_zbs";
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
  const check = buildCheck("decoder_check", "plain");
  const input = words.map((word) => word.toString(16)).join("\n");
  const result = spawnSync(check, ["names"], { input, encoding: "utf8", maxBuffer: 1 << 28 });
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

/** Where binutils and the manual part. */
function isKnownDifference(word: number, ours: string): boolean {
  if (ours.startsWith("czero")) return true; // binutils 2.40 lacks Zicond
  // It also wants rounding mode 0 where a conversion is exact; the manual gives these a rounding mode like any other.
  if (["fcvt_d_s", "fcvt_d_w", "fcvt_d_wu", "fcvt_d_h", "fcvt_s_h"].includes(ours)) return true;
  if (word === 0x6101) return ours === "illegal"; // c.addi16sp 0 is reserved
  const opcode = word & 0x7f;
  // Implementations ignore the reserved fields of fences.
  if (opcode === 0x0f) return ours === "fence" || ours === "fence_i";
  const rounding = (word >>> 12) & 7;
  const rounds = opcode === 0x53 || [0x43, 0x47, 0x4b, 0x4f].includes(opcode);
  if (rounds && (rounding === 5 || rounding === 6)) return ours === "illegal"; // reserved rounding modes
  return opcode === 0x73 && (rounding === 0 || rounding === 4) && ours === "illegal"; // privileged
}

function expectSameNames(words: number[]): void {
  const theirs = binutilsNames(words).map(normalize);
  const ours = ourNames(words);
  const different = words
    .map((word, i) => ({ word, ours: ours[i] ?? "", theirs: theirs[i] ?? "" }))
    .filter(({ word, ours, theirs }) => ours !== theirs && !isKnownDifference(word, ours))
    .map(({ word, ours, theirs }) => `${word.toString(16)}: ours ${ours}, binutils' ${theirs}`);
  expect(different.slice(0, 20)).toEqual([]);
  console.log(`${words.length} words, ${new Set(ours).size} operations, ${different.length} differences`);
}

test.skipIf(skipPeer)("every compressed instruction is what binutils says it is", () => {
  expectSameNames(Array.from({ length: 0x10000 }, (_, word) => word).filter((word) => (word & 3) !== 3));
});

test.skipIf(skipPeer)("random instructions are what binutils says they are", () => {
  const random = new Random(seed);
  const opcodes = [
    0x03, 0x07, 0x0f, 0x13, 0x17, 0x1b, 0x23, 0x27, 0x2f, 0x33, 0x37, 0x3b, 0x43, 0x47, 0x4b, 0x4f, 0x53, 0x63, 0x67,
    0x6f, 0x73,
  ];
  // Values of the upper bits that instructions have, which chance would seldom hit.
  const uppers = [0, 0x01, 0x04, 0x05, 0x10, 0x14, 0x20, 0x24, 0x2c, 0x30, 0x34, 0x50, 0x60, 0x68, 0x70, 0x78];
  const words = Array.from({ length: 60_000 }, () => {
    const word = Number(random.next() & 0xffffff80n);
    const shaped = ((word & 0x01ffff80) | ((random.pick(uppers) | random.below(2)) << 25)) >>> 0;
    return ((random.chance(1, 2) ? word : shaped) | random.pick(opcodes)) >>> 0;
  });
  expectSameNames(words);
});
