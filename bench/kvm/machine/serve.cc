// serve ENGINE_LIBRARY ENGINE PERSONALITY_LIBRARY PERSONALITY IMAGE COUNT: runs a guest that owns the processor until
// its device has served so many accesses. Linked with bench/kvm/replay: the exits are recorded ones.
#include <fcntl.h>

#include <cstdio>
#include <cstdlib>

#include "core/error.h"
#include "core/machine/machine.h"
#include "core/services/services.h"
#include "event.h"
#include "hypervisor/hypervisor.h"
#include "vm_plugin/accel_virtualization.h"
#include "vm_plugin/device_virtual.h"

namespace {

[[noreturn]] void die(const std::string &reason) {
  std::fprintf(stderr, "serve: %s\n", reason.c_str());
  std::exit(1);
}

void add(vmp::Machine &machine, const char *point, const std::string &path, const std::string &name) {
  vmp::LibraryRefusal refusal;
  auto library = vmp::Library::open(path, name, refusal);
  if (library == nullptr) die(path + ": " + refusal.detail);
  std::string reason;
  const vmp_provider *provider = library->provider(point, name, reason);
  if (provider == nullptr) die(path + ": " + (reason.empty() ? "there is none" : reason));
  vmp_error error = vmp::make_error();
  std::shared_ptr<vmp::Instance> instance =
      vmp::Instance::create(library, point, name, provider, &machine, std::make_unique<vmp_configuration>(), &error);
  if (instance == nullptr) die(error.message);
  machine.bindings().add(std::move(instance));
}

// Registers at a port and in memory that read 0 and forget what is written; they end the guest when they have had
// enough.
struct Device {
  vmp::Machine *machine;
  uint64_t left;
  void count() {
    if (--left == 0) machine->power_off(0);
  }
};

vmp_status regions(void *, vmp_device_region *regions, uint64_t, uint64_t *count, vmp_error *) {
  regions[0] = {sizeof regions[0], VMP_DEVICE_REGION_PORT, 0x600, 16};
  regions[1] = {sizeof regions[1], VMP_DEVICE_REGION_MMIO, 0x10000000, 4096};
  *count = 2;
  return VMP_OK;
}

vmp_status read(void *self, uint32_t, uint64_t, uint32_t, uint64_t *value, vmp_error *) {
  *value = 0;
  static_cast<Device *>(self)->count();
  return VMP_OK;
}

vmp_status write(void *self, uint32_t, uint64_t, uint32_t, uint64_t, vmp_error *) {
  static_cast<Device *>(self)->count();
  return VMP_OK;
}

}  // namespace

int main(int count, char **words) {
  if (count != 7) die("usage: serve ENGINE_LIBRARY ENGINE PERSONALITY_LIBRARY PERSONALITY IMAGE COUNT");
  Event ended;
  vmp_error error = vmp::make_error();
  auto machine = vmp::Machine::create(
      uint64_t{16} << 20,
      [&](vmp::RunEvent &&event) {
        if (event.kind == vmp::RunEvent::Kind::spawned) return;
        if (!event.error_code.empty()) die(event.error_code + ": " + event.detail);
        ended.set();
      },
      &error);
  if (machine == nullptr) die(error.message);
  vmp::offer_hypervisor(vmp_hypervisor());
  add(*machine, VMP_ACCEL_VIRTUALIZATION_POINT, words[1], words[2]);
  add(*machine, VMP_OS_PERSONALITY_POINT, words[3], words[4]);
  vmp_device_virtual table{};
  table.struct_size = sizeof table;
  table.regions = regions;
  table.read = read;
  table.write = write;
  Device device{machine.get(), std::strtoull(words[6], nullptr, 10)};
  machine->bindings().add(
      std::make_shared<vmp::Instance>(VMP_DEVICE_VIRTUAL_POINT, "registers", "bench", &table, &device));
  if (std::string refuser; machine->seal(refuser, &error) != VMP_OK) die(refuser + ": " + error.message);
  vmp::SpawnRequest request;
  request.path = words[5];
  request.arguments = {words[5]};
  request.program = open(words[5], O_RDONLY | O_CLOEXEC);
  machine->spawn(std::move(request));
  ended.wait();
  machine->close();
}
