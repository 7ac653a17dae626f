/** What a package.json turns out to be. Follows from its text and the host's facts alone, so that it can be kept. */
import { VmPluginError } from "../../errors.ts";
import type { HostFacts } from "../host-facts.ts";
import { type Manifest, platform } from "../manifest/manifest.ts";
import { fullVersion, loadSatisfies } from "../resolution/versions.ts";

export type Finding = {
  /** Whether the package calls itself a plugin by npm's keyword `vm-plugin`. */
  readonly keyword: boolean;
} & (
  | { readonly kind: "plugin"; readonly manifest: Manifest }
  /** An ordinary package. */
  | { readonly kind: "other" }
  | { readonly kind: "refused"; readonly problems: readonly [VmPluginError, ...VmPluginError[]] }
);

export const pluginKeyword = "vm-plugin";

/** `file` is named in the problems. An ordinary package is found out without the libraries that check manifests. */
export async function findingOf(file: string, text: string, facts: HostFacts): Promise<Finding> {
  const { keyword, section } = outlineOf(text);
  if (!section) return { kind: "other", keyword };
  const { checkManifest } = await import("../manifest/check.ts");
  const { manifest, problems } = checkManifest(file, text);
  if (manifest === undefined) return { kind: "refused", problems, keyword };
  const engine = await engineProblem(manifest, facts);
  if (engine) return { kind: "refused", problems: [engine], keyword };
  const { configurationProblems } = await import("../manifest/configuration.ts");
  const [problem, ...more] = await configurationProblems(file, manifest);
  return problem ? { kind: "refused", problems: [problem, ...more], keyword } : { kind: "plugin", manifest, keyword };
}

/** The manifest that was found in `file`; what is wrong with it is thrown, the first problem of several. */
export function manifestOf(file: string, finding: Finding): Manifest {
  if (finding.kind === "plugin") return finding.manifest;
  throw finding.kind === "refused"
    ? finding.problems[0]
    : new VmPluginError("VMP_MANIFEST_NOT_A_PLUGIN", { path: file });
}

/** Text that is not JSON counts as a plugin's when it names one: it must not vanish for a missing comma. */
function outlineOf(text: string): { keyword: boolean; section: boolean } {
  let value: { keywords?: unknown; vmPlugin?: unknown };
  try {
    value = Object(JSON.parse(text));
  } catch {
    return { keyword: text.includes(`"${pluginKeyword}"`), section: true };
  }
  const keyword = Array.isArray(value.keywords) && value.keywords.includes(pluginKeyword);
  return { keyword, section: Object.hasOwn(value, "vmPlugin") };
}

/** VMP_PLUGIN_INCOMPATIBLE when the plugin was made for another vm-plugin. */
async function engineProblem({ id, engines, entry }: Manifest, host: HostFacts): Promise<VmPluginError | undefined> {
  const satisfies = await loadSatisfies();
  const differs = (what: string, range: string, version: string) =>
    new VmPluginError("VMP_PLUGIN_INCOMPATIBLE", { id, what, range, version });
  if (!satisfies(host.vm, engines.vm)) return differs("vm-plugin", engines.vm, host.vm);
  if (engines.abi !== undefined && entry.native?.[platform] && !satisfies(fullVersion(host.abi), engines.abi))
    return differs("ABI", engines.abi, host.abi);
  return undefined;
}
