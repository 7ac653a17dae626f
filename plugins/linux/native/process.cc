#include "process.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

#include "personality.h"

namespace vmp_linux {

Thread::Thread(std::shared_ptr<Process> owner, vmp_vcpu *cpu, uint32_t thread_id)
    : keep(std::move(owner)),
      process(*keep),
      personality(process.personality),
      vcpu(cpu),
      state(reinterpret_cast<uint8_t *>(cpu) + VMP_VCPU_STATE_OFFSET),
      id(thread_id) {
  cpu->personality_data = this;
}

uint64_t Thread::pc() const { return *reinterpret_cast<const uint64_t *>(state + personality.abi().program_counter); }

uint64_t Process::descriptor_limit() const {
  const uint64_t own = limits[RLIMIT_NOFILE].soft;
  return run->open_file_limit != 0 ? std::min<uint64_t>(own, run->open_file_limit) : own;
}

int Process::add_descriptor(std::shared_ptr<FileDescription> file, bool close_on_exec, int lowest) {
  const uint64_t limit = descriptor_limit();
  const int descriptor = descriptors.add(std::move(file), close_on_exec, limit, lowest);
  if (descriptor == -EMFILE && limit < limits[RLIMIT_NOFILE].soft) {
    char detail[80];
    const int size =
        std::snprintf(detail, sizeof detail, "a descriptor more than its limit of %u", run->open_file_limit);
    constexpr vmp_string kLimit = {"open-files", 10};
    personality.services().machine->run_limit(personality.machine(), run->id, kLimit,
                                              vmp_string{detail, static_cast<uint64_t>(size)});
  }
  return descriptor;
}

}  // namespace vmp_linux
