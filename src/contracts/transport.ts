/** How calls travel: the frame, the parts of a body, and what carries them. */
import abi, { cancellation } from "./abi.ts";
import {
  contract,
  enumeration,
  field,
  functionPointer,
  i32,
  input,
  layout,
  method,
  native,
  output,
  pointer,
  structSize,
  u8,
  u32,
  u64,
} from "./language/index.ts";

export const messageKind = enumeration({
  name: "MessageKind",
  prefix: "VMP_MESSAGE",
  values: {
    SYNCHRONOUS: { value: 1, summary: "a request whose caller waits" },
    POSTED: { value: 2, summary: "a request that is never answered" },
    ASYNCHRONOUS: { value: 3, summary: "a request that may take long" },
    RESPONSE: { value: 4, summary: "carries the call_id of its request, and the status" },
    CANCEL: { value: 5, summary: "without a body: the request with this call_id is no longer wanted" },
  },
});

export const messageHeader = layout(
  "vmp_message_header",
  { growth: "never", summary: "The frame of a message; its body follows at once. Bodies begin at a multiple of 8." },
  [
    field("size", u32, "bytes of header and body"),
    field("method", u32, "the method's number in its table, from 1"),
    field("kind", u32, "VMP_MESSAGE_*"),
    field("status", i32, "of a response: VMP_*"),
    field("call_id", u64, "unique among the calls under way on one connection"),
  ],
);

export const wireSpan = layout(
  "vmp_wire_span",
  {
    growth: "never",
    summary: "Where elements lie in a body (of a shared span: in the shared memory). A string has stride 1.",
  },
  [
    field("offset", u32, "from the start of the body"),
    field("count", u32),
    field("stride", u32, "bytes from one element to the next"),
  ],
);

export const wireFailure = layout(
  "vmp_wire_failure",
  { growth: "never", summary: "The body of a response whose status is not VMP_OK." },
  [
    field("code", wireSpan, "UTF-8"),
    field("message", wireSpan, "UTF-8"),
    field("needed", wireSpan, "of u64: how many elements each out span needs, in the order of the parameters"),
  ],
);

const self = native("transport", pointer({ struct: "vmp_transport" }));
const callParameters = [
  self,
  input("method", u32),
  input("kind", u32),
  native("request", pointer("void", { constant: true })),
  input("request_size", u64),
  native("response", pointer("void")),
  input("capacity", u64),
  native("response_size", pointer(u64)),
];
const tableName = native("table", pointer("char", { constant: true }));

/** Answers a request: a generated stub with the type of its table erased. */
export const stubFunction = method(
  "stub",
  { thread: "any", self: false, error: false, summary: "The stub of the table, to answer its calls with." },
  [
    native("functions", pointer("void", { constant: true })),
    native("context", pointer("void")),
    input("method", u32),
    native("request", pointer(u8, { constant: true })),
    input("size", u64),
    native("response", pointer(u8)),
    input("capacity", u64),
    native("response_size", pointer(u64)),
  ],
);

export const callbackExport = layout(
  "vmp_callback",
  { summary: "A callback table that a proxy offers to the other side." },
  [
    structSize(),
    field("lifetime", u32, "0: until the call that passes it has returned; 1: as long as the instance"),
    field("table", pointer("char", { constant: true }), 'the C name of the table, "acme_listener"'),
    field("functions", pointer("void", { constant: true })),
    field("context", pointer("void")),
    field("stub", functionPointer(stubFunction)),
  ],
);

export const transport = layout(
  "vmp_transport",
  {
    summary:
      "Carries the calls of one instance to where it lives. `self` of a generated proxy is one of these, or begins with one. Functions that were appended may be NULL.",
  },
  [
    structSize(),
    field("flags", u32, "0"),
    field(
      "call",
      functionPointer(
        method(
          "call",
          {
            thread: "any",
            self: false,
            summary:
              "Sends a body and waits for the answer's. kind: VMP_MESSAGE_SYNCHRONOUS, _ASYNCHRONOUS or _POSTED (response and response_size are NULL then, and it returns when the body is copied). The status of the call, with a failure body or none; when it could not be made, fills error and leaves *response_size 0. The response begins at a multiple of 8.",
          },
          callParameters,
        ),
      ),
    ),
    field("shared_base", pointer(u8), "memory that both sides see, or NULL; shared spans travel as offsets into it"),
    field("shared_size", u64),
    field(
      "call_cancellable",
      functionPointer(
        method(
          "call_cancellable",
          {
            thread: "any",
            optional: true,
            self: false,
            summary: "As call, and tells the other side when cancellation->requested becomes other than 0.",
          },
          [...callParameters, native("cancellation", pointer(cancellation, { constant: true }))],
        ),
      ),
    ),
    field(
      "export_handle",
      functionPointer(
        method(
          "export_handle",
          {
            thread: "any",
            optional: true,
            self: false,
            summary: "The number by which the other side names what the pointer points at.",
          },
          [
            self,
            native("type", pointer("char", { constant: true })),
            native("object", pointer("void", { constant: true })),
            output("handle", u64),
          ],
        ),
      ),
    ),
    field(
      "export_callback",
      functionPointer(
        method(
          "export_callback",
          {
            thread: "any",
            optional: true,
            self: false,
            summary: "Offers a callback table; the number by which the other side names it.",
          },
          [self, native("callback", pointer(callbackExport, { constant: true })), output("handle", u64)],
        ),
      ),
    ),
    field(
      "withdraw_callback",
      functionPointer(
        method(
          "withdraw_callback",
          { thread: "any", optional: true, self: false, returns: "void", summary: "No call of it is made any longer." },
          [self, input("handle", u64)],
        ),
      ),
    ),
  ],
);

const environment = native("environment", pointer({ struct: "vmp_stub_environment" }));

export const stubEnvironment = layout(
  "vmp_stub_environment",
  {
    summary:
      "What a stub needs of its connection where a contract has shared spans, handles or callbacks. All but struct_size may be NULL.",
  },
  [
    structSize(),
    field("flags", u32, "0"),
    field("context", pointer("void"), "of whoever made it"),
    field("shared_base", pointer(u8)),
    field("shared_size", u64),
    field("cancellation", pointer(cancellation, { constant: true }), "of the call that is answered, or NULL"),
    field(
      "import_handle",
      functionPointer(
        method(
          "import_handle",
          {
            thread: "any",
            optional: true,
            self: false,
            error: false,
            summary: "What the number names. REVOKED when its generation is over.",
          },
          [
            environment,
            native("type", pointer("char", { constant: true })),
            input("handle", u64),
            native("object", pointer(pointer("void"))),
          ],
        ),
      ),
    ),
    field(
      "import_callback",
      functionPointer(
        method(
          "import_callback",
          {
            thread: "any",
            optional: true,
            self: false,
            error: false,
            summary: "A transport to the callback table that the number names.",
          },
          [environment, tableName, input("handle", u64), native("transport", pointer(pointer(transport)))],
        ),
      ),
    ),
    field(
      "release_callback",
      functionPointer(
        method(
          "release_callback",
          {
            thread: "any",
            optional: true,
            self: false,
            returns: "void",
            summary: "The call that brought it has returned.",
          },
          [environment, native("transport", pointer(transport))],
        ),
      ),
    ),
  ],
);

export default contract({
  id: "vmp.transport",
  kind: "shared",
  version: { major: 1, minor: 0 },
  header: "vm_plugin/marshal/transport.h",
  summary: "How calls travel: the frame, the parts of a body, and what carries them.",
  uses: [abi],
  declarations: [messageKind, messageHeader, wireSpan, wireFailure, callbackExport, transport, stubEnvironment],
});
