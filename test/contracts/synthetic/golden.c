/* Prints, as hexadecimal, the bytes that proxies send and stubs answer for a few calls. */
#include <stdio.h>

#include "vm_plugin/marshal/debug_logger.h"
#include "vm_plugin/marshal/device_virtual.h"

static void print(const char *name, vmp_status status, const void *bytes, uint64_t size) {
  printf("%s %d ", name, status);
  for (uint64_t index = 0; index < size; index++) printf("%02x", ((const uint8_t *)bytes)[index]);
  printf("\n");
}

/* Prints the request, lets the stub of the same contract answer, and prints that. */
typedef struct link {
  vmp_transport transport;
  const char *name;
  const vmp_device_virtual *device;
  const vmp_debug_logger *logger;
} link_to;

static vmp_status call(vmp_transport *transport, uint32_t method, uint32_t kind, const void *request,
                       uint64_t request_size, void *response, uint64_t capacity, uint64_t *response_size,
                       vmp_error *error) {
  link_to *to = (link_to *)transport;
  static uint64_t copy[512];
  vmp_status status;
  uint64_t unused[128];
  (void)error;
  if (response == NULL) {
    response = unused;
    capacity = sizeof unused;
    response_size = &unused[0];
  }
  memcpy(copy, request, request_size);
  printf("%s method %u kind %u\n", to->name, method, kind);
  print("request", 0, copy, request_size);
  status = to->device != NULL ? vmp_device_virtual_stub(to->device, NULL, method, (const uint8_t *)copy, request_size,
                                                        (uint8_t *)response, capacity, response_size)
                              : vmp_debug_logger_stub(to->logger, NULL, method, (const uint8_t *)copy, request_size,
                                                      (uint8_t *)response, capacity, response_size);
  if (kind != VMP_MESSAGE_POSTED) print("response", status, response, *response_size);
  return status;
}

static vmp_status regions(void *self, vmp_device_region *regions, uint64_t capacity, uint64_t *count,
                          vmp_error *error) {
  (void)self;
  (void)error;
  *count = 1;
  if (capacity < 1) return VMP_ERROR_TOO_SMALL;
  regions[0].kind = VMP_DEVICE_REGION_MMIO;
  regions[0].address = 0x10000000;
  regions[0].size = 4096;
  return VMP_OK;
}

static vmp_status read_register(void *self, uint32_t region, uint64_t offset, uint32_t size, uint64_t *value,
                                vmp_error *error) {
  (void)self;
  (void)region;
  (void)size;
  if (offset == 0x20) {
    memcpy(error->code, "NO_REGISTER", 12);
    memcpy(error->message, "none there", 11);
    return VMP_ERROR_PLUGIN;
  }
  *value = 0x1122334455667788;
  return VMP_OK;
}

static void log_record(void *self, const vmp_log_record *record) {
  (void)self;
  printf("logged %u %.*s %.*s\n", record->level, (int)record->source.size, record->source.data,
         (int)record->message.size, record->message.data);
}

int main(void) {
  static const vmp_device_virtual device = {sizeof device, 0, regions, read_register, NULL, NULL, NULL, NULL, NULL};
  static const vmp_debug_logger logger = {sizeof logger, 0, log_record, NULL};
  link_to link;
  vmp_error error;
  vmp_device_region region[1];
  uint64_t count = 0, value = 0;
  memset(&link, 0, sizeof link);
  memset(&error, 0, sizeof error);
  error.struct_size = sizeof error;
  link.transport.struct_size = sizeof link.transport;
  link.transport.call = call;
  link.name = "device";
  link.device = &device;
  vmp_device_virtual_proxy.read(&link, 2, 0x10, 4, &value, &error);
  vmp_device_virtual_proxy.read(&link, 2, 0x20, 4, &value, &error);
  printf("error %d %s %s\n", error.status, error.code, error.message);
  vmp_device_virtual_proxy.regions(&link, region, 0, &count, &error);
  printf("count %llu\n", (unsigned long long)count);
  vmp_device_virtual_proxy.regions(&link, region, 1, &count, &error);
  vmp_device_virtual_proxy.write(&link, 0, 0, 1, 1, &error);
  vmp_device_virtual_proxy.reset(&link, &error);
  link.name = "logger";
  link.device = NULL;
  link.logger = &logger;
  vmp_log_record record = {sizeof record, VMP_LOG_WARN, 1000, {"core", 4}, {"hi", 2}};
  vmp_debug_logger_proxy.log(&link, &record);
  return 0;
}
