/** Errors of a plugin's code, as errors of the host. */
import { reasonOf, VmPluginError } from "../../errors.ts";

/** What a plugin threw, in the host's terms: its own code where it gave one, and the error itself as the cause. */
export function failureOf(plugin: string, thrown: unknown): VmPluginError {
  if (thrown instanceof VmPluginError) return thrown;
  const { name, code } = Object(thrown) as { name?: unknown; code?: unknown };
  // Not instanceof: the plugin may bring a copy of the SDK.
  const own = name === "PluginError" && typeof code === "string" ? code : "FAILED";
  return VmPluginError.fromPlugin(plugin, own, reasonOf(thrown), { cause: thrown });
}

/** VMP_LIFECYCLE_FAILED around whatever a lifecycle method threw. */
export function lifecycleFailure(plugin: string, method: string, thrown: unknown): VmPluginError {
  if (thrown instanceof VmPluginError && thrown.code.startsWith("VMP_LIFECYCLE_")) return thrown;
  const cause = failureOf(plugin, thrown);
  const reason =
    cause.code.startsWith(`${plugin}/`) && !cause.code.endsWith("/FAILED")
      ? `${cause.code}: ${cause.message}`
      : cause.message;
  return new VmPluginError("VMP_LIFECYCLE_FAILED", { id: plugin, method, reason }, { cause });
}
