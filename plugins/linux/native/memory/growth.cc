#include "memory/growth.h"

#include <sys/resource.h>

#include <algorithm>

#include "personality.h"

namespace vmp_linux {
namespace {

// Bytes that the machine has left. What is asked for at once and is not there is refused, as Linux's overcommit
// heuristic does; what is there may still be gone when it is touched.
uint64_t memory_left(const Thread &thread) {
  const Personality &personality = thread.personality;
  const vmp_guest_memory *memory = personality.services().machine->memory(personality.machine());
  return memory->size - std::min(memory->size, memory->allocated.load(std::memory_order_relaxed));
}

bool passes(uint64_t has, uint64_t more, uint64_t limit) { return more > limit || has > limit - more; }

}  // namespace

int check_growth(const Thread &thread, uint64_t address, uint64_t size, uint32_t protection, AreaTag tag,
                 bool is_reserved) {
  const MemoryMap &map = *thread.process.map;
  if (is_reserved && size > memory_left(thread)) return -ENOMEM;
  const uint64_t all = thread.process.limits[RLIMIT_AS].soft;
  const uint64_t data = thread.process.limits[RLIMIT_DATA].soft;
  constexpr uint64_t kInfinite = ~uint64_t{0};
  if (all == kInfinite && data == kInfinite) return 0;
  const uint64_t more = size - map.mapped_in(address, size);
  if (passes(map.mapped(), more, all)) return -ENOMEM;
  const bool is_shared = tag == kSharedAnonymousArea || tag == kSharedFileArea;
  const bool is_data = (protection & VMP_PROTECTION_WRITE) != 0 && !is_shared && tag != kStackArea;
  return is_data && data != kInfinite && passes(map.data(), more, data) ? -ENOMEM : 0;
}

}  // namespace vmp_linux
