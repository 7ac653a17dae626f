// Guest memory as the core gives it to engines, without the core: an arena whose host mappings are the guest's
// protection, the parts of `vmp.memory/1` that an engine calls, and the way back out of the engine on a fault.
#pragma once
#include <csetjmp>
#include <map>
#include <mutex>
#include <vector>

#include "vm_plugin/arch_simulator.h"

namespace harness {

class Arena {
 public:
  explicit Arena(uint64_t size);
  ~Arena();
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;

  vmp_address_space *space() { return &space_; }
  bool holds(const void *host_address) const;
  // Anonymous memory, or a memory file shared with whoever else maps it.
  void map(uint64_t address, uint64_t size, uint32_t protection, int file = -1);
  void unmap(uint64_t address, uint64_t size);
  void protect(uint64_t address, uint64_t size, uint32_t protection);
  // As vmp.memory's invalidate_code: whatever makes code stale raises the generation.
  void invalidate_code() { space_.code_generation.fetch_add(1, std::memory_order_release); }
  bool find(uint64_t address, vmp_area *area);
  // Writes whatever the guest's protection is.
  void populate(uint64_t address, const void *from, uint64_t size);
  // What can be read of [address, address + size).
  std::vector<uint8_t> read(uint64_t address, uint64_t size);

 private:
  void apply(uint64_t address, uint64_t size, uint32_t protection);

  vmp_address_space space_{};
  std::mutex mutex_;
  std::map<uint64_t, uint32_t> pages_;  // page address -> protection
};

// vmp_host with `vmp.memory/1`; one arena at a time.
const vmp_host *host(Arena *arena);

// Calls run() and completes the exit as the core does when the host faults in the arena.
void run_guarded(const vmp_arch_simulator *simulator, void *self, vmp_vcpu *vcpu, uint64_t budget);
void install_fault_handler();

}  // namespace harness
