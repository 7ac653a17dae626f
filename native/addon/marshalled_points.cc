#include "addon/marshalled_points.h"

#include "vm_plugin/marshal/accel_virtualization.h"
#include "vm_plugin/marshal/debug_logger.h"
#include "vm_plugin/marshal/device_virtual.h"

namespace vmp::addon {
namespace {

template <typename Table, vmp_status (*typed_stub)(const Table *, void *, uint32_t, const uint8_t *, uint64_t,
                                                   uint8_t *, uint64_t, uint64_t *)>
vmp_status stub(const void *table, void *self, uint32_t method, const uint8_t *request, uint64_t size,
                uint8_t *response, uint64_t capacity, uint64_t *response_size) {
  return typed_stub(static_cast<const Table *>(table), self, method, request, size, response, capacity, response_size);
}

const MarshalledPoint points[] = {
    {VMP_ACCEL_VIRTUALIZATION_POINT, &vmp_accel_virtualization_proxy,
     stub<vmp_accel_virtualization, vmp_accel_virtualization_stub>, vmp_accel_virtualization_room},
    {VMP_DEBUG_LOGGER_POINT, &vmp_debug_logger_proxy, stub<vmp_debug_logger, vmp_debug_logger_stub>,
     vmp_debug_logger_room},
    {VMP_DEVICE_VIRTUAL_POINT, &vmp_device_virtual_proxy, stub<vmp_device_virtual, vmp_device_virtual_stub>,
     vmp_device_virtual_room},
};

}  // namespace

const MarshalledPoint *find_marshalled_point(const std::string &point) {
  for (const MarshalledPoint &known : points) {
    if (point == known.point) return &known;
  }
  return nullptr;
}

}  // namespace vmp::addon
