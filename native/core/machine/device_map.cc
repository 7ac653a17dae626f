#include "core/machine/device_map.h"

#include <cstring>

#include "core/error.h"

namespace vmp {
namespace {

constexpr uint64_t most_regions = 16;

std::string named(const vmp_binding &device) { return std::string(device.plugin) + "/" + device.name; }

vmp_status refuse(const vmp_binding &device, const std::string &reason, vmp_error *error) {
  return fail(error, VMP_ERROR_INVALID_ARGUMENT, "VMP_MACHINE_FAILED", "device " + named(device) + ": " + reason);
}

vmp_status failed(const vmp_binding &device, vmp_status status, const vmp_error &cause, vmp_error *error) {
  return fail(error, status, "VMP_DEVICE_FAILED", "device " + named(device) + ": " + reason_of(cause, status));
}

// 1, 2, 4 or 8.
bool is_register_size(uint32_t size) { return size - 1 < 8 && (size & (size - 1)) == 0; }

// Bit n: region number n. None for a device that takes no posted writes.
vmp_status posted_writes(const vmp_binding &device, uint64_t &posted, vmp_error *error) {
  const auto *vtable = static_cast<const vmp_device_virtual *>(device.vtable);
  if (!VMP_HAS(vtable, vmp_device_virtual, post) || !VMP_HAS(vtable, vmp_device_virtual, posted_writes)) return VMP_OK;
  return vtable->posted_writes(device.self, &posted, error);
}

}  // namespace

vmp_status DeviceMap::build(const std::vector<vmp_binding> &bindings, vmp_error *error) {
  for (const vmp_binding &device : bindings) {
    if (std::strcmp(device.point, VMP_DEVICE_VIRTUAL_POINT) != 0) continue;
    const auto *vtable = static_cast<const vmp_device_virtual *>(device.vtable);
    if (VMP_HAS(vtable, vmp_device_virtual, reset)) resettable_.push_back(device);
    vmp_device_region regions[most_regions]{};
    for (auto &region : regions) region.struct_size = sizeof(region);
    uint64_t count = 0;
    vmp_error cause = make_error();
    const vmp_status status = vtable->regions(device.self, regions, most_regions, &count, &cause);
    if (count > most_regions) return refuse(device, std::to_string(count) + " regions; at most 16", error);
    if (status != VMP_OK) return failed(device, status, cause, error);
    uint64_t posted = 0;
    if (const vmp_status asked = posted_writes(device, posted, &cause); asked != VMP_OK)
      return failed(device, asked, cause, error);
    if (posted != 0 && VMP_HAS(vtable, vmp_device_virtual, flush)) posting_.push_back(device);
    for (uint32_t number = 0; number < count; ++number) {
      const vmp_device_region &region = regions[number];
      if (region.kind != VMP_DEVICE_REGION_MMIO && region.kind != VMP_DEVICE_REGION_PORT) {
        return refuse(device, "a region of unknown kind " + std::to_string(region.kind), error);
      }
      if (region.size == 0 || region.address + region.size < region.address) {
        return refuse(device,
                      "a region of " + std::to_string(region.size) + " bytes at " + std::to_string(region.address),
                      error);
      }
      if (region.kind == VMP_DEVICE_REGION_MMIO && (region.address | region.size) % VMP_PAGE_SIZE != 0) {
        return refuse(device, "a region that is not whole pages of 4096 bytes, at " + std::to_string(region.address),
                      error);
      }
      for (const Region &other : regions_) {
        if (other.layout.kind == region.kind && region.address < other.layout.address + other.layout.size &&
            other.layout.address < region.address + region.size) {
          return refuse(device,
                        "its region at " + std::to_string(region.address) + " overlaps " + named(other.device) + "'s",
                        error);
        }
      }
      regions_.push_back({region, number, device, (posted >> number & 1) != 0});
    }
  }
  return VMP_OK;
}

const DeviceMap::Region *DeviceMap::find(uint32_t kind, uint64_t address) const {
  for (const Region &region : regions_) {
    if (region.layout.kind == kind && address - region.layout.address < region.layout.size) return &region;
  }
  return nullptr;
}

bool DeviceMap::touches(uint32_t kind, const vmp_exit_io &io) const {
  for (const Region &region : regions_) {
    if (region.layout.kind == kind && region.layout.address < io.address + io.size &&
        io.address < region.layout.address + region.layout.size)
      return true;
  }
  return false;
}

vmp_status DeviceMap::serve(uint32_t kind, vmp_exit_io &io, vmp_error *error) const {
  const Region *region = find(kind, io.address);
  const bool is_whole = region != nullptr && region->layout.size - (io.address - region->layout.address) >= io.size;
  return is_whole && is_register_size(io.size) ? access(*region, io, error) : serve_bytes(kind, io, error);
}

vmp_status DeviceMap::serve_bytes(uint32_t kind, vmp_exit_io &io, vmp_error *error) const {
  constexpr uint32_t bits = 8;
  uint64_t data = 0;
  for (uint32_t i = 0; i < io.size && i < sizeof data; ++i) {
    vmp_exit_io byte{.address = io.address + i,
                     .size = 1,
                     .write = io.write,
                     .data = io.write != 0 ? io.data >> i * bits & 0xff : 0xff,
                     .count = 1,
                     .reserved = 0};
    if (const Region *region = find(kind, byte.address); region != nullptr) {
      if (const vmp_status status = access(*region, byte, error); status != VMP_OK) return status;
    }
    data |= (byte.data & 0xff) << i * bits;
  }
  if (io.write == 0) io.data = data;
  return VMP_OK;
}

vmp_status DeviceMap::access(const Region &region, vmp_exit_io &io, vmp_error *error) {
  const auto *vtable = static_cast<const vmp_device_virtual *>(region.device.vtable);
  const uint64_t offset = io.address - region.layout.address;
  vmp_error cause;
  clear_error(cause);
  void *const self = region.device.self;
  const vmp_status status = io.write == 0      ? vtable->read(self, region.number, offset, io.size, &io.data, &cause)
                            : region.is_posted ? vtable->post(self, region.number, offset, io.size, io.data, &cause)
                                               : vtable->write(self, region.number, offset, io.size, io.data, &cause);
  return status == VMP_OK ? VMP_OK : failed(region.device, status, cause, error);
}

vmp_status DeviceMap::flush(vmp_error *error) const {
  vmp_status first = VMP_OK;
  for (const vmp_binding &device : posting_) {
    vmp_error cause = make_error();
    const vmp_status status = static_cast<const vmp_device_virtual *>(device.vtable)->flush(device.self, &cause);
    if (status != VMP_OK && first == VMP_OK) first = failed(device, status, cause, error);
  }
  return first;
}

vmp_status DeviceMap::reset(vmp_error *error) const {
  vmp_status first = VMP_OK;
  for (const vmp_binding &device : resettable_) {
    vmp_error cause = make_error();
    const vmp_status status = static_cast<const vmp_device_virtual *>(device.vtable)->reset(device.self, &cause);
    if (status != VMP_OK && first == VMP_OK) first = failed(device, status, cause, error);
  }
  return first;
}

}  // namespace vmp
