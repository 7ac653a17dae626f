import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { readConfigurationFile } from "../configuration-file.ts";
import { configurationStore } from "../configurations.ts";
import { homeOf } from "../home.ts";
import { homeContext } from "../manager.ts";
import { printJson, printLine } from "../output.ts";
import { hear, withProgress } from "../progress.ts";
import { reachedText, settleState, tellUnanswered } from "../settle.ts";
import { homeOption, jsonOption } from "../shared-options.ts";

export const install: Command = {
  name: "install",
  about: `Installs a plugin for later runs and for running hosts: its folder, or the .tgz that npm pack made of it. It must bring its
npm dependencies along; none of its code and none of its npm scripts run.
With --json: { id, version, hash, manifestHash, installed, hosts: [pid...], unanswered: [pid...] }.`,
  arguments: [{ name: "PATH", help: "folder or .tgz archive", complete: "file" }],
  options: {
    configuration: {
      value: "FILE",
      short: "c",
      help: "its configuration: a .json, .toml, .yaml or .xml file; replaces what is stored for its id",
      complete: "file",
    },
    home: homeOption,
    json: jsonOption,
  },
  async run(call) {
    const home = homeOf(call);
    const configuration = await configurationOf(call);
    const { install: installPlugin } = await import("../../host/home/install.ts");
    const context = { ...(await homeContext()), store: await configurationStore(home) };
    const plugin = await withProgress((progress) =>
      installPlugin(home, call.argument("PATH"), context, { configuration, heard: hear(progress) }),
    );
    const settled = await settleState(home, plugin.id);
    const { hosts, unanswered } = settled;
    if (call.has("json")) printJson({ ...plugin, hosts, unanswered });
    else printLine(`installed ${plugin.id} ${plugin.version}${reachedText(settled)}`);
    tellUnanswered(settled);
    return 0;
  },
};

async function configurationOf(call: Call) {
  const file = call.value("configuration");
  return file === undefined ? undefined : readConfigurationFile(file);
}
