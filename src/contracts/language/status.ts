import { enumeration } from "./enumeration.ts";
import { i32 } from "./scalars.ts";

/** What a function answers. Here and not in abi.ts, because the errors that a method lists are checked against it. */
export const status = enumeration({
  name: "Status",
  prefix: "VMP",
  storage: i32,
  typedef: "vmp_status",
  unknown: "keep",
  values: {
    OK: 0,
    ERROR_INVALID_ARGUMENT: 1,
    ERROR_OUT_OF_MEMORY: 2,
    ERROR_UNSUPPORTED: 3,
    ERROR_NOT_FOUND: 4,
    ERROR_DENIED: 5,
    ERROR_TIMED_OUT: 6,
    ERROR_CANCELLED: 7,
    ERROR_BUSY: 8,
    ERROR_REVOKED: 9,
    ERROR_IO: 10,
    ERROR_FAULT: { value: 11, summary: "a guest address that is not mapped for this access" },
    ERROR_TOO_SMALL: { value: 12, summary: "the caller's buffer; the size needed was written" },
    ERROR_MALFORMED: { value: 13, summary: "a file or message that breaks its format" },
    ERROR_INTERNAL: 14,
    ERROR_PLUGIN: { value: 15, summary: "the plugin's own; error.code says which" },
  },
});
