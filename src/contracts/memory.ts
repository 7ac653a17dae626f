/** Guest memory and address spaces: layouts shared by every engine, and the service `vmp.memory/1`. */
import abi, { machine } from "./abi.ts";
import {
  atomic,
  char,
  constant,
  contract,
  enumeration,
  field,
  i32,
  input,
  layout,
  method,
  native,
  output,
  outputSpan,
  pointer,
  structSize,
  table,
  u8,
  u32,
  u64,
  u64AsNumber,
} from "./language/index.ts";

export const protection = enumeration({
  name: "Protection",
  prefix: "VMP_PROTECTION",
  flags: true,
  values: { READ: 1, WRITE: 2, EXECUTE: 4 },
});

export const mapFlag = enumeration({
  name: "MapFlag",
  prefix: "VMP_MAP",
  flags: true,
  values: {
    SHARED: { value: 1, summary: "space_fork leaves the pages common to both spaces; else each has its own" },
    LAZY: { value: 2, summary: "memory is taken at the first access, some pages at a time; not with SHARED" },
  },
});

export const spaceKind = enumeration({
  name: "SpaceKind",
  prefix: "VMP_SPACE",
  unknown: "keep",
  values: {
    ARENA: {
      value: 1,
      summary: "guest address a is host address base + a; the host's mappings are the guest's protection",
    },
  },
});

export const addressSpace = layout(
  "vmp_address_space",
  { summary: "One guest process's memory. Written by the core alone." },
  [
    structSize(),
    field("kind", spaceKind, "an engine refuses a kind that it does not know"),
    field("base", pointer(u8), "host address of guest address 0; guard pages lie on both sides"),
    field("size", u64AsNumber, "an access of n bytes at a is inside when a <= size - n"),
    field(
      "code_generation",
      atomic(u64, "acquire"),
      "raised when code decoded from here may be stale (acquire to read)",
    ),
    field("machine", pointer(machine)),
    field("id", u64, "unique in the machine"),
  ],
);

export const guestMemory = layout(
  "vmp_guest_memory",
  { summary: "A machine's memory: one file, mapped whole and always readable and writable at `alias`." },
  [
    structSize(),
    field("descriptor", i32, "the memory file, borrowed"),
    field("alias", pointer(u8)),
    field("size", u64AsNumber, "the limit given at creation"),
    field("allocated", atomic(u64, "relaxed"), "bytes handed out to address spaces"),
  ],
);

export const area = layout("vmp_area", { summary: "A run of pages with one protection." }, [
  field("address", u64),
  field("size", u64),
  field("protection", protection, "0 for a reservation"),
  field("flags", mapFlag),
  field("tag", u64, "the personality's own, as given to map"),
]);

const space = native("space", pointer(addressSpace));
const address = input("address", u64);
const size = input("size", u64);

export const memoryService = table(
  "vmp_memory_service",
  {
    summary:
      "Safe against each other. Addresses and sizes of map, unmap and protect are page multiples inside the space (VMP_ERROR_INVALID_ARGUMENT else).",
  },
  [
    method(
      "space_create",
      {
        thread: "any",
        self: false,
        summary: "An empty space. Its memory counts for `run`, as vmp_spawn names it; 0 for none.",
        errors: ["INVALID_ARGUMENT", "OUT_OF_MEMORY"],
      },
      [native("machine", pointer(machine)), input("run", u32), size, native("space", pointer(pointer(addressSpace)))],
    ),
    method(
      "space_fork",
      {
        thread: "any",
        self: false,
        summary:
          "A copy of the space, of the same run: pages are copied when either side writes to them. The guest's threads of `space` must not run meanwhile. OUT_OF_MEMORY: nothing changed.",
        errors: ["OUT_OF_MEMORY"],
      },
      [space, native("copy", pointer(pointer(addressSpace)))],
    ),
    method(
      "space_destroy",
      { thread: "any", self: false, returns: "void", summary: "No virtual CPU may use it any longer." },
      [space],
    ),
    method(
      "map",
      {
        thread: "any",
        self: false,
        summary:
          "Fresh zeroed pages; what was mapped there is gone. OUT_OF_MEMORY when a limit of the machine or of the run is reached: nothing changed.",
        errors: ["INVALID_ARGUMENT", "OUT_OF_MEMORY"],
      },
      [space, address, size, input("protection", protection), input("flags", mapFlag), input("tag", u64)],
    ),
    method(
      "map_file",
      {
        thread: "any",
        self: false,
        summary:
          "The pages of a file of the host, shared with it: a store reaches the file, an access behind its end is a MEMORY_FAULT. `descriptor` is borrowed for the call; offset is a page multiple. Refused where the host refuses it (INVALID_ARGUMENT).",
        errors: ["INVALID_ARGUMENT", "OUT_OF_MEMORY"],
      },
      [
        space,
        address,
        size,
        input("protection", protection),
        input("tag", u64),
        input("descriptor", i32),
        input("offset", u64),
      ],
    ),
    method(
      "move",
      {
        thread: "any",
        self: false,
        summary:
          "Moves what is mapped at [address, address + size) to `to`, with its contents; what was there is gone. The two do not overlap. NOT_FOUND when a page is not mapped; then nothing changed.",
        errors: ["INVALID_ARGUMENT", "NOT_FOUND", "OUT_OF_MEMORY"],
      },
      [space, address, size, input("to", u64)],
    ),
    method("unmap", { thread: "any", self: false, errors: ["INVALID_ARGUMENT"] }, [space, address, size]),
    method(
      "prepare",
      {
        thread: "any",
        self: false,
        returns: "void",
        summary:
          "Readies what the guest may access so (one VMP_PROTECTION_*) in a range of any alignment for an access by the host's kernel at base + address: copies pages that are to be copied before a write, gives memory to lazy ones.",
      },
      [space, address, size, input("access", protection)],
    ),
    method(
      "protect",
      {
        thread: "any",
        self: false,
        summary: "NOT_FOUND when a page in the range is not mapped; then nothing changed.",
        errors: ["INVALID_ARGUMENT", "NOT_FOUND"],
      },
      [space, address, size, input("protection", protection)],
    ),
    method(
      "find",
      {
        thread: "any",
        self: false,
        error: false,
        summary: "The area that holds `address`, else the next one above it, else NOT_FOUND.",
        errors: ["NOT_FOUND"],
      },
      [space, address, output("area", area)],
    ),
    method(
      "read",
      {
        thread: "any",
        self: false,
        returns: u64,
        summary:
          "Copies up to the first byte that the guest itself could not read (write); the bytes copied are the answer.",
      },
      [space, address, native("to", pointer("void")), size],
    ),
    method("write", { thread: "any", self: false, returns: u64 }, [
      space,
      address,
      native("from", pointer("void", { constant: true })),
      size,
    ]),
    method(
      "read_string",
      {
        thread: "any",
        self: false,
        error: false,
        summary:
          "Copies a terminated string; *length is without the terminator. FAULT, or TOO_SMALL when it does not end in capacity.",
        errors: ["FAULT", "TOO_SMALL"],
      },
      [space, address, outputSpan("to", char, { capacity: "capacity", count: "length" })],
    ),
    method(
      "populate",
      {
        thread: "any",
        self: false,
        summary: "Writes where the guest may not: program loading. FAULT when a page in the range has no memory.",
        errors: ["FAULT"],
      },
      [space, address, native("from", pointer("void", { constant: true })), size],
    ),
    method(
      "invalidate_code",
      {
        thread: "any",
        self: false,
        returns: "void",
        summary:
          "Raises code_generation: code in the range may have changed (FENCE.I, a flush system call, a debugger's patch).",
      },
      [space, address, size],
    ),
  ],
);

export default contract({
  id: "vmp.memory/1",
  kind: "service",
  version: { major: 1, minor: 0 },
  summary: "Guest memory and address spaces: layouts shared by every engine, and the service `vmp.memory/1`.",
  uses: [abi],
  declarations: [
    constant("VMP_PAGE_SIZE", 4096, "", { unsigned: true }),
    protection,
    mapFlag,
    spaceKind,
    addressSpace,
    guestMemory,
    area,
  ],
  table: memoryService,
});
