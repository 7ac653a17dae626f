/* Calls of `accel.virtualization` as bytes: a stub answers them, a proxy makes them. Generated from the contract in
 * src/contracts/accel-virtualization.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_MARSHAL_ACCEL_VIRTUALIZATION_H
#define VM_PLUGIN_MARSHAL_ACCEL_VIRTUALIZATION_H

#include "../accel_virtualization.h"
#include "wire_proxy.h"
#include "wire_stub.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The methods' numbers in messages. */
enum {
  VMP_ACCEL_VIRTUALIZATION_METHOD_DESCRIBE = 1,
  VMP_ACCEL_VIRTUALIZATION_METHOD_VM_CREATE = 2,
  VMP_ACCEL_VIRTUALIZATION_METHOD_VM_DESTROY = 3,
  VMP_ACCEL_VIRTUALIZATION_METHOD_MEMORY_MAP = 4,
  VMP_ACCEL_VIRTUALIZATION_METHOD_MEMORY_UNMAP = 5,
  VMP_ACCEL_VIRTUALIZATION_METHOD_MEMORY_DIRTY = 6,
  VMP_ACCEL_VIRTUALIZATION_METHOD_DEVICE_CREATE = 7,
  VMP_ACCEL_VIRTUALIZATION_METHOD_LINE_SET = 8,
  VMP_ACCEL_VIRTUALIZATION_METHOD_LINE_EVENT = 9,
  VMP_ACCEL_VIRTUALIZATION_METHOD_IO_EVENT = 10,
  VMP_ACCEL_VIRTUALIZATION_METHOD_IDENTITY = 11,
  VMP_ACCEL_VIRTUALIZATION_METHOD_VCPU_CREATE = 12,
  VMP_ACCEL_VIRTUALIZATION_METHOD_VCPU_DESTROY = 13,
  VMP_ACCEL_VIRTUALIZATION_METHOD_VCPU_READ = 14,
  VMP_ACCEL_VIRTUALIZATION_METHOD_VCPU_WRITE = 15,
  VMP_ACCEL_VIRTUALIZATION_METHOD_VCPU_INTERRUPT = 16,
  VMP_ACCEL_VIRTUALIZATION_METHOD_RUN = 17,
  VMP_ACCEL_VIRTUALIZATION_METHOD_KICK = 18
};

#ifndef VMP_WIRE_CHECK_VMP_VIRTUALIZATION_DEFINED
#define VMP_WIRE_CHECK_VMP_VIRTUALIZATION_DEFINED
/* Checks a copied value whose sender knew `stride` bytes of it, and turns spans into pointers. */
static inline int vmp_wire_check_vmp_virtualization(vmp_wire_reader *reader, vmp_virtualization *value,
    uint32_t stride) {
  (void)reader;
  (void)stride;
  value->struct_size = stride < sizeof *value ? stride : (uint32_t)sizeof *value;
  return 1;
}
#endif

typedef struct vmp_accel_virtualization_describe_response {
  vmp_wire_span host;
} vmp_accel_virtualization_describe_response;
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization_describe_response, host) == 0, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_accel_virtualization_describe_response) == 12, "wire format");

/* Bytes that the answer to a request may take: what the stub is given beyond them it has no use for. */
static inline uint64_t vmp_accel_virtualization_room(uint32_t method, const uint8_t *request, uint64_t size) {
  (void)method;
  (void)request;
  (void)size;
  return VMP_WIRE_RESPONSE_MINIMUM;
}

static inline vmp_status vmp_accel_virtualization_answer_describe(const vmp_accel_virtualization *table, void *self,
                                                                  vmp_wire_answer *answer) {
  vmp_accel_virtualization_describe_response response;
  vmp_virtualization out_host;
  uint64_t at_host;
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, NULL, 0)) return VMP_ERROR_MALFORMED;
  memset(&response, 0, sizeof response);
  vmp_wire_reserve(&answer->writer, sizeof response, 8);
  memset(&out_host, 0, sizeof out_host);
  out_host.struct_size = sizeof out_host;
  at_host = vmp_wire_reserve(&answer->writer, sizeof out_host, 8);
  if (answer->writer.status != VMP_OK) return answer->writer.status;
  if (VMP_HAS(table, vmp_accel_virtualization, describe)) {
    status = table->describe(self, &out_host, &answer->error);
  } else {
    status = vmp_wire_answer_missing(answer);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  memcpy(answer->writer.data + at_host, &out_host, sizeof out_host);
  response.host = vmp_wire_span_of(at_host, 1, sizeof out_host);
  memcpy(answer->writer.data, &response, sizeof response);
  return VMP_OK;
}

/* Answers one request. request and response begin at a multiple of 8; response holds VMP_WIRE_RESPONSE_MINIMUM bytes or
 * more. The status of the call; MALFORMED for bytes that break the format, whatever they are. */
static inline vmp_status vmp_accel_virtualization_stub(const vmp_accel_virtualization *table, void *self,
                                                       uint32_t method, const uint8_t *request, uint64_t size,
                                                       uint8_t *response, uint64_t capacity, uint64_t *response_size) {
  vmp_wire_answer answer;
  vmp_status status = VMP_ERROR_MALFORMED;
  if (vmp_wire_answer_open(&answer, request, size, response, capacity, NULL)) {
    switch (method) {
      case 1:
        status = vmp_accel_virtualization_answer_describe(table, self, &answer);
        break;
      default:
        break;
    }
  }
  return vmp_wire_answer_close(&answer, status, response_size);
}

static inline vmp_status vmp_accel_virtualization_proxy_describe(void *self, vmp_virtualization *host,
                                                                 vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_accel_virtualization_describe_response response_;
  uint64_t room_ = 84;
  vmp_status status_;
  vmp_virtualization out_host_;
  vmp_wire_call_open(&call_, 0);
  if (host->struct_size < 32) vmp_wire_fail(&call_.writer, VMP_ERROR_INVALID_ARGUMENT);
  status_ = vmp_wire_call_send(&call_, transport_, 1, VMP_MESSAGE_SYNCHRONOUS, room_, NULL, error);
  if (status_ == VMP_OK) {
    if (!vmp_wire_fixed(&call_.reader, &response_,
        sizeof response_) ||
        response_.host.count != 1 ||
        !vmp_wire_span_valid(&call_.reader,
            &response_.host, 32, 8) ||
        (vmp_wire_element(&call_.reader, &response_.host, 0, &out_host_,
                sizeof out_host_), 0) ||
        !vmp_wire_check_vmp_virtualization(&call_.reader, &out_host_,
                    response_.host.stride)) {
      status_ = vmp_wire_malformed_answer(error);
    } else {
      memcpy((uint8_t *)host + 4, (const uint8_t *)&out_host_ + 4,
          (host->struct_size < sizeof *host ? host->struct_size : (uint32_t)sizeof *host) - 4);
    }
  }
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_accel_virtualization_proxy_vm_create(void *self, void **vm, vmp_error *error) {
  (void)self;
  (void)vm;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline void vmp_accel_virtualization_proxy_vm_destroy(void *self, void *vm) {
  (void)self;
  (void)vm;
}

static inline vmp_status vmp_accel_virtualization_proxy_memory_map(void *self, void *vm, uint64_t address, void *memory,
                                                                   uint64_t size, uint32_t flags, vmp_error *error) {
  (void)self;
  (void)vm;
  (void)address;
  (void)memory;
  (void)size;
  (void)flags;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline vmp_status vmp_accel_virtualization_proxy_memory_unmap(void *self, void *vm, uint64_t address,
                                                                     vmp_error *error) {
  (void)self;
  (void)vm;
  (void)address;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline vmp_status vmp_accel_virtualization_proxy_memory_dirty(void *self, void *vm, uint64_t address,
                                                                     uint64_t *bits, uint64_t words, vmp_error *error) {
  (void)self;
  (void)vm;
  (void)address;
  (void)bits;
  (void)words;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline vmp_status vmp_accel_virtualization_proxy_device_create(void *self, void *vm, uint32_t device,
                                                                      vmp_error *error) {
  (void)self;
  (void)vm;
  (void)device;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline vmp_status vmp_accel_virtualization_proxy_line_set(void *self, void *vm, uint32_t line, uint32_t level,
                                                                 vmp_error *error) {
  (void)self;
  (void)vm;
  (void)line;
  (void)level;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline vmp_status vmp_accel_virtualization_proxy_line_event(void *self, void *vm, uint32_t line,
                                                                   int32_t descriptor, uint32_t on, vmp_error *error) {
  (void)self;
  (void)vm;
  (void)line;
  (void)descriptor;
  (void)on;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline vmp_status vmp_accel_virtualization_proxy_io_event(void *self, void *vm, uint64_t address, uint32_t size,
                                                                 uint32_t is_port, int32_t descriptor, uint32_t on,
                                                                 vmp_error *error) {
  (void)self;
  (void)vm;
  (void)address;
  (void)size;
  (void)is_port;
  (void)descriptor;
  (void)on;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline vmp_status vmp_accel_virtualization_proxy_identity(void *self, vmp_identity_leaf *leaves, uint32_t *count,
                                                                 vmp_error *error) {
  (void)self;
  (void)leaves;
  (void)count;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline vmp_status vmp_accel_virtualization_proxy_vcpu_create(void *self, void *vm, vmp_vcpu *vcpu,
                                                                    const vmp_identity *identity, vmp_error *error) {
  (void)self;
  (void)vm;
  (void)vcpu;
  (void)identity;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline void vmp_accel_virtualization_proxy_vcpu_destroy(void *self, vmp_vcpu *vcpu) {
  (void)self;
  (void)vcpu;
}

static inline vmp_status vmp_accel_virtualization_proxy_vcpu_read(void *self, vmp_vcpu *vcpu, uint32_t classes,
                                                                  vmp_error *error) {
  (void)self;
  (void)vcpu;
  (void)classes;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline vmp_status vmp_accel_virtualization_proxy_vcpu_write(void *self, vmp_vcpu *vcpu, uint32_t classes,
                                                                   vmp_error *error) {
  (void)self;
  (void)vcpu;
  (void)classes;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline vmp_status vmp_accel_virtualization_proxy_vcpu_interrupt(void *self, vmp_vcpu *vcpu, uint32_t vector,
                                                                       vmp_error *error) {
  (void)self;
  (void)vcpu;
  (void)vector;
  (void)error;
  return vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only");
}

static inline void vmp_accel_virtualization_proxy_run(void *self, vmp_vcpu *vcpu, uint32_t flags) {
  (void)self;
  (void)vcpu;
  (void)flags;
}

static inline void vmp_accel_virtualization_proxy_kick(void *self, vmp_vcpu *vcpu) {
  (void)self;
  (void)vcpu;
}

/* self is a vmp_transport, or begins with one. */
static const vmp_accel_virtualization vmp_accel_virtualization_proxy VMP_WIRE_UNUSED = {
    sizeof(vmp_accel_virtualization),
    0,
    vmp_accel_virtualization_proxy_describe,
    vmp_accel_virtualization_proxy_vm_create,
    vmp_accel_virtualization_proxy_vm_destroy,
    vmp_accel_virtualization_proxy_memory_map,
    vmp_accel_virtualization_proxy_memory_unmap,
    vmp_accel_virtualization_proxy_memory_dirty,
    vmp_accel_virtualization_proxy_device_create,
    vmp_accel_virtualization_proxy_line_set,
    vmp_accel_virtualization_proxy_line_event,
    vmp_accel_virtualization_proxy_io_event,
    vmp_accel_virtualization_proxy_identity,
    vmp_accel_virtualization_proxy_vcpu_create,
    vmp_accel_virtualization_proxy_vcpu_destroy,
    vmp_accel_virtualization_proxy_vcpu_read,
    vmp_accel_virtualization_proxy_vcpu_write,
    vmp_accel_virtualization_proxy_vcpu_interrupt,
    vmp_accel_virtualization_proxy_run,
    vmp_accel_virtualization_proxy_kick,
};

#ifdef __cplusplus
}
#endif
#endif
