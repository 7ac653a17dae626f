#include "core/machine/device_map.h"

#include <cstddef>
#include <cstring>

#include "check.h"
#include "core/error.h"

namespace {

struct Device {
  uint64_t address;
  uint64_t size;
  uint64_t last_written = 0;
};

vmp_status regions(void *self, vmp_device_region *regions, uint64_t, uint64_t *count, vmp_error *error) {
  auto *device = static_cast<Device *>(self);
  if (device->address == 13) return vmp::fail(error, VMP_ERROR_PLUGIN, "UNLUCKY", "13 is no address");
  regions[0].kind = VMP_DEVICE_REGION_MMIO;
  regions[0].address = device->address;
  regions[0].size = device->size;
  *count = 1;
  return VMP_OK;
}

vmp_status read(void *, uint32_t, uint64_t offset, uint32_t, uint64_t *value, vmp_error *) {
  *value = offset * 2;
  return VMP_OK;
}

vmp_status write(void *self, uint32_t, uint64_t, uint32_t, uint64_t value, vmp_error *error) {
  if (value == 13) return vmp::fail(error, VMP_ERROR_PLUGIN, "UNLUCKY", "13 is not written");
  static_cast<Device *>(self)->last_written = value;
  return VMP_OK;
}

// As of the contract's first minor.
const vmp_device_virtual vtable = {
    offsetof(vmp_device_virtual, posted_writes), 0, regions, read, write, nullptr, nullptr, nullptr, nullptr};

vmp_binding bind(Device &device) {
  vmp_binding binding{};
  binding.point = VMP_DEVICE_VIRTUAL_POINT;
  binding.name = "counter";
  binding.plugin = "acme";
  binding.vtable = &vtable;
  binding.self = &device;
  return binding;
}

}  // namespace

TEST("an access reaches the device whose region holds it, with its offset") {
  Device first{0x10000, 0x1000};
  Device second{0x11000, 0x1000};
  vmp::DeviceMap map;
  CHECK(map.build({bind(first), bind(second)}, nullptr) == VMP_OK);
  vmp_exit_io io{};
  io.address = 0x11010;
  io.size = 4;
  CHECK(map.serve(VMP_DEVICE_REGION_MMIO, io, nullptr) == VMP_OK && io.data == 0x20);
  io.write = 1;
  io.data = 99;
  CHECK(map.serve(VMP_DEVICE_REGION_MMIO, io, nullptr) == VMP_OK);
  CHECK(second.last_written == 99 && first.last_written == 0);
  CHECK(!map.has(VMP_DEVICE_REGION_MMIO, 0xffff) && !map.has(VMP_DEVICE_REGION_MMIO, 0x12000));
  CHECK(!map.has(VMP_DEVICE_REGION_PORT, 0x11010));
}

TEST("an access that leaves the region comes byte by byte, and reads ones where no device is") {
  Device device{0x10000, 0x1000};
  vmp::DeviceMap map;
  CHECK(map.build({bind(device)}, nullptr) == VMP_OK);
  vmp_exit_io io{};
  io.address = 0x10ffe;
  io.size = 8;
  CHECK(map.touches(VMP_DEVICE_REGION_MMIO, io) && map.serve(VMP_DEVICE_REGION_MMIO, io, nullptr) == VMP_OK);
  CHECK(io.data == 0xfffffffffffffefc);  // twice the offset's low byte, each
  io.address = 0xfffe;
  CHECK(map.touches(VMP_DEVICE_REGION_MMIO, io) && map.serve(VMP_DEVICE_REGION_MMIO, io, nullptr) == VMP_OK);
  CHECK(io.data == 0x0a0806040200ffff);
  io.address = 0x10ffd;
  io.size = 3;
  io.write = 1;
  io.data = 0x0c0b0a;
  CHECK(map.serve(VMP_DEVICE_REGION_MMIO, io, nullptr) == VMP_OK && device.last_written == 0x0c);
  io.address = 0x11000;
  CHECK(!map.touches(VMP_DEVICE_REGION_MMIO, io));
}

TEST("overlapping, empty, wrapping and partial-page regions are refused with the device's name") {
  for (auto [address, size] :
       {std::pair{0x10800ul, 0x1000ul}, {0x10000ul, 0ul}, {~0xffful, 0x2000ul}, {0x10000ul, 0x800ul}}) {
    Device device{address, size};
    vmp::DeviceMap map;
    vmp_error error = vmp::make_error();
    CHECK(map.build({bind(device)}, &error) == VMP_ERROR_INVALID_ARGUMENT);
    CHECK(std::strstr(error.message, "acme/counter") != nullptr);
  }
  Device first{0x10000, 0x2000};
  Device second{0x11000, 0x1000};
  vmp::DeviceMap map;
  CHECK(map.build({bind(first), bind(second)}, nullptr) == VMP_ERROR_INVALID_ARGUMENT);
}

TEST("a device that cannot tell its regions is named, with its words") {
  Device device{13, 0x1000};
  vmp::DeviceMap map;
  vmp_error error = vmp::make_error();
  CHECK(map.build({bind(device)}, &error) == VMP_ERROR_PLUGIN);
  CHECK(std::strcmp(error.message, "device acme/counter: 13 is no address") == 0);
}

TEST("a device's error comes with the device's name") {
  Device device{0x10000, 0x1000};
  vmp::DeviceMap map;
  CHECK(map.build({bind(device)}, nullptr) == VMP_OK);
  vmp_exit_io io{};
  io.address = 0x10000;
  io.size = 1;
  io.write = 1;
  io.data = 13;
  vmp_error error = vmp::make_error();
  CHECK(map.serve(VMP_DEVICE_REGION_MMIO, io, &error) == VMP_ERROR_PLUGIN);
  CHECK(std::strcmp(error.message, "device acme/counter: 13 is not written") == 0);
}

namespace {

struct Posting : Device {
  std::string calls;
};

vmp_status two_regions(void *self, vmp_device_region *regions, uint64_t, uint64_t *count, vmp_error *) {
  for (uint64_t i = 0; i < 2; ++i) {
    regions[i].kind = VMP_DEVICE_REGION_PORT;
    regions[i].address = static_cast<Posting *>(self)->address + 16 * i;
    regions[i].size = 16;
  }
  *count = 2;
  return VMP_OK;
}

vmp_status note_write(void *self, uint32_t, uint64_t, uint32_t, uint64_t value, vmp_error *) {
  static_cast<Posting *>(self)->calls += " write " + std::to_string(value);
  return VMP_OK;
}

vmp_status posted_writes(void *, uint64_t *posted, vmp_error *) {
  *posted = 2;
  return VMP_OK;
}

vmp_status note_post(void *self, uint32_t region, uint64_t offset, uint32_t, uint64_t value, vmp_error *error) {
  if (value == 13) return vmp::fail(error, VMP_ERROR_PLUGIN, "UNLUCKY", "13 is not posted");
  static_cast<Posting *>(self)->calls +=
      " post " + std::to_string(region) + ":" + std::to_string(offset) + " " + std::to_string(value);
  return VMP_OK;
}

vmp_status note_flush(void *self, vmp_error *) {
  static_cast<Posting *>(self)->calls += " flush";
  return VMP_OK;
}

const vmp_device_virtual posting_vtable = {
    sizeof(vmp_device_virtual), 0, two_regions, read, note_write, nullptr, posted_writes, note_post, note_flush};

vmp_status write_port(vmp::DeviceMap &map, uint64_t port, uint64_t value, vmp_error *error) {
  vmp_exit_io io{};
  io.address = port;
  io.size = 1;
  io.write = 1;
  io.data = value;
  return map.serve(VMP_DEVICE_REGION_PORT, io, error);
}

}  // namespace

TEST("a native device is posted the writes of the regions that it names, at once, and flushed") {
  Posting device{{0x100, 0}, ""};
  vmp_binding binding = bind(device);
  binding.vtable = &posting_vtable;
  vmp::DeviceMap map;
  CHECK(map.build({binding}, nullptr) == VMP_OK);
  CHECK(write_port(map, 0x101, 1, nullptr) == VMP_OK && write_port(map, 0x112, 2, nullptr) == VMP_OK);
  CHECK(map.flush(nullptr) == VMP_OK);
  CHECK(device.calls == " write 1 post 1:2 2 flush");
  vmp_error error = vmp::make_error();
  CHECK(write_port(map, 0x110, 13, &error) == VMP_ERROR_PLUGIN);
  CHECK(std::strcmp(error.message, "device acme/counter: 13 is not posted") == 0);
}
