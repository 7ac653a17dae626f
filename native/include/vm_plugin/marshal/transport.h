/* How calls travel: the frame, the parts of a body, and what carries them. */
/* Generated from the contract in src/contracts/transport.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_MARSHAL_TRANSPORT_H
#define VM_PLUGIN_MARSHAL_TRANSPORT_H

#include "../../vm_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  VMP_MESSAGE_SYNCHRONOUS = 1,  /* a request whose caller waits */
  VMP_MESSAGE_POSTED = 2,       /* a request that is never answered */
  VMP_MESSAGE_ASYNCHRONOUS = 3, /* a request that may take long */
  VMP_MESSAGE_RESPONSE = 4,     /* carries the call_id of its request, and the status */
  VMP_MESSAGE_CANCEL = 5        /* without a body: the request with this call_id is no longer wanted */
};

/* The frame of a message; its body follows at once. Bodies begin at a multiple of 8. */
typedef struct vmp_message_header {
  uint32_t size;    /* bytes of header and body */
  uint32_t method;  /* the method's number in its table, from 1 */
  uint32_t kind;    /* VMP_MESSAGE_* */
  int32_t status;   /* of a response: VMP_* */
  uint64_t call_id; /* unique among the calls under way on one connection */
} vmp_message_header;

/* Where elements lie in a body (of a shared span: in the shared memory). A string has stride 1. */
typedef struct vmp_wire_span {
  uint32_t offset; /* from the start of the body */
  uint32_t count;
  uint32_t stride; /* bytes from one element to the next */
} vmp_wire_span;

/* The body of a response whose status is not VMP_OK. */
typedef struct vmp_wire_failure {
  vmp_wire_span code;    /* UTF-8 */
  vmp_wire_span message; /* UTF-8 */
  vmp_wire_span needed;  /* of u64: how many elements each out span needs, in the order of the parameters */
} vmp_wire_failure;

/* A callback table that a proxy offers to the other side. */
typedef struct vmp_callback {
  uint32_t struct_size;
  uint32_t lifetime; /* 0: until the call that passes it has returned; 1: as long as the instance */
  const char *table; /* the C name of the table, "acme_listener" */
  const void *functions;
  void *context;
  /* [any] The stub of the table, to answer its calls with. */
  vmp_status (*stub)(const void *functions, void *context, uint32_t method, const uint8_t *request, uint64_t size,
                     uint8_t *response, uint64_t capacity, uint64_t *response_size);
} vmp_callback;

/* Carries the calls of one instance to where it lives. `self` of a generated proxy is one of these, or begins with one.
 * Functions that were appended may be NULL. */
typedef struct vmp_transport {
  uint32_t struct_size;
  uint32_t flags; /* 0 */
  /* [any] Sends a body and waits for the answer's. kind: VMP_MESSAGE_SYNCHRONOUS, _ASYNCHRONOUS or _POSTED (response
   * and response_size are NULL then, and it returns when the body is copied). The status of the call, with a failure
   * body or none; when it could not be made, fills error and leaves *response_size 0. The response begins at a multiple
   * of 8. */
  vmp_status (*call)(struct vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                     uint64_t request_size, void *response, uint64_t capacity, uint64_t *response_size,
                     vmp_error *error);
  uint8_t *shared_base; /* memory that both sides see, or NULL; shared spans travel as offsets into it */
  uint64_t shared_size;
  /* [any] Optional. As call, and tells the other side when cancellation->requested becomes other than 0. */
  vmp_status (*call_cancellable)(struct vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                                 uint64_t request_size, void *response, uint64_t capacity, uint64_t *response_size,
                                 const vmp_cancellation *cancellation, vmp_error *error);
  /* [any] Optional. The number by which the other side names what the pointer points at. */
  vmp_status (*export_handle)(struct vmp_transport *transport, const char *type, const void *object, uint64_t *handle,
                              vmp_error *error);
  /* [any] Optional. Offers a callback table; the number by which the other side names it. */
  vmp_status (*export_callback)(struct vmp_transport *transport, const vmp_callback *callback, uint64_t *handle,
                                vmp_error *error);
  /* [any] Optional. No call of it is made any longer. */
  void (*withdraw_callback)(struct vmp_transport *transport, uint64_t handle);
} vmp_transport;

/* What a stub needs of its connection where a contract has shared spans, handles or callbacks. All but struct_size may
 * be NULL. */
typedef struct vmp_stub_environment {
  uint32_t struct_size;
  uint32_t flags; /* 0 */
  void *context;  /* of whoever made it */
  uint8_t *shared_base;
  uint64_t shared_size;
  const vmp_cancellation *cancellation; /* of the call that is answered, or NULL */
  /* [any] Optional. What the number names. REVOKED when its generation is over. */
  vmp_status (*import_handle)(struct vmp_stub_environment *environment, const char *type, uint64_t handle,
                              void **object);
  /* [any] Optional. A transport to the callback table that the number names. */
  vmp_status (*import_callback)(struct vmp_stub_environment *environment, const char *table, uint64_t handle,
                                vmp_transport **transport);
  /* [any] Optional. The call that brought it has returned. */
  void (*release_callback)(struct vmp_stub_environment *environment, vmp_transport *transport);
} vmp_stub_environment;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_message_header, size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_message_header, method) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_message_header, kind) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_message_header, status) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_message_header, call_id) == 16, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_message_header) == 24, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_wire_span, offset) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_wire_span, count) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_wire_span, stride) == 8, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_wire_span) == 12, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_wire_failure, code) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_wire_failure, message) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_wire_failure, needed) == 24, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_wire_failure) == 36, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_callback, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_callback, lifetime) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_callback, table) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_callback, functions) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_callback, context) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_callback, stub) == 32, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_callback) == 40, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_transport, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_transport, flags) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_transport, call) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_transport, shared_base) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_transport, shared_size) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_transport, call_cancellable) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_transport, export_handle) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_transport, export_callback) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_transport, withdraw_callback) == 56, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_transport) == 64, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_stub_environment, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_stub_environment, flags) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_stub_environment, context) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_stub_environment, shared_base) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_stub_environment, shared_size) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_stub_environment, cancellation) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_stub_environment, import_handle) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_stub_environment, import_callback) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_stub_environment, release_callback) == 56, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_stub_environment) == 64, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
