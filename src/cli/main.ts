#!/usr/bin/env node
/** The command `vm-plugin`. Commands are loaded when they are asked for: `run` pays for nothing else. */
import { describe, VmPluginError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { Command, Reporting } from "./command.ts";
import { exitStatus, statusOf } from "./exit-status.ts";

const commands: Readonly<Record<string, { help: string; load(): Promise<Command> }>> = {
  run: { help: "run a program in a virtual machine", load: async () => (await import("./commands/run.ts")).run },
  generate: {
    help: "write headers and types of your own extension points",
    load: async () => (await import("./commands/generate.ts")).generate,
  },
  version: {
    help: "print the version",
    load: async () => (await import("./commands/version.ts")).version,
  },
};

function usage(): string {
  const names = Object.entries(commands).map(([name, { help }]) => `  ${name.padEnd(12)}${help}`);
  return `Usage: vm-plugin COMMAND [OPTIONS] ...\n\n${names.join("\n")}\n\nvm-plugin COMMAND --help tells more of a command.\n`;
}

async function main(args: readonly string[], reporting: Reporting): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    (first === undefined ? process.stderr : process.stdout).write(usage());
    return first === undefined ? exitStatus.failed : 0;
  }
  const name = first === "--version" ? "version" : first;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const hint = didYouMean(name, Object.keys(commands));
    throw new VmPluginError("VMP_COMMAND_UNKNOWN", { command: name, hint });
  }
  const run = await command.load();
  return run(rest, reporting);
}

function causes(error: unknown): string {
  let text = "";
  for (let at = error; at instanceof Error; at = at.cause)
    text += `${text === "" ? "" : "caused by: "}${at.stack ?? at}\n`;
  return text;
}

// Until there is a status: an event loop that runs dry on the way is no success.
process.exitCode = exitStatus.failed;
const reporting: Reporting = { verbose: false };
main(process.argv.slice(2), reporting).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`vm-plugin: ${describe(error)}\n`);
    if (reporting.verbose || !(error instanceof VmPluginError)) process.stderr.write(causes(error));
    process.exitCode = error instanceof VmPluginError ? statusOf(error.code) : exitStatus.failed;
  },
);
