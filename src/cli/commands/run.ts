import { closeSync, openSync } from "node:fs";
import { reasonOf, VmPluginError } from "../../errors.ts";
import type { GuestExit } from "../../machine/guest-exit.ts";
import { runProgram } from "../../machine/run-program.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { runStatusOf } from "../exit-status.ts";
import { homeOf } from "../home.ts";
import { wrongOption } from "../options.ts";
import { complain } from "../output.ts";
import { configurationsOf, environmentOf, limitOptions, limitsOf } from "../run/options.ts";
import { endingOf, statisticsOf } from "../run/report.ts";
import { passSignals } from "../run/signals.ts";
import { homeOption } from "../shared-options.ts";

const standardError = 2;

/** A user without a home of any kind has nothing installed. */
function runHome(call: Call): string | undefined {
  try {
    return homeOf(call).path;
  } catch (error) {
    if (error instanceof VmPluginError && error.code === "VMP_HOME_UNKNOWN") return undefined;
    throw error;
  }
}

/** Where system calls are traced to, and how that is closed. */
function traceOf(call: Call): { readonly trace: number | undefined; close(): void } {
  const path = call.value("strace-output");
  if (path === undefined) return { trace: call.has("strace") ? standardError : undefined, close: () => {} };
  try {
    const trace = openSync(path, "w");
    return { trace, close: () => closeSync(trace) };
  } catch (error) {
    throw wrongOption("run", "--strace-output", path, reasonOf(error));
  }
}

async function runGuest(call: Call): Promise<number> {
  // Not performance.now(): asking for it loads perf_hooks.
  const begun = process.hrtime.bigint();
  const env = environmentOf(call);
  const limits = limitsOf(call);
  const home = runHome(call);
  const { trace, close } = traceOf(call);
  let engine: string;
  let exit: GuestExit;
  try {
    const guest = await runProgram(call.argument("PROGRAM"), call.rest("ARGUMENTS"), {
      engine: call.value("engine"),
      personality: call.value("personality"),
      architecture: call.value("architecture"),
      configuration: configurationsOf(call),
      root: call.value("root"),
      readOnly: call.has("read-only"),
      binds: call.values("bind"),
      memory: call.value("memory"),
      limits,
      fallback: call.has("fallback"),
      plugins: call.values("plugin"),
      home,
      devices: call.values("device"),
      env,
      logLevel: call.has("verbose") ? "debug" : undefined,
      trace,
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    });
    engine = guest.engine;
    const stop = passSignals(guest.process);
    exit = await guest.exit.finally(stop);
  } finally {
    close();
  }
  const ending = endingOf(call, exit);
  if (ending !== undefined) complain(`vm-plugin: ${ending}`);
  if (call.has("stats")) complain(statisticsOf(engine, exit, Number(process.hrtime.bigint() - begun) / 1e6));
  return exit.status;
}

export const run: Command = {
  name: "run",
  about: `Runs a static Linux program in a virtual machine. stdin, stdout, stderr and the exit status are the guest's, and so
are the signals that vm-plugin gets. A guest killed by a signal gives 128 + its number (137 when it reached a limit), a
program that cannot be run 126, one that is not there 127, a failure of vm-plugin itself 125.`,
  arguments: [
    { name: "PROGRAM", help: "below --root, else on this machine", complete: "file" },
    { name: "ARGUMENTS", optional: true, multiple: true, help: "the program's own", complete: "file" },
  ],
  options: {
    engine: {
      value: "NAME",
      help: "engine to run the guest: a name, or auto (default): the best one for the program",
    },
    personality: { value: "NAME", help: "what the guest runs on: an operating system's calls, or the bare machine" },
    architecture: { value: "NAME", help: "of an image that does not say it itself, with --personality" },
    configure: {
      value: "PLUGIN.KEY=VALUE",
      multiple: true,
      help: "configuration of a plugin for this machine: a number, true, false or text; may be repeated",
    },
    fallback: { help: "take the next best engine when the chosen one's plugin fails" },
    root: { value: "DIR", help: 'folder that is the guest\'s "/" (default: an empty file system)', complete: "folder" },
    "read-only": { help: "refuse the guest every change below the root" },
    bind: {
      value: "HOST:GUEST[:ro]",
      multiple: true,
      help: "show the guest this folder or file of the host at a path of its own; may be repeated",
      complete: "folder",
    },
    env: { value: "KEY=VALUE", multiple: true, help: "environment variable of the guest; may be repeated" },
    memory: {
      value: "SIZE",
      help: "memory of the machine, like 512M or 2G (default 1G)",
    },
    ...limitOptions,
    plugin: {
      value: "DIR",
      multiple: true,
      help: "use the plugin in this folder; may be repeated",
      complete: "folder",
    },
    device: { value: "NAME", multiple: true, help: "give the machine this installed device; may be repeated" },
    home: homeOption,
    strace: { help: "print each system call of the guest on stderr" },
    "strace-output": { value: "FILE", help: "write each system call of the guest to this file", complete: "file" },
    stats: { help: "print instructions, time, processes, system calls and those not implemented on stderr at the end" },
    verbose: { help: "print what plugins log, and the causes of errors" },
  },
  optionsFirst: true,
  statusOf: runStatusOf,
  run: runGuest,
};
