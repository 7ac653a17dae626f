/* The caller's half of a call, for generated proxies. Written by hand. */
#ifndef VM_PLUGIN_MARSHAL_WIRE_PROXY_H
#define VM_PLUGIN_MARSHAL_WIRE_PROXY_H

#include "wire.h"

/* One call under way. Small ones stay in `request` and `response`, large ones go to the heap. */
typedef struct vmp_wire_call {
  vmp_wire_writer writer;
  vmp_wire_reader reader; /* of the answer */
  vmp_wire_span needed;   /* of a failure */
  uint8_t *answer;        /* from malloc, or NULL */
  int explained;          /* the transport has filled the caller's error */
  uint64_t request[64];
  uint64_t response[VMP_WIRE_RESPONSE_MINIMUM / 8];
} vmp_wire_call;

/* Begins with a zeroed fixed layout of `fixed` bytes. */
static inline void vmp_wire_call_open(vmp_wire_call *call, uint64_t fixed) {
  vmp_wire_writer_open(&call->writer, call->request, sizeof call->request, 1);
  vmp_wire_reader_open(&call->reader, (const uint8_t *)call->response, 0);
  call->needed = vmp_wire_span_of(0, 0, 8);
  call->answer = NULL;
  call->explained = 0;
  vmp_wire_reserve(&call->writer, fixed, 8);
}

static inline void vmp_wire_call_close(vmp_wire_call *call) {
  vmp_wire_writer_close(&call->writer);
  vmp_wire_reader_close(&call->reader);
  free(call->answer);
}

static inline vmp_status vmp_wire_malformed_answer(vmp_error *error) {
  return vmp_wire_explain(error, VMP_ERROR_MALFORMED, "MALFORMED_ANSWER",
                          "the answer of the other side breaks the wire format");
}

/* Reads the body of a response that failed. */
static inline void vmp_wire_call_failed(vmp_wire_call *call, vmp_status status, vmp_error *error) {
  vmp_wire_failure failure;
  vmp_string code, message;
  if (call->reader.size == 0) {
    if (VMP_CAN_EXPLAIN(error)) error->status = status;
    return;
  }
  if (!vmp_wire_fixed(&call->reader, &failure, sizeof failure) ||
      !vmp_wire_string(&call->reader, &failure.code, &code) ||
      !vmp_wire_string(&call->reader, &failure.message, &message)) {
    vmp_wire_explain(error, status, "", "the other side gave no reason that can be read");
    return;
  }
  vmp_wire_set_error(error, status, code.data, code.size, message.data, message.size);
  if (vmp_wire_span_valid(&call->reader, &failure.needed, 8, 8)) call->needed = failure.needed;
}

/* Sends what was written. `room`: bytes that the answer may need. The status of the call; the answer is in
 * call->reader. */
static inline vmp_status vmp_wire_call_send(vmp_wire_call *call, vmp_transport *transport, uint32_t method,
                                            uint32_t kind, uint64_t room, const vmp_cancellation *cancellation,
                                            vmp_error *error) {
  uint8_t *response = (uint8_t *)call->response;
  uint64_t capacity = sizeof call->response;
  uint64_t received = 0;
  vmp_status status = call->writer.status;
  if (status != VMP_OK && call->explained) return status;
  if (status != VMP_OK)
    return vmp_wire_explain(error, status, "ARGUMENT_CANNOT_TRAVEL",
                            "an argument does not fit a message, or the connection does not carry it");
  /* What an earlier call left there is not this one's: the other side may give no reason. */
  vmp_wire_set_error(error, VMP_OK, NULL, 0, NULL, 0);
  if (kind == VMP_MESSAGE_POSTED) {
    return transport->call(transport, method, kind, call->writer.data, call->writer.size, NULL, 0, NULL, error);
  }
  if (room > capacity) {
    call->answer = (uint8_t *)malloc(room);
    if (call->answer == NULL) return vmp_wire_explain(error, VMP_ERROR_OUT_OF_MEMORY, "", "no memory for the answer");
    response = call->answer;
    capacity = room;
  }
  if (cancellation != NULL && VMP_HAS(transport, vmp_transport, call_cancellable)) {
    status = transport->call_cancellable(transport, method, kind, call->writer.data, call->writer.size, response,
                                         capacity, &received, cancellation, error);
  } else {
    status = transport->call(transport, method, kind, call->writer.data, call->writer.size, response, capacity,
                             &received, error);
  }
  if (received > capacity) return vmp_wire_malformed_answer(error);
  vmp_wire_reader_open(&call->reader, response, received);
  if (status != VMP_OK) vmp_wire_call_failed(call, status, error);
  return status;
}

/* How many elements out span number `index` needs, as a failure said; 0 when it did not. */
static inline uint64_t vmp_wire_call_needed(const vmp_wire_call *call, uint32_t index) {
  uint64_t needed = 0;
  if (index < call->needed.count)
    memcpy(&needed, call->reader.data + call->needed.offset + (uint64_t)index * call->needed.stride, 8);
  return needed;
}

static inline uint64_t vmp_wire_export_handle(vmp_wire_call *call, vmp_transport *transport, const char *type,
                                              const void *object, vmp_error *error) {
  uint64_t handle = 0;
  if (object == NULL || call->writer.status != VMP_OK) return 0;
  if (!VMP_HAS(transport, vmp_transport, export_handle)) return vmp_wire_fail(&call->writer, VMP_ERROR_UNSUPPORTED);
  vmp_wire_fail(&call->writer, transport->export_handle(transport, type, object, &handle, error));
  call->explained = call->writer.status != VMP_OK;
  return call->explained ? 0 : handle;
}

static inline uint64_t vmp_wire_export_callback(vmp_wire_call *call, vmp_transport *transport,
                                                const vmp_callback *callback, vmp_error *error) {
  uint64_t handle = 0;
  if (callback->functions == NULL || call->writer.status != VMP_OK) return 0;
  if (!VMP_HAS(transport, vmp_transport, export_callback)) return vmp_wire_fail(&call->writer, VMP_ERROR_UNSUPPORTED);
  vmp_wire_fail(&call->writer, transport->export_callback(transport, callback, &handle, error));
  call->explained = call->writer.status != VMP_OK;
  return call->explained ? 0 : handle;
}

static inline void vmp_wire_withdraw_callback(vmp_transport *transport, uint64_t handle) {
  if (handle != 0 && VMP_HAS(transport, vmp_transport, withdraw_callback))
    transport->withdraw_callback(transport, handle);
}

#endif
