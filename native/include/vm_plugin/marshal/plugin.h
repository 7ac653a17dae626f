/* Calls of `plugin` as bytes: a stub answers them, a proxy makes them. Generated from the contract in
 * src/contracts/plugin.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_MARSHAL_PLUGIN_H
#define VM_PLUGIN_MARSHAL_PLUGIN_H

#include "../plugin.h"
#include "wire_proxy.h"
#include "wire_stub.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The methods' numbers in messages. */
enum {
  VMP_PLUGIN_METHOD_INITIALIZE = 1,
  VMP_PLUGIN_METHOD_START = 2,
  VMP_PLUGIN_METHOD_STOP = 3,
  VMP_PLUGIN_METHOD_CLEANUP = 4,
  VMP_PLUGIN_METHOD_ENABLE = 5,
  VMP_PLUGIN_METHOD_DISABLE = 6,
  VMP_PLUGIN_METHOD_CONFIGURATION_CHANGED = 7,
  VMP_PLUGIN_METHOD_HEALTH_CHECK = 8,
  VMP_PLUGIN_METHOD_EXPORT_STATE = 9,
  VMP_PLUGIN_METHOD_IMPORT_STATE = 10,
  VMP_PLUGIN_METHOD_MIGRATE_CONFIGURATION = 11
};

#ifndef VMP_WIRE_KNOWN_VMP_HEALTH_DEFINED
#define VMP_WIRE_KNOWN_VMP_HEALTH_DEFINED
static inline int vmp_wire_known_vmp_health(uint32_t *value) {
  switch (*value) {
    case VMP_HEALTH_HEALTHY:
    case VMP_HEALTH_DEGRADED:
    case VMP_HEALTH_UNHEALTHY:
      return 1;
    default:
      *value = VMP_HEALTH_UNHEALTHY;
      return 1;
  }
}
#endif

#ifndef VMP_WIRE_CHECK_VMP_PLUGIN_HEALTH_DEFINED
#define VMP_WIRE_CHECK_VMP_PLUGIN_HEALTH_DEFINED
/* Checks a copied value whose sender knew `stride` bytes of it, and turns spans into pointers. */
static inline int vmp_wire_check_vmp_plugin_health(vmp_wire_reader *reader, vmp_plugin_health *value, uint32_t stride) {
  (void)reader;
  (void)stride;
  value->struct_size = stride < sizeof *value ? stride : (uint32_t)sizeof *value;
  if (!vmp_wire_known_vmp_health(&value->status)) return 0;
  if (!vmp_wire_terminated(value->message, 248)) return 0;
  return 1;
}
#endif

typedef struct vmp_plugin_initialize_request {
  uint64_t configuration;
} vmp_plugin_initialize_request;
VMP_STATIC_ASSERT(offsetof(vmp_plugin_initialize_request, configuration) == 0, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_plugin_initialize_request) == 8, "wire format");

typedef struct vmp_plugin_configuration_changed_request {
  uint64_t configuration;
} vmp_plugin_configuration_changed_request;
VMP_STATIC_ASSERT(offsetof(vmp_plugin_configuration_changed_request, configuration) == 0, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_plugin_configuration_changed_request) == 8, "wire format");

typedef struct vmp_plugin_health_check_response {
  vmp_wire_span health;
} vmp_plugin_health_check_response;
VMP_STATIC_ASSERT(offsetof(vmp_plugin_health_check_response, health) == 0, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_plugin_health_check_response) == 12, "wire format");

typedef struct vmp_plugin_export_state_request {
  uint64_t capacity;
} vmp_plugin_export_state_request;
VMP_STATIC_ASSERT(offsetof(vmp_plugin_export_state_request, capacity) == 0, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_plugin_export_state_request) == 8, "wire format");

typedef struct vmp_plugin_export_state_response {
  vmp_wire_span state;
} vmp_plugin_export_state_response;
VMP_STATIC_ASSERT(offsetof(vmp_plugin_export_state_response, state) == 0, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_plugin_export_state_response) == 12, "wire format");

typedef struct vmp_plugin_import_state_request {
  uint32_t state_version;
  vmp_wire_span state;
} vmp_plugin_import_state_request;
VMP_STATIC_ASSERT(offsetof(vmp_plugin_import_state_request, state_version) == 0, "wire format");
VMP_STATIC_ASSERT(offsetof(vmp_plugin_import_state_request, state) == 4, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_plugin_import_state_request) == 16, "wire format");

typedef struct vmp_plugin_migrate_configuration_request {
  vmp_wire_span from_version;
  uint32_t reserved_12;
  uint64_t configuration;
  uint64_t capacity;
} vmp_plugin_migrate_configuration_request;
VMP_STATIC_ASSERT(offsetof(vmp_plugin_migrate_configuration_request, from_version) == 0, "wire format");
VMP_STATIC_ASSERT(offsetof(vmp_plugin_migrate_configuration_request, configuration) == 16, "wire format");
VMP_STATIC_ASSERT(offsetof(vmp_plugin_migrate_configuration_request, capacity) == 24, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_plugin_migrate_configuration_request) == 32, "wire format");

typedef struct vmp_plugin_migrate_configuration_response {
  vmp_wire_span json;
} vmp_plugin_migrate_configuration_response;
VMP_STATIC_ASSERT(offsetof(vmp_plugin_migrate_configuration_response, json) == 0, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_plugin_migrate_configuration_response) == 12, "wire format");

/* Bytes that the answer to a request may take: what the stub is given beyond them it has no use for. */
static inline uint64_t vmp_plugin_room(uint32_t method, const uint8_t *request, uint64_t size) {
  uint64_t room = 0;
  switch (method) {
    case 9: {
      vmp_plugin_export_state_request fixed;
      if (size < sizeof fixed) break;
      memcpy(&fixed, request, sizeof fixed);
      room = vmp_wire_room(12, &fixed.capacity, sizeof(uint8_t));
      break;
    }
    case 11: {
      vmp_plugin_migrate_configuration_request fixed;
      if (size < sizeof fixed) break;
      memcpy(&fixed, request, sizeof fixed);
      room = vmp_wire_room(12, &fixed.capacity, sizeof(uint8_t));
      break;
    }
    default:
      break;
  }
  return room < VMP_WIRE_RESPONSE_MINIMUM ? VMP_WIRE_RESPONSE_MINIMUM : room;
}

static inline vmp_status vmp_plugin_answer_initialize(const vmp_plugin *table, void *self, vmp_wire_answer *answer) {
  vmp_plugin_initialize_request request;
  void *in_configuration = NULL;
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, &request, sizeof request)) return VMP_ERROR_MALFORMED;
  if (request.configuration == 0) return VMP_ERROR_MALFORMED;
  if (status == VMP_OK)
    status = vmp_wire_import_handle(answer, "vmp_configuration", request.configuration, &in_configuration);
  if (status == VMP_OK && VMP_HAS(table, vmp_plugin, initialize)) {
    status = table->initialize(self, (const vmp_configuration *)in_configuration, &answer->error);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

static inline vmp_status vmp_plugin_answer_start(const vmp_plugin *table, void *self, vmp_wire_answer *answer) {
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, NULL, 0)) return VMP_ERROR_MALFORMED;
  if (VMP_HAS(table, vmp_plugin, start)) {
    status = table->start(self, &answer->error);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

static inline vmp_status vmp_plugin_answer_stop(const vmp_plugin *table, void *self, vmp_wire_answer *answer) {
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, NULL, 0)) return VMP_ERROR_MALFORMED;
  if (VMP_HAS(table, vmp_plugin, stop)) {
    status = table->stop(self, &answer->error);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

static inline vmp_status vmp_plugin_answer_cleanup(const vmp_plugin *table, void *self, vmp_wire_answer *answer) {
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, NULL, 0)) return VMP_ERROR_MALFORMED;
  if (VMP_HAS(table, vmp_plugin, cleanup)) {
    status = table->cleanup(self, &answer->error);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

static inline vmp_status vmp_plugin_answer_enable(const vmp_plugin *table, void *self, vmp_wire_answer *answer) {
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, NULL, 0)) return VMP_ERROR_MALFORMED;
  if (VMP_HAS(table, vmp_plugin, enable)) {
    status = table->enable(self, &answer->error);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

static inline vmp_status vmp_plugin_answer_disable(const vmp_plugin *table, void *self, vmp_wire_answer *answer) {
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, NULL, 0)) return VMP_ERROR_MALFORMED;
  if (VMP_HAS(table, vmp_plugin, disable)) {
    status = table->disable(self, &answer->error);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

static inline vmp_status vmp_plugin_answer_configuration_changed(const vmp_plugin *table, void *self,
                                                                 vmp_wire_answer *answer) {
  vmp_plugin_configuration_changed_request request;
  void *in_configuration = NULL;
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, &request, sizeof request)) return VMP_ERROR_MALFORMED;
  if (request.configuration == 0) return VMP_ERROR_MALFORMED;
  if (status == VMP_OK)
    status = vmp_wire_import_handle(answer, "vmp_configuration", request.configuration, &in_configuration);
  if (status == VMP_OK && VMP_HAS(table, vmp_plugin, configuration_changed)) {
    status = table->configuration_changed(self, (const vmp_configuration *)in_configuration, &answer->error);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

static inline vmp_status vmp_plugin_answer_health_check(const vmp_plugin *table, void *self, vmp_wire_answer *answer) {
  vmp_plugin_health_check_response response;
  vmp_plugin_health out_health;
  uint64_t at_health;
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, NULL, 0)) return VMP_ERROR_MALFORMED;
  memset(&response, 0, sizeof response);
  vmp_wire_reserve(&answer->writer, sizeof response, 8);
  memset(&out_health, 0, sizeof out_health);
  out_health.struct_size = sizeof out_health;
  at_health = vmp_wire_reserve(&answer->writer, sizeof out_health, 8);
  if (answer->writer.status != VMP_OK) return answer->writer.status;
  if (VMP_HAS(table, vmp_plugin, health_check)) {
    status = table->health_check(self, &out_health, &answer->error);
  } else {
    out_health.status = VMP_HEALTH_HEALTHY;
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  memcpy(answer->writer.data + at_health, &out_health, sizeof out_health);
  response.health = vmp_wire_span_of(at_health, 1, sizeof out_health);
  memcpy(answer->writer.data, &response, sizeof response);
  return VMP_OK;
}

static inline vmp_status vmp_plugin_answer_export_state(const vmp_plugin *table, void *self, vmp_wire_answer *answer) {
  vmp_plugin_export_state_request request;
  vmp_plugin_export_state_response response;
  uint8_t *out_state;
  uint64_t out_size = 0;
  uint64_t at_state;
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, &request, sizeof request)) return VMP_ERROR_MALFORMED;
  memset(&response, 0, sizeof response);
  vmp_wire_reserve(&answer->writer, sizeof response, 8);
  at_state = vmp_wire_answer_room(answer, &request.capacity, sizeof *out_state);
  if (answer->writer.status != VMP_OK) return answer->writer.status;
  out_state = (uint8_t *)(void *)(answer->writer.data + at_state);
  if (answer->writer.status != VMP_OK) return answer->writer.status;
  if (VMP_HAS(table, vmp_plugin, export_state)) {
    status = table->export_state(self, out_state, request.capacity, &out_size, &answer->error);
  }
  if (status != VMP_OK) {
    uint64_t needed[1] = {out_size};
    return vmp_wire_answer_failure(answer, status, needed, status == VMP_ERROR_TOO_SMALL ? 1 : 0);
  }
  if (out_size > request.capacity) return vmp_wire_answer_overrun(answer);
  response.state = vmp_wire_span_of(at_state, out_size, sizeof *out_state);
  memcpy(answer->writer.data, &response, sizeof response);
  return VMP_OK;
}

static inline vmp_status vmp_plugin_answer_import_state(const vmp_plugin *table, void *self, vmp_wire_answer *answer) {
  vmp_plugin_import_state_request request;
  const void *in_state = NULL;
  uint64_t in_size = 0;
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, &request, sizeof request)) return VMP_ERROR_MALFORMED;
  if (!vmp_wire_numbers(&answer->reader, &request.state, 1, &in_state, &in_size)) return VMP_ERROR_MALFORMED;
  if (VMP_HAS(table, vmp_plugin, import_state)) {
    status = table->import_state(self, request.state_version, (const uint8_t *)in_state, in_size, &answer->error);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

static inline vmp_status vmp_plugin_answer_migrate_configuration(const vmp_plugin *table, void *self,
                                                                 vmp_wire_answer *answer) {
  vmp_plugin_migrate_configuration_request request;
  vmp_plugin_migrate_configuration_response response;
  vmp_string in_from_version;
  void *in_configuration = NULL;
  uint8_t *out_json;
  uint64_t out_size = 0;
  uint64_t at_json;
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, &request, sizeof request)) return VMP_ERROR_MALFORMED;
  if (request.reserved_12 != 0) return VMP_ERROR_MALFORMED;
  if (!vmp_wire_string(&answer->reader, &request.from_version, &in_from_version)) return VMP_ERROR_MALFORMED;
  if (request.configuration == 0) return VMP_ERROR_MALFORMED;
  memset(&response, 0, sizeof response);
  vmp_wire_reserve(&answer->writer, sizeof response, 8);
  at_json = vmp_wire_answer_room(answer, &request.capacity, sizeof *out_json);
  if (answer->writer.status != VMP_OK) return answer->writer.status;
  out_json = (uint8_t *)(void *)(answer->writer.data + at_json);
  if (answer->writer.status != VMP_OK) return answer->writer.status;
  if (status == VMP_OK)
    status = vmp_wire_import_handle(answer, "vmp_configuration", request.configuration, &in_configuration);
  if (status == VMP_OK && VMP_HAS(table, vmp_plugin, migrate_configuration)) {
    status = table->migrate_configuration(self, in_from_version, (const vmp_configuration *)in_configuration, out_json,
                                          request.capacity, &out_size, &answer->error);
  }
  if (status != VMP_OK) {
    uint64_t needed[1] = {out_size};
    return vmp_wire_answer_failure(answer, status, needed, status == VMP_ERROR_TOO_SMALL ? 1 : 0);
  }
  if (out_size > request.capacity) return vmp_wire_answer_overrun(answer);
  response.json = vmp_wire_span_of(at_json, out_size, sizeof *out_json);
  memcpy(answer->writer.data, &response, sizeof response);
  return VMP_OK;
}

/* Answers one request. request and response begin at a multiple of 8; response holds VMP_WIRE_RESPONSE_MINIMUM bytes or
 * more. The status of the call; MALFORMED for bytes that break the format, whatever they are. */
static inline vmp_status vmp_plugin_stub(const vmp_plugin *table, void *self, uint32_t method, const uint8_t *request,
                                         uint64_t size, uint8_t *response, uint64_t capacity, uint64_t *response_size,
                                         vmp_stub_environment *environment) {
  vmp_wire_answer answer;
  vmp_status status = VMP_ERROR_MALFORMED;
  if (vmp_wire_answer_open(&answer, request, size, response, capacity, environment)) {
    switch (method) {
      case 1:
        status = vmp_plugin_answer_initialize(table, self, &answer);
        break;
      case 2:
        status = vmp_plugin_answer_start(table, self, &answer);
        break;
      case 3:
        status = vmp_plugin_answer_stop(table, self, &answer);
        break;
      case 4:
        status = vmp_plugin_answer_cleanup(table, self, &answer);
        break;
      case 5:
        status = vmp_plugin_answer_enable(table, self, &answer);
        break;
      case 6:
        status = vmp_plugin_answer_disable(table, self, &answer);
        break;
      case 7:
        status = vmp_plugin_answer_configuration_changed(table, self, &answer);
        break;
      case 8:
        status = vmp_plugin_answer_health_check(table, self, &answer);
        break;
      case 9:
        status = vmp_plugin_answer_export_state(table, self, &answer);
        break;
      case 10:
        status = vmp_plugin_answer_import_state(table, self, &answer);
        break;
      case 11:
        status = vmp_plugin_answer_migrate_configuration(table, self, &answer);
        break;
      default:
        break;
    }
  }
  return vmp_wire_answer_close(&answer, status, response_size);
}

static inline vmp_status vmp_plugin_proxy_initialize(void *self, const vmp_configuration *configuration,
                                                     vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_plugin_initialize_request request_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 8);
  memset(&request_, 0, sizeof request_);
  request_.configuration = vmp_wire_export_handle(&call_, transport_, "vmp_configuration", configuration, error);
  if (call_.writer.status == VMP_OK) memcpy(call_.writer.data, &request_, sizeof request_);
  status_ = vmp_wire_call_send(&call_, transport_, 1, VMP_MESSAGE_ASYNCHRONOUS, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_plugin_proxy_start(void *self, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 0);
  status_ = vmp_wire_call_send(&call_, transport_, 2, VMP_MESSAGE_ASYNCHRONOUS, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_plugin_proxy_stop(void *self, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 0);
  status_ = vmp_wire_call_send(&call_, transport_, 3, VMP_MESSAGE_ASYNCHRONOUS, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_plugin_proxy_cleanup(void *self, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 0);
  status_ = vmp_wire_call_send(&call_, transport_, 4, VMP_MESSAGE_ASYNCHRONOUS, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_plugin_proxy_enable(void *self, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 0);
  status_ = vmp_wire_call_send(&call_, transport_, 5, VMP_MESSAGE_ASYNCHRONOUS, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_plugin_proxy_disable(void *self, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 0);
  status_ = vmp_wire_call_send(&call_, transport_, 6, VMP_MESSAGE_ASYNCHRONOUS, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_plugin_proxy_configuration_changed(void *self, const vmp_configuration *configuration,
                                                                vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_plugin_configuration_changed_request request_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 8);
  memset(&request_, 0, sizeof request_);
  request_.configuration = vmp_wire_export_handle(&call_, transport_, "vmp_configuration", configuration, error);
  if (call_.writer.status == VMP_OK) memcpy(call_.writer.data, &request_, sizeof request_);
  status_ = vmp_wire_call_send(&call_, transport_, 7, VMP_MESSAGE_ASYNCHRONOUS, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_plugin_proxy_health_check(void *self, vmp_plugin_health *health, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_plugin_health_check_response response_;
  uint64_t room_ = 532;
  vmp_status status_;
  vmp_plugin_health out_health_;
  vmp_wire_call_open(&call_, 0);
  if (health->struct_size < 256) vmp_wire_fail(&call_.writer, VMP_ERROR_INVALID_ARGUMENT);
  status_ = vmp_wire_call_send(&call_, transport_, 8, VMP_MESSAGE_ASYNCHRONOUS, room_, NULL, error);
  if (status_ == VMP_OK) {
    if (!vmp_wire_fixed(&call_.reader, &response_,
        sizeof response_) ||
        response_.health.count != 1 ||
        !vmp_wire_span_valid(&call_.reader,
            &response_.health, 256, 4) ||
        (vmp_wire_element(&call_.reader, &response_.health, 0, &out_health_,
                sizeof out_health_), 0) ||
        !vmp_wire_check_vmp_plugin_health(&call_.reader, &out_health_,
                    response_.health.stride)) {
      status_ = vmp_wire_malformed_answer(error);
    } else {
      memcpy((uint8_t *)health + 4, (const uint8_t *)&out_health_ + 4,
          (health->struct_size < sizeof *health ? health->struct_size : (uint32_t)sizeof *health) - 4);
    }
  }
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_plugin_proxy_export_state(void *self, uint8_t *state, uint64_t capacity, uint64_t *size,
                                                       vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_plugin_export_state_request request_;
  vmp_plugin_export_state_response response_;
  uint64_t room_ = 12;
  vmp_status status_;
  const void *out_state_ = NULL;
  uint64_t out_size_ = 0;
  vmp_wire_call_open(&call_, 8);
  memset(&request_, 0, sizeof request_);
  room_ = vmp_wire_room(room_, &capacity, sizeof *state);
  request_.capacity = capacity;
  if (call_.writer.status == VMP_OK) memcpy(call_.writer.data, &request_, sizeof request_);
  status_ = vmp_wire_call_send(&call_, transport_, 9, VMP_MESSAGE_ASYNCHRONOUS, room_, NULL, error);
  if (status_ == VMP_OK) {
    if (!vmp_wire_fixed(&call_.reader, &response_, sizeof response_) ||
        !vmp_wire_numbers(&call_.reader,
        &response_.state, 1, &out_state_, &out_size_) ||
        out_size_ > capacity) {
      status_ = vmp_wire_malformed_answer(error);
    } else {
      if (out_size_ != 0) memcpy(state, out_state_, out_size_ * 1);
      *size = out_size_;
    }
  }
  if (status_ == VMP_ERROR_TOO_SMALL) {
    *size = vmp_wire_call_needed(&call_, 0);
  }
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_plugin_proxy_import_state(void *self, uint32_t state_version, const uint8_t *state,
                                                       uint64_t size, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_plugin_import_state_request request_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 16);
  memset(&request_, 0, sizeof request_);
  request_.state_version = state_version;
  request_.state = vmp_wire_append(&call_.writer, state, size, sizeof *state);
  if (call_.writer.status == VMP_OK) memcpy(call_.writer.data, &request_, sizeof request_);
  status_ = vmp_wire_call_send(&call_, transport_, 10, VMP_MESSAGE_ASYNCHRONOUS, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_plugin_proxy_migrate_configuration(void *self, vmp_string from_version,
                                                                const vmp_configuration *configuration, uint8_t *json,
                                                                uint64_t capacity, uint64_t *size, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_plugin_migrate_configuration_request request_;
  vmp_plugin_migrate_configuration_response response_;
  uint64_t room_ = 12;
  vmp_status status_;
  const void *out_json_ = NULL;
  uint64_t out_size_ = 0;
  vmp_wire_call_open(&call_, 32);
  memset(&request_, 0, sizeof request_);
  request_.from_version = vmp_wire_append_string(&call_.writer, from_version);
  request_.configuration = vmp_wire_export_handle(&call_, transport_, "vmp_configuration", configuration, error);
  room_ = vmp_wire_room(room_, &capacity, sizeof *json);
  request_.capacity = capacity;
  if (call_.writer.status == VMP_OK) memcpy(call_.writer.data, &request_, sizeof request_);
  status_ = vmp_wire_call_send(&call_, transport_, 11, VMP_MESSAGE_ASYNCHRONOUS, room_, NULL, error);
  if (status_ == VMP_OK) {
    if (!vmp_wire_fixed(&call_.reader, &response_, sizeof response_) ||
        !vmp_wire_numbers(&call_.reader,
        &response_.json, 1, &out_json_, &out_size_) ||
        out_size_ > capacity) {
      status_ = vmp_wire_malformed_answer(error);
    } else {
      if (out_size_ != 0) memcpy(json, out_json_, out_size_ * 1);
      *size = out_size_;
    }
  }
  if (status_ == VMP_ERROR_TOO_SMALL) {
    *size = vmp_wire_call_needed(&call_, 0);
  }
  vmp_wire_call_close(&call_);
  return status_;
}

/* self is a vmp_transport, or begins with one. */
static const vmp_plugin vmp_plugin_proxy VMP_WIRE_UNUSED = {
    sizeof(vmp_plugin),
    0,
    vmp_plugin_proxy_initialize,
    vmp_plugin_proxy_start,
    vmp_plugin_proxy_stop,
    vmp_plugin_proxy_cleanup,
    vmp_plugin_proxy_enable,
    vmp_plugin_proxy_disable,
    vmp_plugin_proxy_configuration_changed,
    vmp_plugin_proxy_health_check,
    vmp_plugin_proxy_export_state,
    vmp_plugin_proxy_import_state,
    vmp_plugin_proxy_migrate_configuration,
};

#ifdef __cplusplus
}
#endif
#endif
