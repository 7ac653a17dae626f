#include "virtual_machine.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iterator>

namespace vmp::kvm {

VirtualMachine *VirtualMachine::create(Backend &backend, vmp_error *error) {
  int32_t vm = 0;
  // A signal that comes meanwhile is no reason to fail.
  do vm = backend.calls->kvm_create_vm(backend.kvm);
  while (vm == -EINTR);
  if (vm < 0) {
    fail_call(error, "KVM_CREATE_VM", vm);
    return nullptr;
  }
  return new VirtualMachine(backend, vm);
}

VirtualMachine::~VirtualMachine() {
  idle_.clear();
  ::close(vm_);
}

std::unique_ptr<Processor> VirtualMachine::take_processor(const vmp_identity &identity, vmp_error *error) {
  std::lock_guard lock(mutex_);
  for (auto one = idle_.begin(); one != idle_.end(); ++one) {
    if (!(*one)->has(identity)) continue;
    auto taken = std::move(*one);
    idle_.erase(one);
    return taken;
  }
  auto created = Processor::create(backend_, vm_, vcpus_, !reuses_, identity, error);
  if (created != nullptr) ++vcpus_;
  return created;
}

void VirtualMachine::give_processor(std::unique_ptr<Processor> processor) {
  if (!reuses_) return;
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(processor));
}

vmp_status VirtualMachine::map(uint64_t address, void *memory, uint64_t size, uint32_t flags, vmp_error *error) {
  const bool is_inside =
      size != 0 && address + size > address && address + size <= uint64_t{1} << backend_.host.physical_bits;
  const bool is_aligned = ((address | size | reinterpret_cast<uintptr_t>(memory)) & (VMP_PAGE_SIZE - 1)) == 0;
  if (!is_inside || !is_aligned || (flags & ~uint32_t{VMP_SLOT_READ_ONLY | VMP_SLOT_LOG_DIRTY}) != 0) {
    char message[120];
    std::snprintf(message, sizeof message, "a slot of 0x%llx bytes at 0x%llx, flags %u",
                  static_cast<unsigned long long>(size), static_cast<unsigned long long>(address), flags);
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "SLOT_INVALID", message);
  }
  std::lock_guard lock(mutex_);
  const auto next = slots_.lower_bound(address);
  const bool overlaps = (next != slots_.end() && next->first < address + size) ||
                        (next != slots_.begin() && std::prev(next)->first + std::prev(next)->second.size > address);
  if (overlaps) return fail(error, VMP_ERROR_INVALID_ARGUMENT, "SLOT_OVERLAPS", "another slot is there");
  if (free_numbers_.empty() && slots_.size() >= backend_.host.slots) {
    return fail(error, VMP_ERROR_OUT_OF_MEMORY, "SLOTS_USED_UP", "KVM has no more slots for this virtual machine");
  }
  const uint32_t number = free_numbers_.empty() ? static_cast<uint32_t>(slots_.size()) : free_numbers_.back();
  const int32_t result = backend_.calls->kvm_set_user_memory_region(vm_, number, flags, address, size, memory);
  if (result < 0) return fail_call(error, "KVM_SET_USER_MEMORY_REGION", result);
  if (!free_numbers_.empty()) free_numbers_.pop_back();
  slots_.emplace(address, Slot{number, size, flags});
  return VMP_OK;
}

vmp_status VirtualMachine::unmap(uint64_t address, vmp_error *error) {
  std::lock_guard lock(mutex_);
  const auto slot = slots_.find(address);
  if (slot == slots_.end()) return fail(error, VMP_ERROR_NOT_FOUND, "SLOT_UNKNOWN", "no slot begins there");
  free_numbers_.push_back(slot->second.number);
  const int32_t result = backend_.calls->kvm_set_user_memory_region(vm_, slot->second.number, 0, address, 0, nullptr);
  slots_.erase(slot);
  return result < 0 ? fail_call(error, "KVM_SET_USER_MEMORY_REGION", result) : VMP_OK;
}

vmp_status VirtualMachine::dirty(uint64_t address, uint64_t *bits, uint64_t words, vmp_error *error) {
  std::lock_guard lock(mutex_);
  const auto slot = slots_.find(address);
  if (slot == slots_.end()) return fail(error, VMP_ERROR_NOT_FOUND, "SLOT_UNKNOWN", "no slot begins there");
  if ((slot->second.flags & VMP_SLOT_LOG_DIRTY) == 0)
    return fail(error, VMP_ERROR_UNSUPPORTED, "SLOT_NOT_LOGGED", "the slot was mapped without VMP_SLOT_LOG_DIRTY");
  const uint64_t pages = slot->second.size / VMP_PAGE_SIZE;
  if (words < (pages + 63) / 64)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "TOO_SMALL", "a bit for each page is needed");
  const int32_t result = backend_.calls->kvm_get_dirty_log(vm_, slot->second.number, bits);
  return result < 0 ? fail_call(error, "KVM_GET_DIRTY_LOG", result) : VMP_OK;
}

}  // namespace vmp::kvm
