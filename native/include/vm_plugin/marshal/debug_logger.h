/* Calls of `debug.logger` as bytes: a stub answers them, a proxy makes them. Generated from the contract in
 * src/contracts/debug-logger.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_MARSHAL_DEBUG_LOGGER_H
#define VM_PLUGIN_MARSHAL_DEBUG_LOGGER_H

#include "../debug_logger.h"
#include "wire_proxy.h"
#include "wire_stub.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The methods' numbers in messages. */
enum {
  VMP_DEBUG_LOGGER_METHOD_LOG = 1,
  VMP_DEBUG_LOGGER_METHOD_FLUSH = 2
};

#ifndef VMP_WIRE_KNOWN_VMP_LOG_DEFINED
#define VMP_WIRE_KNOWN_VMP_LOG_DEFINED
static inline int vmp_wire_known_vmp_log(uint32_t *value) {
  switch (*value) {
    case VMP_LOG_TRACE:
    case VMP_LOG_DEBUG:
    case VMP_LOG_INFO:
    case VMP_LOG_WARN:
    case VMP_LOG_ERROR:
      return 1;
    default:
      *value = VMP_LOG_INFO;
      return 1;
  }
}
#endif

#ifndef VMP_WIRE_CHECK_VMP_LOG_RECORD_DEFINED
#define VMP_WIRE_CHECK_VMP_LOG_RECORD_DEFINED
/* Checks a copied value whose sender knew `stride` bytes of it, and turns spans into pointers. */
static inline int vmp_wire_check_vmp_log_record(vmp_wire_reader *reader, vmp_log_record *value, uint32_t stride) {
  (void)reader;
  (void)stride;
  value->struct_size = stride < sizeof *value ? stride : (uint32_t)sizeof *value;
  if (!vmp_wire_known_vmp_log(&value->level)) return 0;
  if (!vmp_wire_string_field(reader, &value->source)) return 0;
  if (!vmp_wire_string_field(reader, &value->message)) return 0;
  return 1;
}
#endif

#ifndef VMP_WIRE_STORE_VMP_LOG_RECORD_DEFINED
#define VMP_WIRE_STORE_VMP_LOG_RECORD_DEFINED
/* Appends what the value points at, and puts spans in place of its pointers. */
static inline void vmp_wire_store_vmp_log_record(vmp_wire_writer *writer, uint64_t at, const vmp_log_record *value,
    uint64_t size) {
  if (size >= 32) vmp_wire_put_slot(writer, at + 16, vmp_wire_append_string(writer, value->source));
  if (size >= 48) vmp_wire_put_slot(writer, at + 32, vmp_wire_append_string(writer, value->message));
}
#endif

typedef struct vmp_debug_logger_log_request {
  vmp_wire_span record;
} vmp_debug_logger_log_request;
VMP_STATIC_ASSERT(offsetof(vmp_debug_logger_log_request, record) == 0, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_debug_logger_log_request) == 12, "wire format");

/* Bytes that the answer to a request may take: what the stub is given beyond them it has no use for. */
static inline uint64_t vmp_debug_logger_room(uint32_t method, const uint8_t *request, uint64_t size) {
  (void)method;
  (void)request;
  (void)size;
  return VMP_WIRE_RESPONSE_MINIMUM;
}

static inline vmp_status vmp_debug_logger_answer_log(const vmp_debug_logger *table, void *self,
                                                     vmp_wire_answer *answer) {
  vmp_debug_logger_log_request request;
  vmp_log_record in_record;
  if (!vmp_wire_fixed(&answer->reader, &request, sizeof request)) return VMP_ERROR_MALFORMED;
  if (request.record.count != 1 || !vmp_wire_span_valid(&answer->reader, &request.record, 48, 8))
    return VMP_ERROR_MALFORMED;
  vmp_wire_element(&answer->reader, &request.record, 0, &in_record, sizeof in_record);
  if (!vmp_wire_check_vmp_log_record(&answer->reader, &in_record, request.record.stride)) return VMP_ERROR_MALFORMED;
  if (VMP_HAS(table, vmp_debug_logger, log)) {
    table->log(self, &in_record);
  } else {
    return vmp_wire_answer_failure(answer, vmp_wire_answer_missing(answer), NULL, 0);
  }
  return VMP_OK;
}

static inline vmp_status vmp_debug_logger_answer_flush(const vmp_debug_logger *table, void *self,
                                                       vmp_wire_answer *answer) {
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, NULL, 0)) return VMP_ERROR_MALFORMED;
  if (VMP_HAS(table, vmp_debug_logger, flush)) {
    status = table->flush(self, &answer->error);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

/* Answers one request. request and response begin at a multiple of 8; response holds VMP_WIRE_RESPONSE_MINIMUM bytes or
 * more. The status of the call; MALFORMED for bytes that break the format, whatever they are. */
static inline vmp_status vmp_debug_logger_stub(const vmp_debug_logger *table, void *self, uint32_t method,
                                               const uint8_t *request, uint64_t size, uint8_t *response,
                                               uint64_t capacity, uint64_t *response_size) {
  vmp_wire_answer answer;
  vmp_status status = VMP_ERROR_MALFORMED;
  if (vmp_wire_answer_open(&answer, request, size, response, capacity, NULL)) {
    switch (method) {
      case 1:
        status = vmp_debug_logger_answer_log(table, self, &answer);
        break;
      case 2:
        status = vmp_debug_logger_answer_flush(table, self, &answer);
        break;
      default:
        break;
    }
  }
  return vmp_wire_answer_close(&answer, status, response_size);
}

static inline void vmp_debug_logger_proxy_log(void *self, const vmp_log_record *record) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_debug_logger_log_request request_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 12);
  memset(&request_, 0, sizeof request_);
  if (record->struct_size < 48) vmp_wire_fail(&call_.writer, VMP_ERROR_INVALID_ARGUMENT);
  {
    uint32_t size_ = (record->struct_size < sizeof *record ? record->struct_size : (uint32_t)sizeof *record);
    request_.record = vmp_wire_append(&call_.writer, record, 1, size_);
    if (call_.writer.status == VMP_OK)
      vmp_wire_store_vmp_log_record(&call_.writer, request_.record.offset, record, size_);
  }
  if (call_.writer.status == VMP_OK) memcpy(call_.writer.data, &request_, sizeof request_);
  status_ = vmp_wire_call_send(&call_, transport_, 1, VMP_MESSAGE_POSTED, room_, NULL, NULL);
  vmp_wire_call_close(&call_);
  (void)status_;
}

static inline vmp_status vmp_debug_logger_proxy_flush(void *self, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 0);
  status_ = vmp_wire_call_send(&call_, transport_, 2, VMP_MESSAGE_ASYNCHRONOUS, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

/* self is a vmp_transport, or begins with one. */
static const vmp_debug_logger vmp_debug_logger_proxy VMP_WIRE_UNUSED = {
    sizeof(vmp_debug_logger),
    0,
    vmp_debug_logger_proxy_log,
    vmp_debug_logger_proxy_flush,
};

#ifdef __cplusplus
}
#endif
#endif
