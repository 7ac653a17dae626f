import { VmPluginError } from "../../errors.ts";
import type { GuestExit } from "../../machine/guest-process.ts";
import { runProgram } from "../../machine/run-program.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { runStatusOf } from "../exit-status.ts";
import { homeOf } from "../home.ts";
import { wrongOption } from "../options.ts";
import { complain } from "../output.ts";
import { homeOption } from "../shared-options.ts";

function environment(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const end = pair.indexOf("=");
      if (end > 0) return [pair.slice(0, end), pair.slice(end + 1)];
      throw wrongOption("run", "--env", pair, "expected KEY=VALUE");
    }),
  );
}

function statistics(engine: string, exit: GuestExit, milliseconds: number): string {
  const { instructions, cpuNanoseconds } = exit.statistics;
  const million = Number(instructions) / 1e6;
  const rate = cpuNanoseconds === 0 ? 0 : (million * 1e9) / cpuNanoseconds;
  return [
    `engine        ${engine}`,
    `instructions  ${instructions}`,
    `CPU time      ${(cpuNanoseconds / 1e6).toFixed(1)} ms (${rate.toFixed(0)} million instructions a second)`,
    `elapsed       ${milliseconds.toFixed(1)} ms`,
    "",
  ].join("\n");
}

/** A user without a home of any kind has nothing installed. */
function runHome(call: Call): string | undefined {
  try {
    return homeOf(call).path;
  } catch (error) {
    if (error instanceof VmPluginError && error.code === "VMP_HOME_UNKNOWN") return undefined;
    throw error;
  }
}

async function runGuest(call: Call): Promise<number> {
  // Not performance.now(): asking for it loads perf_hooks.
  const begun = process.hrtime.bigint();
  const guest = await runProgram(call.argument("PROGRAM"), call.rest("ARGUMENTS"), {
    engine: call.value("engine"),
    root: call.value("root"),
    readOnly: call.has("read-only"),
    memory: call.value("memory"),
    fallback: call.has("fallback"),
    plugins: call.values("plugin"),
    home: runHome(call),
    devices: call.values("device"),
    env: environment(call.values("env")),
    logLevel: call.has("verbose") ? "debug" : undefined,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  });
  const exit = await guest.exit;
  // A reader that has seen enough is no fault: a shell says nothing of SIGPIPE either.
  if (exit.signal !== null && exit.signal !== "SIGPIPE" && exit.detail !== undefined)
    complain(`vm-plugin: ${exit.detail}\n`);
  if (call.has("stats")) complain(statistics(guest.engine, exit, Number(process.hrtime.bigint() - begun) / 1e6));
  return exit.status;
}

export const run: Command = {
  name: "run",
  about: `Runs a static Linux program in a virtual machine. stdin, stdout, stderr and the exit status are the guest's;
a guest killed by a signal gives 128 + its number, a program that cannot be run 126, one that is not there 127,
a failure of vm-plugin itself 125.`,
  arguments: [
    { name: "PROGRAM", help: "below --root, else on this machine", complete: "file" },
    { name: "ARGUMENTS", optional: true, multiple: true, help: "the program's own", complete: "file" },
  ],
  options: {
    engine: {
      value: "NAME",
      help: "engine to run the guest: a name, or auto (default): the best one for the program",
    },
    fallback: { help: "take the next best engine when the chosen one's plugin fails" },
    root: { value: "DIR", help: 'folder that is the guest\'s "/" (default: an empty file system)', complete: "folder" },
    "read-only": { help: "refuse the guest every change below the root" },
    env: { value: "KEY=VALUE", multiple: true, help: "environment variable of the guest; may be repeated" },
    memory: { value: "SIZE", help: "limit of guest memory, like 512M or 2G (default 1G)" },
    plugin: {
      value: "DIR",
      multiple: true,
      help: "use the plugin in this folder; may be repeated",
      complete: "folder",
    },
    device: { value: "NAME", multiple: true, help: "give the machine this installed device; may be repeated" },
    home: homeOption,
    stats: { help: "print instructions, CPU time and speed on stderr when the guest has ended" },
    verbose: { help: "print what plugins log, and the causes of errors" },
  },
  optionsFirst: true,
  statusOf: runStatusOf,
  run: runGuest,
};
