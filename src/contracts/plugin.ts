/** The contract `plugin`: what a host asks of a plugin as a whole. */
import abi, { configuration } from "./abi.ts";
import {
  characters,
  contract,
  enumeration,
  field,
  input,
  inputSpan,
  layout,
  method,
  output,
  outputSpan,
  string,
  structSize,
  table,
  u8,
  u32,
} from "./language/index.ts";

export const healthStatus = enumeration({
  name: "HealthStatus",
  prefix: "VMP_HEALTH",
  unknown: { as: "UNHEALTHY" },
  values: { HEALTHY: 1, DEGRADED: 2, UNHEALTHY: 3 },
});

export const pluginHealth = layout("vmp_plugin_health", {}, [
  structSize(),
  field("status", healthStatus),
  field("message", characters(248)),
]);

const lifecycle = { thread: "control", mode: "asynchronous", optional: true, timeout: 10_000 } as const;

export default contract({
  id: "plugin",
  prefix: "vmp",
  kind: "base",
  version: { major: 1, minor: 0 },
  summary:
    'The contract `plugin`: what a host asks of a plugin as a whole. Every method is optional. get("plugin", "", minor).',
  tiers: ["inline", "worker", "process", "vm"],
  uses: [abi],
  declarations: [healthStatus, pluginHealth],
  table: table("vmp_plugin", { summary: "Each on a thread that the host abandons when it outlasts its time-out." }, [
    method("initialize", lifecycle, [input("configuration", configuration)]),
    method("start", lifecycle),
    method("stop", lifecycle),
    method("cleanup", lifecycle),
    method("enable", lifecycle),
    method("disable", lifecycle),
    method(
      "configuration_changed",
      { ...lifecycle, summary: "A refusal (any status but OK) keeps the configuration that was." },
      [input("configuration", configuration)],
    ),
    method(
      "health_check",
      { ...lifecycle, idempotent: true, defaults: { health: { status: "healthy", message: "" } } },
      [output("health", pluginHealth)],
    ),
    method(
      "export_state",
      {
        ...lifecycle,
        idempotent: true,
        summary: "*size is the size of the state, also on TOO_SMALL.",
        errors: ["TOO_SMALL"],
      },
      [outputSpan("state", u8, { capacity: "capacity", count: "size" })],
    ),
    method("import_state", lifecycle, [input("state_version", u32), inputSpan("state", u8, { count: "size" })]),
    method(
      "migrate_configuration",
      {
        ...lifecycle,
        idempotent: true,
        summary:
          "Turns a configuration that version from_version of the plugin was given into one of this version, as JSON text; called before initialize. *size is the size of the text, also on TOO_SMALL.",
        errors: ["TOO_SMALL"],
      },
      [
        input("from_version", string),
        input("configuration", configuration),
        outputSpan("json", u8, { capacity: "capacity", count: "size" }),
      ],
    ),
  ]),
});
