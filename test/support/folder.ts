import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const made: string[] = [];

/** A new folder outside of any package, removed after the test file's last test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "vm-plugin-test-"));
  made.push(path);
  return path;
}

afterAll(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});
