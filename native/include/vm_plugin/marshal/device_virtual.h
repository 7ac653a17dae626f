/* Calls of `device.virtual` as bytes: a stub answers them, a proxy makes them. Generated from the contract in
 * src/contracts/device-virtual.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_MARSHAL_DEVICE_VIRTUAL_H
#define VM_PLUGIN_MARSHAL_DEVICE_VIRTUAL_H

#include "../device_virtual.h"
#include "wire_proxy.h"
#include "wire_stub.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The methods' numbers in messages. */
enum {
  VMP_DEVICE_VIRTUAL_METHOD_REGIONS = 1,
  VMP_DEVICE_VIRTUAL_METHOD_READ = 2,
  VMP_DEVICE_VIRTUAL_METHOD_WRITE = 3,
  VMP_DEVICE_VIRTUAL_METHOD_RESET = 4,
  VMP_DEVICE_VIRTUAL_METHOD_POSTED_WRITES = 5,
  VMP_DEVICE_VIRTUAL_METHOD_POST = 6,
  VMP_DEVICE_VIRTUAL_METHOD_FLUSH = 7
};

#ifndef VMP_WIRE_KNOWN_VMP_DEVICE_REGION_DEFINED
#define VMP_WIRE_KNOWN_VMP_DEVICE_REGION_DEFINED
static inline int vmp_wire_known_vmp_device_region(uint32_t *value) {
  switch (*value) {
    case VMP_DEVICE_REGION_MMIO:
    case VMP_DEVICE_REGION_PORT:
      return 1;
    default:
      return 0;
  }
}
#endif

#ifndef VMP_WIRE_CHECK_VMP_DEVICE_REGION_DEFINED
#define VMP_WIRE_CHECK_VMP_DEVICE_REGION_DEFINED
/* Checks a copied value whose sender knew `stride` bytes of it, and turns spans into pointers. */
static inline int vmp_wire_check_vmp_device_region(vmp_wire_reader *reader, vmp_device_region *value, uint32_t stride) {
  (void)reader;
  (void)stride;
  value->struct_size = stride < sizeof *value ? stride : (uint32_t)sizeof *value;
  if (!vmp_wire_known_vmp_device_region(&value->kind)) return 0;
  return 1;
}
#endif

typedef struct vmp_device_virtual_regions_request {
  uint64_t capacity;
} vmp_device_virtual_regions_request;
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_regions_request, capacity) == 0, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_device_virtual_regions_request) == 8, "wire format");

typedef struct vmp_device_virtual_regions_response {
  vmp_wire_span regions;
} vmp_device_virtual_regions_response;
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_regions_response, regions) == 0, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_device_virtual_regions_response) == 12, "wire format");

typedef struct vmp_device_virtual_read_request {
  uint32_t region;
  uint32_t reserved_4;
  uint64_t offset;
  uint32_t size;
  uint32_t reserved_20;
} vmp_device_virtual_read_request;
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_read_request, region) == 0, "wire format");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_read_request, offset) == 8, "wire format");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_read_request, size) == 16, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_device_virtual_read_request) == 24, "wire format");

typedef struct vmp_device_virtual_read_response {
  uint64_t value;
} vmp_device_virtual_read_response;
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_read_response, value) == 0, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_device_virtual_read_response) == 8, "wire format");

typedef struct vmp_device_virtual_write_request {
  uint32_t region;
  uint32_t reserved_4;
  uint64_t offset;
  uint32_t size;
  uint32_t reserved_20;
  uint64_t value;
} vmp_device_virtual_write_request;
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_write_request, region) == 0, "wire format");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_write_request, offset) == 8, "wire format");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_write_request, size) == 16, "wire format");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_write_request, value) == 24, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_device_virtual_write_request) == 32, "wire format");

typedef struct vmp_device_virtual_posted_writes_response {
  uint64_t posted;
} vmp_device_virtual_posted_writes_response;
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_posted_writes_response, posted) == 0, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_device_virtual_posted_writes_response) == 8, "wire format");

typedef struct vmp_device_virtual_post_request {
  uint32_t region;
  uint32_t reserved_4;
  uint64_t offset;
  uint32_t size;
  uint32_t reserved_20;
  uint64_t value;
} vmp_device_virtual_post_request;
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_post_request, region) == 0, "wire format");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_post_request, offset) == 8, "wire format");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_post_request, size) == 16, "wire format");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual_post_request, value) == 24, "wire format");
VMP_STATIC_ASSERT(sizeof(vmp_device_virtual_post_request) == 32, "wire format");

/* Bytes that the answer to a request may take: what the stub is given beyond them it has no use for. */
static inline uint64_t vmp_device_virtual_room(uint32_t method, const uint8_t *request, uint64_t size) {
  uint64_t room = 0;
  switch (method) {
    case 1: {
      vmp_device_virtual_regions_request fixed;
      if (size < sizeof fixed) break;
      memcpy(&fixed, request, sizeof fixed);
      room = vmp_wire_room(12, &fixed.capacity, sizeof(vmp_device_region));
      break;
    }
    default:
      break;
  }
  return room < VMP_WIRE_RESPONSE_MINIMUM ? VMP_WIRE_RESPONSE_MINIMUM : room;
}

static inline vmp_status vmp_device_virtual_answer_regions(const vmp_device_virtual *table, void *self,
                                                           vmp_wire_answer *answer) {
  vmp_device_virtual_regions_request request;
  vmp_device_virtual_regions_response response;
  vmp_device_region *out_regions;
  uint64_t out_count = 0;
  uint64_t at_regions;
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, &request, sizeof request)) return VMP_ERROR_MALFORMED;
  memset(&response, 0, sizeof response);
  vmp_wire_reserve(&answer->writer, sizeof response, 8);
  at_regions = vmp_wire_answer_room(answer, &request.capacity, sizeof *out_regions);
  if (answer->writer.status != VMP_OK) return answer->writer.status;
  out_regions = (vmp_device_region *)(void *)(answer->writer.data + at_regions);
  for (uint64_t index = 0; index < request.capacity; index++) out_regions[index].struct_size = sizeof *out_regions;
  if (answer->writer.status != VMP_OK) return answer->writer.status;
  if (VMP_HAS(table, vmp_device_virtual, regions)) {
    status = table->regions(self, out_regions, request.capacity, &out_count, &answer->error);
  } else {
    status = vmp_wire_answer_missing(answer);
  }
  if (status != VMP_OK) {
    uint64_t needed[1] = {out_count};
    return vmp_wire_answer_failure(answer, status, needed, status == VMP_ERROR_TOO_SMALL ? 1 : 0);
  }
  if (out_count > request.capacity) return vmp_wire_answer_overrun(answer);
  response.regions = vmp_wire_span_of(at_regions, out_count, sizeof *out_regions);
  memcpy(answer->writer.data, &response, sizeof response);
  return VMP_OK;
}

static inline vmp_status vmp_device_virtual_answer_read(const vmp_device_virtual *table, void *self,
                                                        vmp_wire_answer *answer) {
  vmp_device_virtual_read_request request;
  vmp_device_virtual_read_response response;
  uint64_t out_value = 0;
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, &request, sizeof request)) return VMP_ERROR_MALFORMED;
  if (request.reserved_4 != 0) return VMP_ERROR_MALFORMED;
  if (request.reserved_20 != 0) return VMP_ERROR_MALFORMED;
  memset(&response, 0, sizeof response);
  vmp_wire_reserve(&answer->writer, sizeof response, 8);
  if (answer->writer.status != VMP_OK) return answer->writer.status;
  if (VMP_HAS(table, vmp_device_virtual, read)) {
    status = table->read(self, request.region, request.offset, request.size, &out_value, &answer->error);
  } else {
    status = vmp_wire_answer_missing(answer);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  response.value = out_value;
  memcpy(answer->writer.data, &response, sizeof response);
  return VMP_OK;
}

static inline vmp_status vmp_device_virtual_answer_write(const vmp_device_virtual *table, void *self,
                                                         vmp_wire_answer *answer) {
  vmp_device_virtual_write_request request;
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, &request, sizeof request)) return VMP_ERROR_MALFORMED;
  if (request.reserved_4 != 0) return VMP_ERROR_MALFORMED;
  if (request.reserved_20 != 0) return VMP_ERROR_MALFORMED;
  if (VMP_HAS(table, vmp_device_virtual, write)) {
    status = table->write(self, request.region, request.offset, request.size, request.value, &answer->error);
  } else {
    status = vmp_wire_answer_missing(answer);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

static inline vmp_status vmp_device_virtual_answer_reset(const vmp_device_virtual *table, void *self,
                                                         vmp_wire_answer *answer) {
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, NULL, 0)) return VMP_ERROR_MALFORMED;
  if (VMP_HAS(table, vmp_device_virtual, reset)) {
    status = table->reset(self, &answer->error);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

static inline vmp_status vmp_device_virtual_answer_posted_writes(const vmp_device_virtual *table, void *self,
                                                                 vmp_wire_answer *answer) {
  vmp_device_virtual_posted_writes_response response;
  uint64_t out_posted = 0;
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, NULL, 0)) return VMP_ERROR_MALFORMED;
  memset(&response, 0, sizeof response);
  vmp_wire_reserve(&answer->writer, sizeof response, 8);
  if (answer->writer.status != VMP_OK) return answer->writer.status;
  if (VMP_HAS(table, vmp_device_virtual, posted_writes)) {
    status = table->posted_writes(self, &out_posted, &answer->error);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  response.posted = out_posted;
  memcpy(answer->writer.data, &response, sizeof response);
  return VMP_OK;
}

static inline vmp_status vmp_device_virtual_answer_post(const vmp_device_virtual *table, void *self,
                                                        vmp_wire_answer *answer) {
  vmp_device_virtual_post_request request;
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, &request, sizeof request)) return VMP_ERROR_MALFORMED;
  if (request.reserved_4 != 0) return VMP_ERROR_MALFORMED;
  if (request.reserved_20 != 0) return VMP_ERROR_MALFORMED;
  if (VMP_HAS(table, vmp_device_virtual, post)) {
    status = table->post(self, request.region, request.offset, request.size, request.value, &answer->error);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

static inline vmp_status vmp_device_virtual_answer_flush(const vmp_device_virtual *table, void *self,
                                                         vmp_wire_answer *answer) {
  vmp_status status = VMP_OK;
  if (!vmp_wire_fixed(&answer->reader, NULL, 0)) return VMP_ERROR_MALFORMED;
  if (VMP_HAS(table, vmp_device_virtual, flush)) {
    status = table->flush(self, &answer->error);
  }
  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);
  return VMP_OK;
}

/* Answers one request. request and response begin at a multiple of 8; response holds VMP_WIRE_RESPONSE_MINIMUM bytes or
 * more. The status of the call; MALFORMED for bytes that break the format, whatever they are. */
static inline vmp_status vmp_device_virtual_stub(const vmp_device_virtual *table, void *self, uint32_t method,
                                                 const uint8_t *request, uint64_t size, uint8_t *response,
                                                 uint64_t capacity, uint64_t *response_size) {
  vmp_wire_answer answer;
  vmp_status status = VMP_ERROR_MALFORMED;
  if (vmp_wire_answer_open(&answer, request, size, response, capacity, NULL)) {
    switch (method) {
      case 1:
        status = vmp_device_virtual_answer_regions(table, self, &answer);
        break;
      case 2:
        status = vmp_device_virtual_answer_read(table, self, &answer);
        break;
      case 3:
        status = vmp_device_virtual_answer_write(table, self, &answer);
        break;
      case 4:
        status = vmp_device_virtual_answer_reset(table, self, &answer);
        break;
      case 5:
        status = vmp_device_virtual_answer_posted_writes(table, self, &answer);
        break;
      case 6:
        status = vmp_device_virtual_answer_post(table, self, &answer);
        break;
      case 7:
        status = vmp_device_virtual_answer_flush(table, self, &answer);
        break;
      default:
        break;
    }
  }
  return vmp_wire_answer_close(&answer, status, response_size);
}

static inline vmp_status vmp_device_virtual_proxy_regions(void *self, vmp_device_region *regions, uint64_t capacity,
                                                          uint64_t *count, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_device_virtual_regions_request request_;
  vmp_device_virtual_regions_response response_;
  uint64_t room_ = 12;
  vmp_status status_;
  vmp_wire_call_open(&call_, 8);
  memset(&request_, 0, sizeof request_);
  room_ = vmp_wire_room(room_, &capacity, sizeof *regions);
  request_.capacity = capacity;
  if (call_.writer.status == VMP_OK) memcpy(call_.writer.data, &request_, sizeof request_);
  status_ = vmp_wire_call_send(&call_, transport_, 1, VMP_MESSAGE_SYNCHRONOUS, room_, NULL, error);
  if (status_ == VMP_OK) {
    if (!vmp_wire_fixed(&call_.reader, &response_,
        sizeof response_) ||
        response_.regions.count > capacity ||
        !vmp_wire_span_valid(&call_.reader,
            &response_.regions, 24, 8)) {
      status_ = vmp_wire_malformed_answer(error);
    } else {
      for (uint64_t index_ = 0; index_ < response_.regions.count; index_++) {
        vmp_device_region element_;
        vmp_wire_element(&call_.reader, &response_.regions, index_, &element_, sizeof element_);
        if (!vmp_wire_check_vmp_device_region(&call_.reader, &element_, response_.regions.stride)) {
          status_ = vmp_wire_malformed_answer(error);
          break;
        }
        memcpy(&regions[index_], &element_, sizeof element_);
      }
      if (status_ == VMP_OK) *count = response_.regions.count;
    }
  }
  if (status_ == VMP_ERROR_TOO_SMALL) {
    *count = vmp_wire_call_needed(&call_, 0);
  }
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_device_virtual_proxy_read(void *self, uint32_t region, uint64_t offset, uint32_t size,
                                                       uint64_t *value, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_device_virtual_read_request request_;
  vmp_device_virtual_read_response response_;
  uint64_t room_ = 8;
  vmp_status status_;
  vmp_wire_call_open(&call_, 24);
  memset(&request_, 0, sizeof request_);
  request_.region = region;
  request_.offset = offset;
  request_.size = size;
  if (call_.writer.status == VMP_OK) memcpy(call_.writer.data, &request_, sizeof request_);
  status_ = vmp_wire_call_send(&call_, transport_, 2, VMP_MESSAGE_SYNCHRONOUS, room_, NULL, error);
  if (status_ == VMP_OK) {
    if (!vmp_wire_fixed(&call_.reader, &response_, sizeof response_)) {
      status_ = vmp_wire_malformed_answer(error);
    } else {
      *value = response_.value;
    }
  }
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_device_virtual_proxy_write(void *self, uint32_t region, uint64_t offset, uint32_t size,
                                                        uint64_t value, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_device_virtual_write_request request_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 32);
  memset(&request_, 0, sizeof request_);
  request_.region = region;
  request_.offset = offset;
  request_.size = size;
  request_.value = value;
  if (call_.writer.status == VMP_OK) memcpy(call_.writer.data, &request_, sizeof request_);
  status_ = vmp_wire_call_send(&call_, transport_, 3, VMP_MESSAGE_SYNCHRONOUS, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_device_virtual_proxy_reset(void *self, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 0);
  status_ = vmp_wire_call_send(&call_, transport_, 4, VMP_MESSAGE_SYNCHRONOUS, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_device_virtual_proxy_posted_writes(void *self, uint64_t *posted, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_device_virtual_posted_writes_response response_;
  uint64_t room_ = 8;
  vmp_status status_;
  vmp_wire_call_open(&call_, 0);
  status_ = vmp_wire_call_send(&call_, transport_, 5, VMP_MESSAGE_SYNCHRONOUS, room_, NULL, error);
  if (status_ == VMP_OK) {
    if (!vmp_wire_fixed(&call_.reader, &response_, sizeof response_)) {
      status_ = vmp_wire_malformed_answer(error);
    } else {
      *posted = response_.posted;
    }
  }
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_device_virtual_proxy_post(void *self, uint32_t region, uint64_t offset, uint32_t size,
                                                       uint64_t value, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  vmp_device_virtual_post_request request_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 32);
  memset(&request_, 0, sizeof request_);
  request_.region = region;
  request_.offset = offset;
  request_.size = size;
  request_.value = value;
  if (call_.writer.status == VMP_OK) memcpy(call_.writer.data, &request_, sizeof request_);
  status_ = vmp_wire_call_send(&call_, transport_, 6, VMP_MESSAGE_POSTED, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

static inline vmp_status vmp_device_virtual_proxy_flush(void *self, vmp_error *error) {
  vmp_transport *transport_ = (vmp_transport *)self;
  vmp_wire_call call_;
  uint64_t room_ = 0;
  vmp_status status_;
  vmp_wire_call_open(&call_, 0);
  status_ = vmp_wire_call_send(&call_, transport_, 7, VMP_MESSAGE_SYNCHRONOUS, room_, NULL, error);
  vmp_wire_call_close(&call_);
  return status_;
}

/* self is a vmp_transport, or begins with one. */
static const vmp_device_virtual vmp_device_virtual_proxy VMP_WIRE_UNUSED = {
    sizeof(vmp_device_virtual),
    0,
    vmp_device_virtual_proxy_regions,
    vmp_device_virtual_proxy_read,
    vmp_device_virtual_proxy_write,
    vmp_device_virtual_proxy_reset,
    vmp_device_virtual_proxy_posted_writes,
    vmp_device_virtual_proxy_post,
    vmp_device_virtual_proxy_flush,
};

#ifdef __cplusplus
}
#endif
#endif
