/** What calling an inline TypeScript plugin through its handle costs more than calling the plugin itself. */
import { execFileSync } from "node:child_process";
import type { Effort } from "../harness/pairs.ts";
import { type Pair, pairedRow, type Row } from "../harness/row.ts";
import { repository } from "../harness/vm-plugin.ts";

const peers = {
  one: "direct call, eight plugins at one call site",
  eight: "direct call, eight plugins at a call site each",
};

/** Rows in nanoseconds a call; handles are called as the plugins are: at one call site, or at eight. */
export function handleCallRows(effort: Effort, progress: (line: string) => void): Row[] {
  const row = (kind: "plain" | "counted", sites: "one" | "eight", bar: number): Row => {
    const counted = kind === "counted" ? ", counters on" : "";
    const name = `inline TypeScript plugin through its handle${counted}`;
    progress(`${effort.pairs} x ${name}, against a ${peers[sites]}`);
    const pairs = Array.from({ length: effort.pairs }, (_, index): Pair => {
      const first = index % 2 === 0 ? "handles" : "direct";
      const words = ["--import", "tsx", "bench/host/handle-pair.ts", kind, sites, first, String(effort.sideTime)];
      return JSON.parse(execFileSync(process.execPath, words, { cwd: repository, encoding: "utf8" })) as Pair;
    });
    return pairedRow("difference", { name, unit: "ns", peer: peers[sites], bar }, pairs);
  };
  return [row("plain", "one", 5), row("plain", "eight", 5), row("counted", "one", 10), row("counted", "eight", 10)];
}
