/** Does one thing to a store, in a process that may be killed at any system call of it. Arguments: folder, operation. */
import { existsSync } from "node:fs";
import { FileStore } from "../../../src/config/file-store.ts";
import { ConfigurationManager } from "../../../src/config/manager.ts";
import { VmPluginError } from "../../../src/errors.ts";
import { writeDurably } from "../../../src/storage/durable-write.ts";

const [folder = "", operation = ""] = process.argv.slice(2);
const id = "acme.disk";
const manager = new ConfigurationManager({
  store: new FileStore({ folder }),
  author: "program",
  describe: () => ({ version: "1.0.0" }),
});
const value = "new ".repeat(3000);
const operations: Readonly<Record<string, () => unknown>> = {
  write: () => writeDurably(`${folder}/file`, value),
  format: () => manager.set(id, { value }, { format: "toml" }),
  reset: () => manager.reset(id),
  backup: () => manager.backup(id),
};
// The tracer sees them: what lies between is the change.
existsSync("/begin-of-the-change");
try {
  await operations[operation]?.();
} catch (error) {
  console.log(error instanceof VmPluginError ? `${error.code}: ${error.message}` : String(error));
}
existsSync("/end-of-the-change");
