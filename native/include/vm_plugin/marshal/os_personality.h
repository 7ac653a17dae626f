/* Calls of `os.personality` as bytes: a stub answers them, a proxy makes them. Generated from the contract in
 * src/contracts/os-personality.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_MARSHAL_OS_PERSONALITY_H
#define VM_PLUGIN_MARSHAL_OS_PERSONALITY_H

#include "../os_personality.h"
#include "wire_proxy.h"
#include "wire_stub.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The methods' numbers in messages. */
enum {
  VMP_OS_PERSONALITY_METHOD_SPAWN = 1,
  VMP_OS_PERSONALITY_METHOD_HANDLE_EXIT = 2,
  VMP_OS_PERSONALITY_METHOD_SIGNAL = 3,
  VMP_OS_PERSONALITY_METHOD_SNAPSHOT = 4,
  VMP_OS_PERSONALITY_METHOD_SNAPSHOT_DESTROY = 5,
  VMP_OS_PERSONALITY_METHOD_RESTORE = 6,
  VMP_OS_PERSONALITY_METHOD_CALL = 7,
  VMP_OS_PERSONALITY_METHOD_CALL_WITHDRAW = 8
};

typedef struct vmp_os_personality_signal_request {
  uint32_t run;
  int32_t process;
  uint32_t signal;
} vmp_os_personality_signal_request;
VMP_STATIC_ASSERT(offsetof(vmp_os_personality_signal_request, run) == 0, "wire format");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality_signal_request, process) == 4, "wire format");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality_signal_request, signal) == 8, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_os_personality_signal_request) == 12, "wire format");

/* Bytes that the answer to a request may take: what the stub is given beyond them it has no use for. */
static inline uint64_t vmp_os_personality_room(uint32_t method, const uint8_t *request, uint64_t size) {
  (void)method;
  (void)request;
  (void)size;
  return VMP_WIRE_RESPONSE_MINIMUM;
}

static inline vmp_status vmp_os_personality_answer_signal(const vmp_os_personality *table, void *self,
                                                          vmp_wire_answer *answer) {
  vmp_os_personality_signal_request request;
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, &request, sizeof request)) return VMP_ERROR_MALFORMED;
  if (VMP_HAS(table, vmp_os_personality, signal)) {
    status = table->signal(self, request.run, request.process, request.signal, &answer->error);
  } else {
    status = vmp_wire_answer_missing(answer);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

/* Answers one request. request and response begin at a multiple of 8; response holds VMP_WIRE_RESPONSE_MINIMUM bytes or
 * more. The status of the call; MALFORMED for bytes that break the format, whatever they are. */
static inline vmp_status vmp_os_personality_stub(const vmp_os_personality *table, void *self, uint32_t method,
                                                 const uint8_t *request, uint64_t size, uint8_t *response,
                                                 uint64_t capacity, uint64_t *response_size) {
  vmp_wire_answer answer;
  vmp_status status = VMP_ERROR_MALFORMED;
  if (vmp_wire_answer_open(&answer, request, size, response, capacity, NULL)) {
    switch (method) {
      case 3:
        status = vmp_os_personality_answer_signal(table, self, &answer);
        break;
      default:
        break;
    }
  }
  return vmp_wire_answer_close(&answer, status, response_size);
}

static inline vmp_status vmp_os_personality_proxy_spawn(void *self, const vmp_spawn *spawn, vmp_vcpu **vcpu,
                                                        uint32_t *process, vmp_error *error) {
  (void)self;
  (void)spawn;
  (void)vcpu;
  (void)process;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline uint32_t vmp_os_personality_proxy_handle_exit(void *self, vmp_vcpu *vcpu) {
  (void)self;
  (void)vcpu;
  return 2;
}

static inline vmp_status vmp_os_personality_proxy_signal(void *self, uint32_t run, int32_t process, uint32_t signal,
                                                         vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_os_personality_signal_request request_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 12);
  memset(&request_, 0, sizeof request_);
  request_.run = run;
  request_.process = process;
  request_.signal = signal;
  if (call_.writer.status == VMP_OK) memcpy(call_.writer.data, &request_, sizeof request_);
  status_ = vmp_wire_call_send(&call_, transport_, 3, VMP_MESSAGE_SYNCHRONOUS, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_os_personality_proxy_snapshot(void *self, void **snapshot, vmp_error *error) {
  (void)self;
  (void)snapshot;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline void vmp_os_personality_proxy_snapshot_destroy(void *snapshot) {
  (void)snapshot;
}

static inline vmp_status vmp_os_personality_proxy_restore(void *self, const vmp_restore *restore, vmp_error *error) {
  (void)self;
  (void)restore;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline vmp_status vmp_os_personality_proxy_call(void *self, const vmp_function_call *call, vmp_error *error) {
  (void)self;
  (void)call;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline void vmp_os_personality_proxy_call_withdraw(void *self, uint32_t run, uint64_t id) {
  (void)self;
  (void)run;
  (void)id;
}

/* self is a vmp_transport, or begins with one. */
static const vmp_os_personality vmp_os_personality_proxy VMP_WIRE_UNUSED = {
    sizeof(vmp_os_personality),
    0,
    vmp_os_personality_proxy_spawn,
    vmp_os_personality_proxy_handle_exit,
    vmp_os_personality_proxy_signal,
    vmp_os_personality_proxy_snapshot,
    vmp_os_personality_proxy_snapshot_destroy,
    vmp_os_personality_proxy_restore,
    vmp_os_personality_proxy_call,
    vmp_os_personality_proxy_call_withdraw,
};

#ifdef __cplusplus
}
#endif
#endif
