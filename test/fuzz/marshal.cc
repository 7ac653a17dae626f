// Any bytes sent to a stub are a call or are refused; whatever a caller sends, nothing outside the message is read.
#include <cstdlib>

#include "vm_plugin/marshal/debug_logger.h"
#include "vm_plugin/marshal/device_virtual.h"

namespace {

volatile uint8_t sink;

void log(void *, const vmp_log_record *record) {
  for (uint64_t at = 0; at < record->message.size; ++at) sink = static_cast<uint8_t>(record->message.data[at]);
  for (uint64_t at = 0; at < record->source.size; ++at) sink = static_cast<uint8_t>(record->source.data[at]);
}

vmp_status regions(void *, vmp_device_region *regions, uint64_t capacity, uint64_t *count, vmp_error *) {
  *count = 3;
  if (capacity < 3) return VMP_ERROR_TOO_SMALL;
  for (int index = 0; index < 3; ++index) regions[index].address = 4096;
  return VMP_OK;
}

vmp_status read(void *, uint32_t, uint64_t offset, uint32_t, uint64_t *value, vmp_error *) {
  *value = offset;
  return VMP_OK;
}

vmp_status write(void *, uint32_t, uint64_t, uint32_t, uint64_t, vmp_error *) { return VMP_OK; }

const vmp_debug_logger logger = {sizeof(logger), 0, log, nullptr};
const vmp_device_virtual device = {.struct_size = sizeof(device),
                                   .reserved = 0,
                                   .regions = regions,
                                   .read = read,
                                   .write = write,
                                   .reset = nullptr,
                                   .posted_writes = nullptr,
                                   .post = nullptr,
                                   .flush = nullptr};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  uint32_t method = data[0] & 7;
  bool to_logger = (data[0] & 8) != 0;
  // Of its own, so that a read behind it is seen; malloc aligns it as a transport does.
  auto *request = static_cast<uint8_t *>(std::malloc(size));
  for (size_t at = 1; at < size; ++at) request[at - 1] = data[at];
  alignas(8) uint8_t response[VMP_WIRE_RESPONSE_MINIMUM];
  uint64_t answered = 0;
  if (to_logger) {
    vmp_debug_logger_stub(&logger, nullptr, method, request, size - 1, response, sizeof(response), &answered);
  } else {
    vmp_device_virtual_stub(&device, nullptr, method, request, size - 1, response, sizeof(response), &answered);
  }
  if (answered > sizeof(response)) std::abort();
  std::free(request);
  return 0;
}
