/** The contract `device.virtual`: registers that a guest reads and writes. */
import abi from "./abi.ts";
import {
  contract,
  enumeration,
  field,
  input,
  layout,
  method,
  output,
  outputSpan,
  structSize,
  table,
  u32,
  u64,
  u64AsNumber,
} from "./language/index.ts";

export const regionKind = enumeration({
  name: "DeviceRegionKind",
  prefix: "VMP_DEVICE_REGION",
  values: { MMIO: 1, PORT: 2 },
});

export const deviceRegion = layout("vmp_device_region", { growth: "never" }, [
  structSize(),
  field("kind", regionKind),
  field("address", u64, "guest address (a page multiple) or port"),
  field("size", u64AsNumber, "bytes (a page multiple for MMIO) or ports"),
]);

const access = { thread: "vcpu", errors: ["INVALID_ARGUMENT", "IO"] } as const;

export default contract({
  id: "device.virtual",
  prefix: "vmp",
  version: { major: 1, minor: 0 },
  summary: "The contract `device.virtual`: registers that a guest reads and writes.",
  uses: [abi],
  declarations: [regionKind, deviceRegion],
  table: table("vmp_device_virtual", {}, [
    method(
      "regions",
      {
        thread: "control",
        idempotent: true,
        errors: ["TOO_SMALL"],
        summary: "Fills at most `capacity` regions; *count is how many there are (TOO_SMALL when more).",
      },
      [outputSpan("regions", deviceRegion, { capacity: "capacity", count: "count" })],
    ),
    method("read", { ...access, summary: "size is 1, 2, 4 or 8; offset is inside region number `region`." }, [
      input("region", u32),
      input("offset", u64AsNumber),
      input("size", u32),
      output("value", u64),
    ]),
    method("write", { ...access, summary: "Likewise." }, [
      input("region", u32),
      input("offset", u64AsNumber),
      input("size", u32),
      input("value", u64),
    ]),
    method("reset", {
      thread: "control",
      optional: true,
      summary: "Back to the state at creation; after the end of each guest that owns the processor.",
    }),
    method(
      "posted_writes",
      {
        thread: "control",
        idempotent: true,
        optional: true,
        summary:
          "The regions, bit n for number n, whose writes need no answer: `post` takes them, `write` none. Asked once, after the regions.",
      },
      [output("posted", u64)],
    ),
    method(
      "post",
      {
        ...access,
        mode: "posted",
        returns: "status",
        optional: true,
        summary:
          "As write, for a guest that goes on meanwhile. Writes come in the order of the guest's, and before any read or write that follows them.",
      },
      [input("region", u32), input("offset", u64AsNumber), input("size", u32), input("value", u64)],
    ),
    method("flush", {
      thread: "control",
      optional: true,
      summary: "What was posted before has its effect when it returns; before the end of each guest is told.",
    }),
  ]),
});
