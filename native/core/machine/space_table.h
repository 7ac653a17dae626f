// What an engine has made for each address space: a virtual machine of the backend's.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>

#include "vm_plugin/memory.h"

namespace vmp {

template <typename Space>
class SpaceTable {
 public:
  // [any] The one of the space's arena; made by `create`, a function that may answer NULL, when there is none yet.
  template <typename Create>
  std::shared_ptr<Space> of(const vmp_address_space *space, Create create) {
    std::lock_guard lock(mutex_);
    const auto known = spaces_.find(space->base);
    if (known != spaces_.end()) return known->second;
    std::shared_ptr<Space> created = create();
    if (created != nullptr) spaces_.emplace(space->base, created);
    return created;
  }
  // [any] NULL when there is none.
  std::shared_ptr<Space> find(const uint8_t *base) {
    std::lock_guard lock(mutex_);
    const auto known = spaces_.find(base);
    return known == spaces_.end() ? nullptr : known->second;
  }
  // [any] By the first address of the arena.
  void forget(const uint8_t *base) {
    std::shared_ptr<Space> gone;  // outside the lock: it takes its time
    std::lock_guard lock(mutex_);
    if (const auto found = spaces_.find(base); found != spaces_.end()) {
      gone = std::move(found->second);
      spaces_.erase(found);
    }
  }

 private:
  std::mutex mutex_;  // what follows
  std::unordered_map<const uint8_t *, std::shared_ptr<Space>> spaces_;
};

}  // namespace vmp
