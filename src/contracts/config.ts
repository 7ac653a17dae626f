/** An instance's configuration, by path: the service `vmp.config/1`. */
import abi, { configuration } from "./abi.ts";
import type { FieldType } from "./language/index.ts";
import { contract, f64, i32, i64, input, method, native, pointer, string, table, u64 } from "./language/index.ts";

const read = (name: string, type: FieldType, summary = "") =>
  method(name, { thread: "any", self: false, error: false, summary, errors: ["NOT_FOUND", "INVALID_ARGUMENT"] }, [
    input("configuration", configuration),
    native("path", pointer("char", { constant: true })),
    native("value", pointer(type)),
  ]);

export default contract({
  id: "vmp.config/1",
  kind: "service",
  version: { major: 1, minor: 0 },
  summary: 'An instance\'s configuration, by path ("root", "binds.0.host"): the service `vmp.config/1`.',
  uses: [abi],
  table: table(
    "vmp_config_service",
    {
      summary:
        "NOT_FOUND when the path is absent, INVALID_ARGUMENT when it holds another type; *value is then untouched. Strings live as long as the configuration.",
    },
    [
      read("string", string),
      read("integer", i64),
      read("number", f64),
      read("boolean", i32),
      read("count", u64, "The number of elements of an array; NOT_FOUND when it is absent."),
    ],
  ),
});
