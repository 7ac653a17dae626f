/** While a guest runs, the signals that this process gets are the guest's. */
import { createRequire } from "node:module";
import type { GuestProcess } from "../../machine/guest-process.ts";

/** What a terminal sends to all that is in its foreground. */
const ofTerminal = ["SIGINT", "SIGQUIT", "SIGTSTP", "SIGCONT", "SIGWINCH"] as const;
const ofProcess = ["SIGTERM", "SIGHUP"] as const;

/**
 * With a terminal as standard input its signals go to what has the terminal in the guest, as they would without a guest;
 * the others go to the guest's first process. When that one is stopped, this process is, so that the user's shell has the
 * terminal until it continues both. The function that is returned ends it.
 */
export function passSignals(guest: GuestProcess): () => void {
  const pass = (signal: NodeJS.Signals) => guest.kill(signal);
  const passFromTerminal = (signal: NodeJS.Signals) =>
    hasTerminal() ? guest.signalForeground(signal) : guest.kill(signal);
  guest.onstop = () => process.kill(process.pid, "SIGSTOP");
  for (const signal of ofProcess) process.on(signal, pass);
  for (const signal of ofTerminal) process.on(signal, passFromTerminal);
  return () => {
    for (const signal of ofProcess) process.off(signal, pass);
    for (const signal of ofTerminal) process.off(signal, passFromTerminal);
  };
}

/** Asked with the first signal alone: the module loads net, and most guests get no signal. */
function hasTerminal(): boolean {
  return (createRequire(import.meta.url)("node:tty") as typeof import("node:tty")).isatty(0);
}
