/** The processor, and the vector instructions that it and the operating system offer together. */
import { cpus } from "node:os";
import { thisMachine } from "../host/resolution/machine-facts.ts";
import type { Check } from "./check.ts";
import { systemFile } from "./system-files.ts";

/** As the kernel lists them, which leaves out what it has not turned on: each with its usual name, the baseline first. */
const vectorFeatures: Readonly<Record<string, readonly (readonly [listed: string, name: string])[]>> = {
  x64: [
    ["sse2", "SSE2"],
    ["pni", "SSE3"],
    ["ssse3", "SSSE3"],
    ["sse4_1", "SSE4.1"],
    ["sse4_2", "SSE4.2"],
    ["avx", "AVX"],
    ["f16c", "F16C"],
    ["fma", "FMA"],
    ["avx2", "AVX2"],
    ["avx_vnni", "AVX-VNNI"],
    ["avx512f", "AVX-512F"],
    ["avx512cd", "AVX-512CD"],
    ["avx512bw", "AVX-512BW"],
    ["avx512dq", "AVX-512DQ"],
    ["avx512vl", "AVX-512VL"],
    ["avx512_vnni", "AVX-512VNNI"],
  ],
  arm64: [
    ["asimd", "Advanced SIMD"],
    ["asimdhp", "half precision"],
    ["asimddp", "dot product"],
    ["sve", "SVE"],
    ["sve2", "SVE2"],
    ["sme", "SME"],
  ],
};

export function processorChecks(): Check[] {
  return [processorCheck(), vectorCheck()];
}

function processorCheck(): Check {
  const model = cpus()[0]?.model ?? "unknown";
  const information = systemFile("/proc/cpuinfo") ?? "";
  const vendor = /^(?:vendor_id|CPU implementer)\s*:\s*(.*)$/m.exec(information)?.[1] ?? "unknown";
  const count = cpus().length;
  const words = `${process.arch}, ${vendor}, ${model}, ${count} logical processor${count === 1 ? "" : "s"}`;
  return { id: "processor", state: "ok", words, facts: { architecture: process.arch, vendor, model, count } };
}

function vectorCheck(): Check {
  const id = "processor.simd";
  const listed = vectorFeatures[process.arch] ?? [];
  const features = listed.filter(([name]) => thisMachine.hasFeature(name)).map(([, name]) => name);
  if (features.length > 0) return { id, state: "ok", words: features.join(", "), facts: { features } };
  const words = `/proc/cpuinfo lists no vector instructions that are known for ${process.arch}`;
  return { id, state: "missing", words, facts: { features } };
}
