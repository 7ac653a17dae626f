// Where a forbidden access goes. A backend may only tell that the host's mappings forbid what the program does, not
// where. So the instruction is tried again under page tables in which nothing is present but what it has asked for so
// far: each page that it misses is an exception with its address, and the one that was added last before the host
// forbids it again is the one that is looked for.
#include <algorithm>
#include <array>
#include <mutex>

#include "core/error.h"
#include "core/machine/user_mode/user_vcpu.h"

namespace vmp {

// True with the exit as it is to be told; false: nothing was forbidden any more, the program goes on.
bool UserVcpu::take_forbidden_access() {
  vmp_exit &exit = vcpu_->exit;
  uint64_t address = 0;
  uint32_t access = 0;
  std::lock_guard lock(space_->probe_mutex());
  root_ = SystemArea::probe_root;
  const bool is_found = probe_access(address, access);
  root_ = SystemArea::root;
  if (!is_found) return exit.kind != VMP_EXIT_NONE;
  exit.kind = VMP_EXIT_MEMORY_FAULT;
  exit.flags = 0;
  exit.pc = state().rip;
  exit.u.memory = {address, 0, access};
  return true;
}

// False: exit.kind is another exit, or NONE for nothing.
bool UserVcpu::probe_access(uint64_t &address, uint32_t &access) {
  vmp_exit &exit = vcpu_->exit;
  std::array<SystemArea::ProbedPage, SystemArea::most_probed> pages{};
  constexpr uint64_t page_mask = ~uint64_t{VMP_PAGE_SIZE - 1};
  // Each page once for reading and once more for writing, and again for what was interrupted.
  for (uint32_t count = 0, attempts = 0; attempts < 3 * SystemArea::most_probed; ++attempts) {
    space_->area().probe({pages.data(), count});
    if (!enter_program()) return false;
    backend_.vtable->run(backend_.self, vcpu_, 0);
    if (exit.kind == VMP_EXIT_MEMORY_FAULT && !SystemArea::is_in_stub(state().rip)) {
      place_ = Place::program;
      return count > 0;
    }
    // A page that is not present is told as a fault of the program's; any other exit is one.
    probing_ = true;
    const bool is_exit = leave_processor();
    probing_ = false;
    if (!is_exit) continue;
    if (exit.kind != VMP_EXIT_MEMORY_FAULT || exit.u.memory.address >= vcpu_->space->size) return false;
    address = exit.u.memory.address;
    access = exit.u.memory.access;
    // What is written after it was read or executed is the last one again, now for writing.
    const auto known = std::find_if(pages.begin(), pages.begin() + count, [&](const SystemArea::ProbedPage &one) {
      return (one.address & page_mask) == (address & page_mask);
    });
    if (known != pages.begin() + count) {
      if (known->access == VMP_PROTECTION_WRITE) return false;
      std::rotate(known, known + 1, pages.begin() + count);
      pages[count - 1] = {address, access};
      cr3_ = 0;  // written again: the processor drops the entry that it keeps
      continue;
    }
    if (count == pages.size()) return false;
    pages[count++] = {address, access};
  }
  exit.kind = VMP_EXIT_NONE;
  return false;
}

}  // namespace vmp
