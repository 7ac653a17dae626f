// The virtual machine in which one address space's programs run: its system area, and slots over those parts of the
// arena that have been touched.
#pragma once

#include <atomic>
#include <bitset>
#include <memory>
#include <mutex>

#include "core/machine/backend.h"
#include "core/machine/user_mode/guest_clock.h"
#include "core/machine/user_mode/system_area.h"

namespace vmp {

class AddressSpace;

// What all virtual machines of a backend have in common, found out by the first.
struct UserTraits {
  enum Ring : uint8_t { unknown, three, zero };
  std::atomic<Ring> call_ring = unknown;  // in which ring SYSCALL's stub runs
};

class UserSpace {
 public:
  // [control] NULL with `error` filled.
  static std::unique_ptr<UserSpace> create(const Backend &backend, UserTraits &traits, AddressSpace &space,
                                           vmp_error *error);
  ~UserSpace();
  UserSpace(const UserSpace &) = delete;
  UserSpace &operator=(const UserSpace &) = delete;

  const uint8_t *base() const { return base_; }
  void *vm() const { return vm_; }
  SystemArea &area() const { return *area_; }
  UserTraits &traits() const { return traits_; }
  // [vcpu] Held while the probe root is used.
  std::mutex &probe_mutex() { return probe_mutex_; }

  // [any] Puts a slot behind the part of the arena that holds `address`. OK when it was there already; INVALID_ARGUMENT
  // for an address outside.
  vmp_status cover(uint64_t address, vmp_error *error);
  bool is_covered(uint64_t address);

  // [vcpu] Before a run. Nothing where the guests' counter is not the host's.
  void refresh_clock() {
    if (has_host_counter_) clock_.refresh(area_->clock());
  }
  // [control] Before the first run: what one of its virtual CPUs has found.
  void set_has_host_counter(bool has) { has_host_counter_ = has; }

  // [vcpu] None of its virtual CPUs runs.
  void set_answers(std::span<const vmp_call_answer> answers) { area_->set_answers(answers); }

  // [control] A number of its own for each virtual CPU: SystemArea::largest_vcpus when there is none.
  uint32_t take_index();
  void give_index(uint32_t index);

 private:
  // A slot costs by its size; a small program touches two or three parts.
  static constexpr uint64_t part_size = uint64_t{64} << 20;

  UserSpace(const Backend &backend, UserTraits &traits, const vmp_address_space &space, void *vm,
            std::unique_ptr<SystemArea> area)
      : backend_(backend), traits_(traits), base_(space.base), size_(space.size), vm_(vm), area_(std::move(area)) {}

  const Backend &backend_;
  UserTraits &traits_;
  uint8_t *const base_;  // of the arena
  const uint64_t size_;
  void *const vm_;
  const std::unique_ptr<SystemArea> area_;
  GuestClock clock_;
  bool has_host_counter_ = false;
  std::mutex probe_mutex_;
  std::mutex mutex_;  // what follows
  std::bitset<SystemArea::base / part_size> covered_;
  std::bitset<SystemArea::largest_vcpus> indices_;
};

}  // namespace vmp
