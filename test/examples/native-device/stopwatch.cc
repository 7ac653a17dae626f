// A device in C++: 8 bytes at guest address 0x2000000000. Reading gives nanoseconds since the last write, in any size.
// Build: g++ -std=c++17 -shared -fPIC -fvisibility=hidden -I VM_PLUGIN/native/include stopwatch.cc -o stopwatch.node
#include <vm_plugin/device_virtual.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <new>

namespace {

constexpr uint64_t address = 0x2000000000;

uint64_t now() {
  using namespace std::chrono;
  return static_cast<uint64_t>(duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count());
}

// One instance belongs to one machine; several virtual CPUs may call it at once.
struct Stopwatch {
  std::atomic<uint64_t> started{now()};
};

vmp_status regions(void *, vmp_device_region *regions, uint64_t capacity, uint64_t *count, vmp_error *) {
  *count = 1;
  if (capacity < 1) return VMP_ERROR_TOO_SMALL;
  regions[0].kind = VMP_DEVICE_REGION_MMIO;
  regions[0].address = address;
  regions[0].size = 4096;  // whole pages
  return VMP_OK;
}

vmp_status read(void *self, uint32_t, uint64_t offset, uint32_t, uint64_t *value, vmp_error *error) {
  if (offset != 0) {
    std::snprintf(error->code, sizeof(error->code), "NO_REGISTER");
    std::snprintf(error->message, sizeof(error->message), "there is no register at offset %llu",
                  static_cast<unsigned long long>(offset));
    return VMP_ERROR_PLUGIN;
  }
  *value = now() - static_cast<Stopwatch *>(self)->started.load();
  return VMP_OK;
}

vmp_status write(void *self, uint32_t, uint64_t, uint32_t, uint64_t, vmp_error *) {
  static_cast<Stopwatch *>(self)->started.store(now());
  return VMP_OK;
}

vmp_status create(const vmp_create_info *, void **self, vmp_error *) {
  *self = new (std::nothrow) Stopwatch;
  return *self == nullptr ? VMP_ERROR_OUT_OF_MEMORY : VMP_OK;
}

void destroy(void *self) { delete static_cast<Stopwatch *>(self); }

const vmp_device_virtual table = {sizeof(table), 0, regions, read, write, nullptr, nullptr, nullptr, nullptr};
const vmp_provider provider = {sizeof(provider), 1, 0, &table, nullptr, create, nullptr, destroy, nullptr};

const vmp_provider *get(const char *point, const char *name, uint16_t) {
  bool ours = std::strcmp(point, VMP_DEVICE_VIRTUAL_POINT) == 0 && std::strcmp(name, "stopwatch") == 0;
  return ours ? &provider : nullptr;
}

}  // namespace

extern "C" VMP_EXPORT const vmp_entry vm_plugin_entry = {sizeof(vmp_entry),
                                                         VMP_ABI_MAJOR,
                                                         VMP_ABI_MINOR,
                                                         /* abi_minor_lowest */ 0,
                                                         {},
                                                         /* init */ nullptr,
                                                         /* deinit */ nullptr,
                                                         get};
