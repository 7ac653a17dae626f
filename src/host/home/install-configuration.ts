/** The configuration that a plugin is installed with. */
import type { ConfigurationStore } from "../../config/store.ts";
import type { Configuration } from "../../sdk/define-plugin.ts";
import type { Manifest } from "../manifest/manifest.ts";

/**
 * Validates and stores it; VMP_CONFIGURATION_INVALID else. What is answered takes it back: what was stored before then holds
 * again, in a revision of its own.
 */
export async function giveConfiguration(
  store: ConfigurationStore,
  manifest: Manifest,
  configuration: Configuration,
): Promise<() => Promise<void>> {
  const { id, version, configuration: schema } = manifest;
  const { ConfigurationManager } = await import("../../config/manager.ts");
  const before = await store.read(id);
  const manager = new ConfigurationManager({
    store,
    // The plugin is in no registry yet.
    describe: (one) => (one === id ? { version, ...(schema && { schema }) } : undefined),
  });
  try {
    const { metadata } = await manager.set(id, configuration, { description: "given at installation" });
    const revision = metadata.revision + 1;
    return () =>
      before === undefined
        ? store.remove(id, { ...metadata, revision }, metadata.revision)
        : store.write({ ...before, metadata: { ...before.metadata, revision } }, metadata.revision);
  } finally {
    manager.close();
  }
}
