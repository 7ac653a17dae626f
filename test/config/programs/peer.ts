/** Another process on the same store. Arguments: folder, then what to do. */
import { FileStore } from "../../../src/config/file-store.ts";
import { ConfigurationManager } from "../../../src/config/manager.ts";
import { VmPluginError } from "../../../src/errors.ts";
import { withLock } from "../../../src/storage/lock.ts";

const [folder = "", work = "", argument = ""] = process.argv.slice(2);
const id = "acme.disk";
const manager = new ConfigurationManager({
  store: new FileStore({ folder }),
  author: "peer",
  describe: () => ({
    version: "1.0.0",
    schema: { type: "object", properties: { port: { type: "integer", default: 80 } } },
  }),
});
const say = (...words: unknown[]) => console.log(JSON.stringify(words));

/** Sets keys of its own, one by one; who was slower in a race is told so, and repeats. */
async function keys(): Promise<void> {
  let conflicts = 0;
  for (let index = 0; index < 25; ) {
    try {
      await manager.change(id, [{ path: `${argument}${index}`, value: argument.repeat(2000) }]);
      index++;
    } catch (error) {
      if (!(error instanceof VmPluginError) || error.code !== "VMP_CONFIGURATION_CONFLICT") throw error;
      conflicts++;
    }
  }
  say("done", conflicts);
}

/** Follows, and refuses the port 13, until its standard input ends. */
async function follow(): Promise<void> {
  manager.on(({ configuration: { port } }) => {
    say("offered", port);
    if (port === 13) throw new Error("it brings bad luck");
  });
  say("effective", (await manager.effective(id)).port);
  manager.follow(({ revision, refused }) => say("settled", revision, refused ?? ""));
  say("following");
  await new Promise((resolve) => process.stdin.on("end", resolve).resume());
}

/** Holds the store's lock until it is killed. */
function hold(): Promise<void> {
  return withLock(`${folder}/lock`, () => {
    say("holding");
    return new Promise<void>((resolve) => process.stdin.on("end", resolve).resume());
  });
}

const works: Readonly<Record<string, () => Promise<void>>> = { keys, follow, hold };
await works[work]?.();
manager.close();
