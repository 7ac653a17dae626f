#include "core/machine/arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "core/error.h"

namespace vmp {
namespace {

// Wide enough that an access of any size which starts at the arena's last byte still faults inside it.
constexpr uint64_t guard_bytes = uint64_t{64} << 10;

}  // namespace

std::unique_ptr<Arena> Arena::reserve(uint64_t size, vmp_error *error) {
  const size_t reservation_size = size + 2 * guard_bytes;
  void *reservation = mmap(nullptr, reservation_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reservation != MAP_FAILED) return std::unique_ptr<Arena>(new Arena(reservation, reservation_size));
  fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED",
       "cannot reserve " + std::to_string(size) + " bytes of addresses: " + std::strerror(errno));
  return nullptr;
}

Arena::~Arena() { munmap(reservation_, reservation_size_); }

uint8_t *Arena::base() const { return static_cast<uint8_t *>(reservation_) + guard_bytes; }

uint64_t Arena::size() const { return reservation_size_ - 2 * guard_bytes; }

bool Arena::clear() {
  constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
  return mmap(reservation_, reservation_size_, PROT_NONE, flags, -1, 0) != MAP_FAILED;
}

ArenaPool::~ArenaPool() {
  for (const auto &arena : waiting_) discarded_(arena->base());
}

std::unique_ptr<Arena> ArenaPool::take(uint64_t size, vmp_error *error) {
  {
    std::lock_guard lock(mutex_);
    const auto found =
        std::find_if(waiting_.begin(), waiting_.end(), [size](const auto &arena) { return arena->size() == size; });
    if (found != waiting_.end()) {
      auto arena = std::move(*found);
      waiting_.erase(found);
      return arena;
    }
  }
  return Arena::reserve(size, error);
}

void ArenaPool::give(std::unique_ptr<Arena> arena) {
  if (kept_ != 0 && arena->clear()) {
    std::lock_guard lock(mutex_);
    if (waiting_.size() < kept_) {
      waiting_.push_back(std::move(arena));
      return;
    }
  }
  discarded_(arena->base());
}

}  // namespace vmp
