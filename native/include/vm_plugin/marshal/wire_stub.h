/* The callee's half of a call, for generated stubs. Written by hand. */
#ifndef VM_PLUGIN_MARSHAL_WIRE_STUB_H
#define VM_PLUGIN_MARSHAL_WIRE_STUB_H

#include "wire.h"

typedef struct vmp_wire_answer {
  vmp_wire_reader reader; /* of the request */
  vmp_wire_writer writer; /* of the response */
  vmp_error error;        /* for the function that is called */
  vmp_stub_environment *environment;
} vmp_wire_answer;

static inline int vmp_wire_answer_open(vmp_wire_answer *answer, const uint8_t *request, uint64_t size,
                                       uint8_t *response, uint64_t capacity, vmp_stub_environment *environment) {
  vmp_wire_reader_open(&answer->reader, request, size);
  vmp_wire_writer_open(&answer->writer, response, capacity, 0);
  memset(&answer->error, 0, sizeof answer->error);
  answer->error.struct_size = sizeof answer->error;
  answer->environment = environment;
  return (uintptr_t)response % 8 == 0 && (uintptr_t)request % 8 == 0 && (request != NULL || size == 0) &&
         (response != NULL || capacity == 0);
}

static inline vmp_status vmp_wire_answer_close(vmp_wire_answer *answer, vmp_status status, uint64_t *response_size) {
  if (answer->reader.exhausted) status = VMP_ERROR_OUT_OF_MEMORY;
  if (answer->reader.exhausted || answer->writer.status != VMP_OK) answer->writer.size = 0;
  if (response_size != NULL) *response_size = answer->writer.size;
  vmp_wire_reader_close(&answer->reader);
  return status;
}

/* Replaces what was written by the failure that the function answered. */
static inline vmp_status vmp_wire_answer_failure(vmp_wire_answer *answer, vmp_status status, const uint64_t *needed,
                                                 uint32_t count) {
  vmp_wire_failure failure;
  vmp_error *error = &answer->error;
  error->code[sizeof error->code - 1] = 0;
  error->message[sizeof error->message - 1] = 0;
  answer->writer.size = 0;
  answer->writer.status = VMP_OK;
  vmp_wire_reserve(&answer->writer, sizeof failure, 8);
  failure.needed = vmp_wire_append(&answer->writer, needed, count, 8);
  failure.code = vmp_wire_append(&answer->writer, error->code, strlen(error->code), 1);
  failure.message = vmp_wire_append(&answer->writer, error->message, strlen(error->message), 1);
  if (answer->writer.status == VMP_OK) {
    memcpy(answer->writer.data, &failure, sizeof failure);
  } else {
    answer->writer.size = 0;
  }
  return status;
}

/* The function is required, and the table has none. */
static inline vmp_status vmp_wire_answer_missing(vmp_wire_answer *answer) {
  return vmp_wire_explain(&answer->error, VMP_ERROR_UNSUPPORTED, "METHOD_MISSING",
                          "the implementation lacks this method");
}

/* The function claims more elements than it had room for. */
static inline vmp_status vmp_wire_answer_overrun(vmp_wire_answer *answer) {
  vmp_wire_explain(&answer->error, VMP_ERROR_INTERNAL, "COUNT_BEYOND_CAPACITY",
                   "the implementation answered more elements than there was room for");
  return vmp_wire_answer_failure(answer, VMP_ERROR_INTERNAL, NULL, 0);
}

/* Room for at most *capacity elements in the answer, cut to what fits; their offset. */
static inline uint64_t vmp_wire_answer_room(vmp_wire_answer *answer, uint64_t *capacity, uint64_t size) {
  vmp_wire_writer *writer = &answer->writer;
  uint64_t at = (writer->size + 7) / 8 * 8;
  uint64_t most = writer->capacity > at ? (writer->capacity - at) / size : 0;
  if (*capacity > most) *capacity = most;
  return vmp_wire_reserve(writer, *capacity * size, 8);
}

static inline vmp_status vmp_wire_import_handle(vmp_wire_answer *answer, const char *type, uint64_t handle,
                                                void **object) {
  vmp_stub_environment *environment = answer->environment;
  *object = NULL;
  if (handle == 0) return VMP_OK;
  if (environment == NULL || !VMP_HAS(environment, vmp_stub_environment, import_handle)) return VMP_ERROR_MALFORMED;
  return environment->import_handle(environment, type, handle, object);
}

static inline vmp_status vmp_wire_import_callback(vmp_wire_answer *answer, const char *table, uint64_t handle,
                                                  vmp_transport **transport) {
  vmp_stub_environment *environment = answer->environment;
  *transport = NULL;
  if (handle == 0) return VMP_OK;
  if (environment == NULL || !VMP_HAS(environment, vmp_stub_environment, import_callback)) return VMP_ERROR_MALFORMED;
  return environment->import_callback(environment, table, handle, transport);
}

static inline void vmp_wire_release_callback(vmp_wire_answer *answer, vmp_transport *transport) {
  if (transport != NULL && VMP_HAS(answer->environment, vmp_stub_environment, release_callback))
    answer->environment->release_callback(answer->environment, transport);
}

#endif
