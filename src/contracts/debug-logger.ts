/** The contract `debug.logger`: where records go. */
import { contract, field, input, layout, method, string, structSize, table, u64 } from "./language/index.ts";
import log, { logLevel } from "./log.ts";

export const logRecord = layout("vmp_log_record", {}, [
  structSize(),
  field("level", logLevel),
  field("nanoseconds", u64, "since the epoch"),
  field("source", string, 'a plugin\'s id, or "core"'),
  field("message", string),
]);

export default contract({
  id: "debug.logger",
  prefix: "vmp",
  version: { major: 1, minor: 0 },
  summary: "The contract `debug.logger`: where records go.",
  uses: [log],
  replaceable: true,
  declarations: [logRecord],
  table: table("vmp_debug_logger", {}, [
    method("log", { thread: "any", mode: "posted" }, [input("record", logRecord)]),
    method("flush", {
      thread: "control",
      optional: true,
      mode: "asynchronous",
      timeout: 2000,
      summary: "Returns when everything logged before is where it belongs.",
    }),
  ]),
});
