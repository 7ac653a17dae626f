/** Whether a plugin's configuration is described by a valid JSON Schema. The library for that is imported only where there is one. */
import { VmPluginError } from "../../errors.ts";
import type { Manifest } from "./manifest.ts";

/** All that is wrong with it; `file` is named in the problems. */
export async function configurationProblems(file: string, { configuration }: Manifest): Promise<VmPluginError[]> {
  if (configuration === undefined) return [];
  const { checkSchema } = await import("../../config/schema.ts");
  return (await checkSchema(configuration)).map(({ path, message }) => {
    const separator = path === "" || path.startsWith("[") ? "" : ".";
    const at = `vmPlugin.configuration${separator}${path}`;
    return new VmPluginError("VMP_MANIFEST_INVALID_VALUE", { path: file, at, reason: message, hint: "" });
  });
}
