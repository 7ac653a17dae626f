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
  // Serves the exit (io.data is filled for a read). Anything but OK: `error` names the device. [vcpu]
  vmp_status serve(uint32_t kind, vmp_exit_io &io, vmp_error *error) const;

 private:
  struct Region {
    vmp_device_region layout;
    uint32_t number;
    vmp_binding device;
  };
  const Region *find(uint32_t kind, uint64_t address) const;
  std::vector<Region> regions_;
};

}  // namespace vmp
