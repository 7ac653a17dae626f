/** Checks the text of a package.json against the closed schema. Only to be imported when that is needed: it brings zod. */
import { VmPluginError } from "../../errors.ts";
import { findKeyProblem, joinPath } from "./json-text.ts";
import { groupOf, type Manifest } from "./manifest.ts";
import { toErrors } from "./problems.ts";
import { contradictions, packageSchema, vmPluginSchema } from "./schema.ts";

export type ManifestCheck =
  | { readonly manifest: Manifest; readonly problems: readonly [] }
  | { readonly manifest: undefined; readonly problems: readonly [VmPluginError, ...VmPluginError[]] };

/**
 * All that is wrong with the manifest, or the manifest. `file` is named in the problems; no file is touched. Whether the
 * configuration's schema is one is asked by configuration.ts.
 */
export function checkManifest(file: string, text: string): ManifestCheck {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused([new VmPluginError("VMP_MANIFEST_NOT_JSON", { path: file, reason: (error as Error).message })]);
  }
  const key = findKeyProblem(text, "vmPlugin");
  if (key?.kind === "duplicate")
    return refused([new VmPluginError("VMP_MANIFEST_DUPLICATE_KEY", { path: file, at: key.at })]);
  if (key?.kind === "forbidden")
    return refused([new VmPluginError("VMP_MANIFEST_FORBIDDEN_KEY", { path: file, at: key.at })]);
  if (key)
    return refused([
      new VmPluginError("VMP_MANIFEST_INVALID_VALUE", {
        path: file,
        at: key.at,
        reason: "it nests too deep",
        hint: "",
      }),
    ]);

  const section = (Object(value) as { vmPlugin?: unknown }).vmPlugin;
  if (typeof section !== "object" || section === null || Array.isArray(section))
    return refused([new VmPluginError("VMP_MANIFEST_NOT_A_PLUGIN", { path: file })]);
  const own = packageSchema.safeParse(value);
  const plugin = vmPluginSchema.safeParse(section);
  if (own.success && plugin.success) {
    const problems = contradictions(plugin.data).map(({ path, reason }) => {
      const at = joinPath(["vmPlugin", ...path]);
      return new VmPluginError("VMP_MANIFEST_INVALID_VALUE", { path: file, at, reason, hint: "" });
    });
    if (problems.length > 0) return refused(problems);
    const { name, version, description, author } = own.data;
    const type = plugin.data.type ?? groupOf(plugin.data.provides[0]?.point ?? "");
    return { manifest: { ...plugin.data, type, name, version, description, author }, problems: [] };
  }
  return refused([
    ...(own.success ? [] : toErrors(file, [], packageSchema, value, own.error.issues)),
    ...(plugin.success ? [] : toErrors(file, ["vmPlugin"], vmPluginSchema, section, plugin.error.issues)),
  ]);
}

function refused(problems: readonly VmPluginError[]): ManifestCheck {
  const [first, ...more] = problems;
  return {
    manifest: undefined,
    problems: [first ?? new VmPluginError("VMP_INTERNAL", { reason: "no problem given" }), ...more],
  };
}
