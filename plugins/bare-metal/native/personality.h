// One instance of os.personality "bare-metal": the guest of one machine.
#pragma once

#include <vm_plugin/os_personality.h>

#include <atomic>
#include <memory>

#include "elf_kernel.h"
#include "memory_map.h"
#include "settings.h"

namespace vmp_bare_metal {

constexpr uint32_t guest_process = 1;  // its number

class Personality {
 public:
  // [control] As vmp_provider.create and attach.
  static vmp_status create(const vmp_create_info *info, void **self, vmp_error *error);
  vmp_status attach(const vmp_bindings *bindings, vmp_error *error);
  ~Personality();

  // As vmp_os_personality's methods.
  vmp_status spawn(const vmp_spawn &request, vmp_vcpu **vcpu, uint32_t *process, vmp_error *error);
  uint32_t handle_exit(vmp_vcpu *vcpu);
  vmp_status signal(uint32_t run, int32_t process, uint32_t number, vmp_error *error);

 private:
  // What is to be loaded, and how it begins.
  struct Image {
    std::vector<Segment> segments;
    Mode mode;
    uint64_t entry;
  };
  vmp_status choose_image(const ImageFile &file, Image &image, vmp_error *error) const;
  vmp_status check_image(const Image &image, const MemoryMap &map, vmp_error *error) const;
  vmp_status choose_memory(MemoryMap &map, vmp_error *error) const;
  vmp_status make_space(const vmp_spawn &request, const ImageFile &file, const Image &image, const MemoryMap &map,
                        vmp_error *error);
  vmp_status make_vcpus(uint32_t run, const Image &image, vmp_vcpu **first, vmp_error *error);
  void drop_space();
  void start_others(uint32_t run, const std::vector<vmp_vcpu *> &others);
  void end(uint32_t run, int32_t exit_code, int32_t signal, const char *detail) const;
  uint32_t serve_unclaimed(vmp_vcpu *vcpu);

  Services services_;
  Settings settings_;
  vmp_machine *machine_ = nullptr;
  std::vector<Range> hidden_;           // addresses of devices' registers
  vmp_address_space *space_ = nullptr;  // of the guest that there is, or was last
  std::atomic<uint32_t> run_{0};        // its run
};

}  // namespace vmp_bare_metal
