/** vm_plugin.h: the entry of a native plugin and what every other header builds on. */
import {
  atomic,
  characters,
  constant,
  contract,
  exportedSymbol,
  field,
  functionPointer,
  handle,
  layout,
  method,
  native,
  opaque,
  pointer,
  reserved,
  string,
  structSize,
  u16,
  u32,
  u64,
} from "./language/index.ts";
import { status } from "./language/status.ts";

export { status };

/** The string by itself, so that it has a C name. */
const stringLayout = layout("vmp_string", { summary: "UTF-8, not terminated. data may be NULL when size is 0." }, [
  field("data", pointer("char", { constant: true })),
  field("size", u64),
]);

export const error = layout(
  "vmp_error",
  {
    summary:
      "Filled by the callee when it answers anything but VMP_OK; the caller owns it. code and message are terminated.",
  },
  [
    structSize(),
    field("status", status),
    field("code", characters(56), "empty, or UPPER_SNAKE_CASE; a plugin's own code, without the plugin's id"),
    field("message", characters(448)),
  ],
);

export const cancellation = layout(
  "vmp_cancellation",
  {
    summary: "Given to a method that can be cancelled, which looks at it from time to time and then answers CANCELLED.",
  },
  [structSize(), field("requested", atomic(u32, "acquire"), "not 0: stop")],
);

export const host = layout(
  "vmp_host",
  { summary: "What the host offers. Valid from init until deinit has returned." },
  [
    structSize(),
    field("abi_major", u16),
    field("abi_minor", u16),
    field(
      "service",
      functionPointer(
        method(
          "service",
          {
            thread: "any",
            self: false,
            returns: pointer("void", { constant: true }),
            summary: 'The service table with this id ("vmp.log/1"), constant for the life of the process, or NULL.',
          },
          [
            native("host", pointer({ struct: "vmp_host" }, { constant: true })),
            native("id", pointer("char", { constant: true })),
          ],
        ),
      ),
    ),
    field("context", pointer("void"), "the host's own; says which plugin is calling"),
  ],
);

export const machine = opaque("vmp_machine", "opaque");

export const configuration = handle("vmp_configuration", {
  owner: "host",
  constant: true,
  typescript: "Readonly<Record<string, unknown>>",
  summary: "opaque; read through vmp.config/1",
});

export const binding = layout(
  "vmp_binding",
  {
    growth: "stride",
    summary: "One implementation that an instance may call: from vtable to vtable, with no host between.",
  },
  [
    field("point", pointer("char", { constant: true })),
    field("name", pointer("char", { constant: true })),
    field("plugin", pointer("char", { constant: true })),
    field("vtable", pointer("void", { constant: true })),
    field("self", pointer("void")),
    field("capabilities", pointer("void", { constant: true })),
    field("contract_major", u16),
    field("contract_minor", u16),
    reserved(),
  ],
);

export const bindings = layout(
  "vmp_bindings",
  { summary: "Immutable while a virtual CPU runs. Items lie `stride` bytes apart." },
  [
    structSize(),
    field("count", u32),
    field("stride", u32),
    reserved(),
    field("items", pointer(binding, { constant: true })),
  ],
);

export const createInfo = layout("vmp_create_info", {}, [
  structSize(),
  reserved(),
  field("host", pointer(host, { constant: true })),
  field("machine", pointer(machine), "NULL for an instance that belongs to no machine"),
  field("configuration", configuration, "valid until destroy has returned"),
  field("name", string, "the implementation's name, as in the manifest"),
]);

export const provider = layout(
  "vmp_provider",
  { summary: "How instances of one implementation are made: the answer of vmp_entry.get, constant until deinit." },
  [
    structSize(),
    field("contract_major", u16),
    field("contract_minor", u16),
    field("vtable", pointer("void", { constant: true }), "the point's table"),
    field(
      "capabilities",
      pointer("void", { constant: true }),
      "the point's capabilities layout, or NULL where it has none",
    ),
    field(
      "create",
      functionPointer(
        method(
          "create",
          { thread: "control", self: false, summary: "Makes an instance. *self may stay NULL for one without state." },
          [native("info", pointer(createInfo, { constant: true })), native("self", pointer(pointer("void")))],
        ),
      ),
    ),
    field(
      "attach",
      functionPointer(
        method(
          "attach",
          {
            thread: "control",
            optional: true,
            summary: "Every instance of the machine exists; bindings stay valid until destroy has returned.",
          },
          [native("bindings", pointer(bindings, { constant: true }))],
        ),
      ),
    ),
    field(
      "destroy",
      functionPointer(
        method("destroy", { thread: "control", returns: "void", summary: "No call is under way and none follows." }),
      ),
    ),
    field(
      "validate_configuration",
      functionPointer(
        method(
          "validate_configuration",
          {
            thread: "control",
            optional: true,
            self: false,
            summary: "Refuses a configuration before any instance is made with it.",
          },
          [{ kind: "value", name: "configuration", type: configuration }],
        ),
      ),
    ),
  ],
);

export const entry = layout("vmp_entry", {}, [
  structSize(),
  field("abi_major", u16, "VMP_ABI_MAJOR of the headers that it was built with"),
  field("abi_minor", u16, "VMP_ABI_MINOR of those headers"),
  field("abi_minor_lowest", u16, "the oldest minor that it runs on"),
  reserved(u16, 3),
  field(
    "init",
    functionPointer(
      method("init", { thread: "control", optional: true, self: false, summary: "Once, before anything else." }, [
        native("host", pointer(host, { constant: true })),
      ]),
    ),
  ),
  field(
    "deinit",
    functionPointer(
      method("deinit", {
        thread: "control",
        optional: true,
        self: false,
        returns: "void",
        summary: "Once, when no instance is left; the library stays mapped.",
      }),
    ),
  ),
  field(
    "get",
    functionPointer(
      method(
        "get",
        {
          thread: "control",
          self: false,
          returns: pointer(provider, { constant: true }),
          summary: "The provider of `name` for `point`, with a table of at most contract minor `minor`, or NULL.",
        },
        [
          native("point", pointer("char", { constant: true })),
          native("name", pointer("char", { constant: true })),
          { kind: "value", name: "minor", type: u16 },
        ],
      ),
    ),
  ),
]);

export const abi = contract({
  id: "vmp.abi",
  kind: "shared",
  version: { major: 1, minor: 0 },
  header: "vm_plugin.h",
  summary: "The entry of a native vm-plugin and what every other header builds on.",
  declarations: [
    constant("VMP_ABI_MAJOR", 1),
    constant("VMP_ABI_MINOR", 0),
    status,
    stringLayout,
    error,
    cancellation,
    host,
    machine,
    configuration,
    binding,
    bindings,
    createInfo,
    provider,
    entry,
    exportedSymbol(
      "vm_plugin_entry",
      entry,
      'A plugin defines this one symbol, a C++ one behind extern "C": VMP_EXPORT const vmp_entry vm_plugin_entry = { ... };',
    ),
  ],
});

export default abi;
