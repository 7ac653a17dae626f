/** One operation on a home in a process of its own, as the arguments say; prints what came of it as JSON. */
import { FileStore } from "../../src/config/file-store.ts";
import { describe } from "../../src/errors.ts";
import { Home } from "../../src/host/home/home.ts";
import { registerHost } from "../../src/host/home/hosts.ts";
import { install } from "../../src/host/home/install.ts";
import { stage } from "../../src/host/home/stage.ts";
import { readState } from "../../src/host/home/state.ts";
import { uninstall } from "../../src/host/home/uninstall.ts";
import { commitUpdate, rollBack } from "../../src/host/home/update.ts";

const [operation = "", path = "", subject = "", configuration = ""] = process.argv.slice(2);
const home = new Home(path);
const facts = { vm: "0.1.0", abi: "1.0", contracts: {} };
const store = new FileStore({ folder: home.configurationFolder, lockFile: home.configurationLockFile });
const context = { facts, others: [], store };
const hashOf = (id: string) => readState(home).plugins[id]?.hash ?? "";

const operations: Readonly<Record<string, () => unknown>> = {
  read: () => readState(home),
  install: () => install(home, subject, context, configuration ? { configuration: JSON.parse(configuration) } : {}),
  uninstall: () => uninstall(home, subject, context),
  rollback: () => rollBack(home, subject, hashOf(subject), context),
  async update() {
    using staged = await stage(home, subject, facts);
    const { id } = staged.record.manifest;
    return await commitUpdate(home, id, staged, hashOf(id), context);
  },
  /** Stays until it is killed. */
  host() {
    const entry = registerHost(home, "a host");
    const [id = "", hash = ""] = subject.split(" ");
    const plugin = { version: "1.0.0", state: "running", stateRevision: 1, configurationRevision: 0, contents: [hash] };
    entry.report({ stateRevision: 1, plugins: { [id]: plugin } });
    process.stdout.write("ready\n");
    process.stdin.resume().on("end", () => entry.close());
  },
};

try {
  const result = await operations[operation]?.();
  if (operation !== "host") process.stdout.write(JSON.stringify({ result }));
} catch (error) {
  process.stdout.write(JSON.stringify({ failure: describe(error) }));
}
