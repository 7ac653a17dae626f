// Reads vitest's JSON report: prints the count, names what did not run, and fails when something did not run that could.
import { existsSync, readFileSync } from "node:fs";

const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
  readFileSync(process.argv[2], "utf8"),
);
const skipped = testResults.flatMap((file) =>
  file.assertionResults.filter(({ status }) => !["passed", "failed"].includes(status)).map(({ fullName }) => fullName),
);
// A test that needs a device, a setting of the kernel or one very version of a compiler says so in its name, and may skip
// where that is missing: of a device, where there is none on this machine.
const excused = (name) => {
  const device = /\(needs (\/dev\/[a-z]+)\)/.exec(name)?.[1];
  if (device !== undefined) return !existsSync(device);
  return /\(needs (\/proc\/sys\/\S+ |\S+-gcc .*\d\))/.test(name);
};
for (const name of skipped) console.log(`not run${excused(name) ? "" : ", and must"}: ${name}`);
console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests + numTodoTests} skipped`);
process.exitCode = numFailedTests === 0 && numPassedTests > 0 && skipped.every(excused) ? 0 : 1;
