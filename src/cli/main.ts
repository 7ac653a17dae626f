/** The command `vm-plugin`. */
import { describe, escapeUnprintable, VmPluginError } from "../errors.ts";
import { Call } from "./call.ts";
import type { Command } from "./command.ts";
import { commands, findCommand } from "./commands.ts";
import { exitStatus, statusOf } from "./exit-status.ts";
import { complain, print } from "./output.ts";

/** Milliseconds in which what plugins left behind may end by itself once the command has. */
const grace = 1000;

/** What an error is shown with. */
interface Reporting {
  command: Command | undefined;
  verbose: boolean;
}

async function main(words: readonly string[], reporting: Reporting): Promise<number> {
  const first = words[0];
  if (first === undefined || first === "--help" || first === "-h") {
    const { overview } = await import("./help.ts");
    if (first !== undefined) print(overview(commands));
    else complain(overview(commands));
    return first === undefined ? exitStatus.usage : 0;
  }
  const found = findCommand(first === "--version" ? ["version", ...words.slice(1)] : words);
  if ("group" in found) return await showGroup(found);
  const command = await found.entry.load();
  reporting.command = command;
  process.exitCode = statusFor(command, "VMP_INTERNAL");
  // A wrong option must not hide that the causes were asked for.
  reporting.verbose = command.optionsFirst !== true && found.rest.includes("--verbose");
  const call = new Call(command, found.rest);
  reporting.verbose = call.has("verbose");
  if (call.has("help")) {
    print((await import("./help.ts")).helpOf(command));
    return 0;
  }
  call.check();
  try {
    return await command.run(call);
  } finally {
    // A timer that a plugin did not clear must not keep the process from ending.
    if (call.ranPlugins) setTimeout(() => process.exit(), grace).unref();
  }
}

/** `vm-plugin config` without a further word, or with an option. */
async function showGroup({ group, name, rest }: Extract<ReturnType<typeof findCommand>, { group: unknown }>) {
  const [word] = rest;
  if (word === undefined) throw new VmPluginError("VMP_ARGUMENT_MISSING", { command: name, argument: "COMMAND" });
  if (word !== "--help" && word !== "-h")
    throw new VmPluginError("VMP_OPTION_UNKNOWN", { command: name, option: word, hint: "" });
  print((await import("./help.ts")).overview(group.commands, name));
  return 0;
}

function causes(error: unknown): string {
  let text = "";
  for (let at = error; at instanceof Error; at = at.cause)
    text += `${text === "" ? "" : "caused by: "}${at.stack ?? at}\n`;
  return escapeUnprintable(text);
}

function statusFor(command: Command | undefined, code: string): number {
  return (command?.statusOf ?? statusOf)(code);
}

// Until there is a status: an event loop that runs dry on the way is no success.
process.exitCode = exitStatus.failed;
const reporting: Reporting = { command: undefined, verbose: false };
main(process.argv.slice(2), reporting).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    complain(`vm-plugin: ${describe(error)}\n`);
    if (reporting.verbose || !(error instanceof VmPluginError)) complain(causes(error));
    const code = error instanceof VmPluginError ? error.code : "VMP_INTERNAL";
    process.exitCode = statusFor(reporting.command, code);
  },
);
