import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Where CI wants a report of every test.
const report = process.env.VMP_TEST_REPORT;

export default defineConfig({
  resolve: {
    alias: {
      "vm-plugin/sdk": source("src/sdk/index.ts"),
      "vm-plugin/testing": source("src/testing/index.ts"),
      "vm-plugin": source("src/index.ts"),
    },
  },
  test: {
    include: ["test/**/*.test.ts"],
    // Guests, compilers and qemu run beside each other on two cores.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
  },
});
