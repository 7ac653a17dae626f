/** Reads state.json: the one truth of a home. */
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { reasonOf, VmPluginError } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import { failureOf } from "../../storage/home-error.ts";
import { refuseShared } from "../../storage/private-folder.ts";
import type { Home } from "./home.ts";
import { emptyState, type HomeState, type InstalledPlugin, NewerFormat, parseState } from "./state-format.ts";

/** Bytes: some hundred thousand plugins. */
const largestState = 64 * 2 ** 20;

/**
 * What is installed and disabled; the empty state, revision 0, when nothing was ever written. VMP_HOME_STATE_DAMAGED says what is
 * wrong, VMP_HOME_STATE_NEWER names the format, VMP_HOME_NOT_PRIVATE stands for a home that others could have written.
 */
export function readState(home: Home): HomeState {
  const path = home.stateFile;
  const text = readText(home);
  if (text === undefined) return emptyState;
  try {
    return parseState(text);
  } catch (cause) {
    if (cause instanceof NewerFormat)
      throw new VmPluginError("VMP_HOME_STATE_NEWER", { path, format: cause.format }, { cause });
    throw new VmPluginError("VMP_HOME_STATE_DAMAGED", { path, reason: reasonOf(cause) }, { cause });
  }
}

/** VMP_PLUGIN_NOT_INSTALLED with the nearest id. */
export function installedPlugin(state: HomeState, id: string): InstalledPlugin {
  const plugin = Object.hasOwn(state.plugins, id) ? state.plugins[id] : undefined;
  if (plugin) return plugin;
  throw new VmPluginError("VMP_PLUGIN_NOT_INSTALLED", { id, hint: didYouMean(id, Object.keys(state.plugins)) });
}

function readText(home: Home): string | undefined {
  const path = home.stateFile;
  let descriptor: number;
  try {
    // Who can write the state decides which code runs.
    refuseShared(home.path, statSync(home.path));
    // O_NONBLOCK: opening a pipe that nobody writes would wait for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if (cause instanceof VmPluginError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new VmPluginError("VMP_HOME_UNUSABLE", { path, reason: failureOf(cause) }, { cause });
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new VmPluginError("VMP_HOME_STATE_DAMAGED", { path, reason: "it is not a file" });
    refuseShared(path, status);
    if (status.size > largestState)
      throw new VmPluginError("VMP_HOME_STATE_DAMAGED", { path, reason: `it has ${status.size} bytes` });
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}
