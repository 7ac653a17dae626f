// Which device answers for which guest addresses.
#pragma once

#include <string>
#include <vector>

#include "core/machine/bindings.h"
#include "vm_plugin/device_virtual.h"
#include "vm_plugin/vcpu.h"

namespace vmp {

class DeviceMap {
 public:
  // Asks every bound device for its regions. Refuses overlaps and regions that are not pages, naming the device.
  vmp_status build(const std::vector<vmp_binding> &bindings, vmp_error *error);
  bool has(uint32_t kind, uint64_t address) const { return find(kind, address) != nullptr; }
  // Whether any byte of the access is a device's.
  bool touches(uint32_t kind, const vmp_exit_io &io) const;
  // Serves the exit (io.data is filled for a read). Where it is not of 1, 2, 4 or 8 bytes inside one region it comes to
  // the devices byte by byte, as over a PC's bus; a byte that is nobody's reads all ones. Anything but OK: `error`
  // names the device. [vcpu]
  vmp_status serve(uint32_t kind, vmp_exit_io &io, vmp_error *error) const;
  // Returns when what has been posted to devices has its effect; the first failure, which names its device. [vcpu]
  vmp_status flush(vmp_error *error) const;
  // Resets every device that can be; the first failure, which names its device. [control]
  vmp_status reset(vmp_error *error) const;

 private:
  struct Region {
    vmp_device_region layout;
    uint32_t number;
    vmp_binding device;
    bool is_posted;  // the guest waits for no write
  };
  const Region *find(uint32_t kind, uint64_t address) const;
  static vmp_status access(const Region &region, vmp_exit_io &io, vmp_error *error);
  vmp_status serve_bytes(uint32_t kind, vmp_exit_io &io, vmp_error *error) const;
  std::vector<Region> regions_;
  std::vector<vmp_binding> resettable_;
  std::vector<vmp_binding> posting_;  // those that have something to flush
};

}  // namespace vmp
