// Reads vitest's JSON report: prints the count, and fails when a test was skipped without saying which device is missing.
import { readFileSync } from "node:fs";

const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
  readFileSync(process.argv[2], "utf8"),
);
const skipped = testResults.flatMap((file) =>
  file.assertionResults.filter(({ status }) => !["passed", "failed"].includes(status)).map(({ fullName }) => fullName),
);
// A test that needs a device says so in its name, and may skip where the device is missing.
const unexcused = skipped.filter((name) => !/\(needs \/dev\/[a-z]+\)/.test(name));
for (const name of unexcused) console.log(`not run: ${name}`);
console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests + numTodoTests} skipped`);
process.exitCode = numFailedTests === 0 && numPassedTests > 0 && unexcused.length === 0 ? 0 : 1;
