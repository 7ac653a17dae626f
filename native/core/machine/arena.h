// Reserved host addresses that an address space lies in, and those of spaces that are gone, kept to be used again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "vm_plugin.h"

namespace vmp {

class Arena {
 public:
  // NULL with `error` filled when the host has no such run of addresses.
  static std::unique_ptr<Arena> reserve(uint64_t size, vmp_error *error);
  ~Arena();
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;

  uint8_t *base() const;
  uint64_t size() const;
  // With the guard pages around it.
  void *reservation() const { return reservation_; }
  size_t reservation_size() const { return reservation_size_; }
  // Nothing is mapped any more. False: the host refused.
  bool clear();

 private:
  Arena(void *reservation, size_t size) : reservation_(reservation), reservation_size_(size) {}
  void *const reservation_;
  const size_t reservation_size_;
};

// [any] Worth it where an engine has made something costly for an arena's addresses.
class ArenaPool {
 public:
  // kept: how many wait to be used again. discarded: told the base of one before its addresses are given up.
  ArenaPool(size_t kept, std::function<void(uint8_t *)> discarded) : kept_(kept), discarded_(std::move(discarded)) {}
  ~ArenaPool();
  std::unique_ptr<Arena> take(uint64_t size, vmp_error *error);
  void give(std::unique_ptr<Arena> arena);

 private:
  const size_t kept_;
  const std::function<void(uint8_t *)> discarded_;
  std::mutex mutex_;  // what follows
  std::vector<std::unique_ptr<Arena>> waiting_;
};

}  // namespace vmp
