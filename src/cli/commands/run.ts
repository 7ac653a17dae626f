import { VmPluginError } from "../../errors.ts";
import type { GuestExit } from "../../machine/guest-process.ts";
import { runProgram } from "../../machine/run-program.ts";
import type { Command } from "../command.ts";
import { describeOptions, type OptionDescription, parseOptions } from "../options.ts";

const described = {
  engine: { value: "NAME", help: "engine to run the guest: a name, or auto (default): the best one for the program" },
  root: { value: "DIR", help: 'folder that is the guest\'s "/" (default: an empty file system)' },
  "read-only": { help: "refuse the guest every change below the root" },
  env: { value: "KEY=VALUE", multiple: true, help: "environment variable of the guest; may be repeated" },
  memory: { value: "SIZE", help: "limit of guest memory, like 512M or 2G (default 1G)" },
  plugin: { value: "DIR", multiple: true, help: "use the plugin in this folder; may be repeated" },
  stats: { help: "print instructions, CPU time and speed on stderr when the guest has ended" },
  verbose: { help: "print what plugins log, and the causes of errors" },
  help: { short: "h", help: "this text" },
} satisfies Record<string, OptionDescription>;

const usage = `Usage: vm-plugin run [OPTIONS] PROGRAM [ARGUMENTS...]

Runs a static Linux program in a virtual machine. stdin, stdout, stderr and the exit status are the guest's;
a guest killed by a signal gives 128 + its number, a program that cannot be run 126, one that is not there 127,
a failure of vm-plugin itself 125. Every option comes before the program.

${describeOptions(described)}
`;

function environment(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const end = pair.indexOf("=");
      if (end > 0) return [pair.slice(0, end), pair.slice(end + 1)];
      const reason = "expected KEY=VALUE";
      throw new VmPluginError("VMP_OPTION_VALUE", { command: "run", option: "--env", value: pair, reason });
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

/** `vm-plugin run`: the exit status. */
export const run: Command = async (args, reporting) => {
  const { options, rest } = parseOptions("run", args, described);
  reporting.verbose = options.has("verbose");
  if (options.has("help")) {
    process.stdout.write(usage);
    return 0;
  }
  const [program, ...programArguments] = rest;
  if (program === undefined) throw new VmPluginError("VMP_ARGUMENT_MISSING", { command: "run", argument: "PROGRAM" });
  // Not performance.now(): asking for it loads perf_hooks.
  const begun = process.hrtime.bigint();
  const guest = await runProgram(program, programArguments, {
    engine: options.get("engine")?.[0],
    root: options.get("root")?.[0],
    readOnly: options.has("read-only"),
    memory: options.get("memory")?.[0],
    plugins: options.get("plugin"),
    env: environment(options.get("env") ?? []),
    logLevel: options.has("verbose") ? "debug" : undefined,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  });
  const exit = await guest.exit;
  // A reader that has seen enough is no fault: a shell says nothing of SIGPIPE either.
  if (exit.signal !== null && exit.signal !== "SIGPIPE" && exit.detail !== undefined)
    process.stderr.write(`vm-plugin: ${exit.detail}\n`);
  if (options.has("stats"))
    process.stderr.write(statistics(guest.engine, exit, Number(process.hrtime.bigint() - begun) / 1e6));
  return exit.status;
};
