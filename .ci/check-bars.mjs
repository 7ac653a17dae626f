// Reads a bench's JSON report: fails when a row was skipped, or a ratio surely misses its bar, its lower bound above it. A
// load slows both sides of a ratio; differences grow with it, and are for a person to judge.
import { readFileSync } from "node:fs";

const { suite, rows, skipped } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const missed = rows.filter(({ kind, low, bar }) => kind === "ratio" && bar !== null && low > bar);
for (const { name, low, bar } of missed)
  console.log(`${suite}: ${name}: at least ${low.toFixed(2)}, the bar is ${bar}`);
for (const { name, reason } of skipped) console.log(`${suite}: ${name} was not measured: ${reason}`);
console.log(`${suite}: ${rows.length} rows measured`);
process.exitCode = rows.length > 0 && missed.length === 0 && skipped.length === 0 ? 0 : 1;
