/** Logging to whatever debug.logger the user chose: the service `vmp.log/1`. */
import abi, { host } from "./abi.ts";
import { contract, enumeration, i32, input, method, native, pointer, string, table } from "./language/index.ts";

export const logLevel = enumeration({
  name: "LogLevel",
  prefix: "VMP_LOG",
  unknown: { as: "INFO" },
  values: { TRACE: 1, DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5 },
});

const hostParameter = native("host", pointer(host, { constant: true }));

export default contract({
  id: "vmp.log/1",
  kind: "service",
  version: { major: 1, minor: 0 },
  summary: "Logging to whatever debug.logger the user chose: the service `vmp.log/1`.",
  uses: [abi],
  declarations: [logLevel],
  table: table("vmp_log_service", {}, [
    method(
      "log",
      { thread: "any", self: false, returns: "void", summary: "Never blocks on the logger; the text is copied." },
      [hostParameter, input("level", logLevel), input("message", string)],
    ),
    method(
      "enabled",
      { thread: "any", self: false, returns: i32, summary: "Whether a record of this level would reach anyone." },
      [hostParameter, input("level", logLevel)],
    ),
  ]),
});
