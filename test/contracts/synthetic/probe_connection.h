/* A connection inside one process: requests are copied as between two, handles and callbacks have numbers. */
#ifndef PROBE_CONNECTION_H
#define PROBE_CONNECTION_H

#include "probe_implementation.h"
#include "vm_plugin/marshal/handles.h"

typedef struct connection {
  vmp_transport transport; /* first: a proxy's self */
  vmp_stub_environment environment;
  const acme_probe *table;
  probe_state state;
  vmp_handle_slot slots[4];
  vmp_handle_table handles;
  vmp_callback callback;
  vmp_transport back; /* to the callback */
  int callbacks;      /* given and not taken back */
  int imported;
  uint32_t last_kind;
  uint64_t largest_request;
} connection;

static connection *of_environment(vmp_stub_environment *environment) { return (connection *)environment->context; }

static vmp_status call_cancellable(vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                                   uint64_t request_size, void *response, uint64_t capacity, uint64_t *response_size,
                                   const vmp_cancellation *cancellation, vmp_error *error) {
  connection *to = (connection *)transport;
  uint64_t *copy = (uint64_t *)malloc(request_size + 8);
  uint64_t none[VMP_WIRE_RESPONSE_MINIMUM / 8], none_size;
  vmp_status status;
  (void)error;
  if (copy == NULL) return VMP_ERROR_OUT_OF_MEMORY;
  if (request_size != 0) memcpy(copy, request, request_size);
  if (response == NULL) {
    response = none;
    capacity = sizeof none;
    response_size = &none_size;
  }
  to->last_kind = kind;
  if (request_size > to->largest_request) to->largest_request = request_size;
  to->environment.cancellation = cancellation;
  status = acme_probe_stub(to->table, &to->state, method, (const uint8_t *)copy, request_size, (uint8_t *)response,
                           capacity, response_size, &to->environment);
  free(copy);
  return status;
}

static vmp_status call(vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                       uint64_t request_size, void *response, uint64_t capacity, uint64_t *response_size,
                       vmp_error *error) {
  return call_cancellable(transport, method, kind, request, request_size, response, capacity, response_size, NULL,
                          error);
}

static vmp_status export_handle(vmp_transport *transport, const char *type, const void *object, uint64_t *handle,
                                vmp_error *error) {
  vmp_status status = vmp_handle_insert(&((connection *)transport)->handles, type, object, handle);
  return status == VMP_OK ? VMP_OK : vmp_wire_explain(error, status, "TOO_MANY_HANDLES", "the table is full");
}

static vmp_status import_handle(vmp_stub_environment *environment, const char *type, uint64_t handle, void **object) {
  return vmp_handle_find(&of_environment(environment)->handles, type, handle, object);
}

static vmp_status export_callback(vmp_transport *transport, const vmp_callback *callback, uint64_t *handle,
                                  vmp_error *error) {
  connection *to = (connection *)transport;
  (void)error;
  to->callback = *callback;
  to->callbacks++;
  *handle = 99;
  return VMP_OK;
}

static void withdraw_callback(vmp_transport *transport, uint64_t handle) {
  if (handle == 99) ((connection *)transport)->callbacks--;
}

static vmp_status call_back(vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                            uint64_t request_size, void *response, uint64_t capacity, uint64_t *response_size,
                            vmp_error *error) {
  connection *to = (connection *)(void *)((uint8_t *)transport - offsetof(connection, back));
  uint64_t none[VMP_WIRE_RESPONSE_MINIMUM / 8], none_size;
  (void)kind;
  (void)error;
  if (response == NULL) {
    response = none;
    capacity = sizeof none;
    response_size = &none_size;
  }
  return to->callback.stub(to->callback.functions, to->callback.context, method, (const uint8_t *)request, request_size,
                           (uint8_t *)response, capacity, response_size);
}

static vmp_status import_callback(vmp_stub_environment *environment, const char *table, uint64_t handle,
                                  vmp_transport **transport) {
  connection *to = of_environment(environment);
  if (handle != 99 || strcmp(table, to->callback.table) != 0) return VMP_ERROR_MALFORMED;
  to->imported++;
  *transport = &to->back;
  return VMP_OK;
}

static void release_callback(vmp_stub_environment *environment, vmp_transport *transport) {
  if (transport != NULL) of_environment(environment)->imported--;
}

static void connect(connection *to, uint8_t *shared, uint64_t shared_size) {
  memset(to, 0, sizeof *to);
  to->table = &probe_table;
  to->handles.slots = to->slots;
  to->handles.count = 4;
  to->transport.struct_size = sizeof to->transport;
  to->transport.call = call;
  to->transport.call_cancellable = call_cancellable;
  to->transport.shared_base = shared;
  to->transport.shared_size = shared_size;
  to->transport.export_handle = export_handle;
  to->transport.export_callback = export_callback;
  to->transport.withdraw_callback = withdraw_callback;
  to->environment.struct_size = sizeof to->environment;
  to->environment.context = to;
  to->environment.shared_base = shared;
  to->environment.shared_size = shared_size;
  to->environment.import_handle = import_handle;
  to->environment.import_callback = import_callback;
  to->environment.release_callback = release_callback;
  to->back.struct_size = sizeof to->back;
  to->back.call = call_back;
}

typedef struct heard {
  uint32_t progress;
  uint32_t notes;
  int refuse;
} heard;

static vmp_status progress(void *self, uint32_t done, vmp_string text, vmp_error *error) {
  heard *to = (heard *)self;
  if (to->refuse) return refuse(error, VMP_ERROR_CANCELLED, "", "enough");
  to->progress += done + (uint32_t)text.size;
  return VMP_OK;
}

static void note(void *self, vmp_string text) { ((heard *)self)->notes += (uint32_t)text.size; }

static const acme_listener listener = {sizeof(acme_listener), 0, progress, note};

#endif
