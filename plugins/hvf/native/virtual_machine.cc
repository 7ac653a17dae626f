#include "virtual_machine.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <mutex>

namespace vmp::hvf {
namespace {

constexpr uint32_t read_only = VMP_HVF_MEMORY_READ | VMP_HVF_MEMORY_EXECUTE;
constexpr uint32_t everything = read_only | VMP_HVF_MEMORY_WRITE;

// A process has one virtual machine of the framework's. It lives until its last user here has gone.
std::mutex process_mutex;
uint32_t process_users = 0;

int32_t acquire_process_machine(const vmp_hypervisor_service &calls) {
  std::lock_guard lock(process_mutex);
  constexpr int32_t busy = static_cast<int32_t>(0xfae94002);
  if (process_users != 0 && calls.hvf_space_create == nullptr) return busy;
  if (process_users == 0) {
    if (const int32_t result = calls.hvf_vm_create(); result != 0) return result;
  }
  ++process_users;
  return 0;
}

void release_process_machine(const vmp_hypervisor_service &calls) {
  std::lock_guard lock(process_mutex);
  if (--process_users == 0) calls.hvf_vm_destroy();
}

}  // namespace

VirtualMachine *VirtualMachine::create(Backend &backend, vmp_error *error) {
  const vmp_hypervisor_service &calls = *backend.calls;
  if (const int32_t result = acquire_process_machine(calls); result != 0) {
    fail_call(error, "hv_vm_create", result);
    return nullptr;
  }
  uint32_t space = 0;
  if (calls.hvf_space_create != nullptr) {
    if (const int32_t result = calls.hvf_space_create(&space); result != 0) {
      release_process_machine(calls);
      fail_call(error, "hv_vm_space_create", result);
      return nullptr;
    }
  }
  return new VirtualMachine(backend, space);
}

VirtualMachine::~VirtualMachine() {
  const vmp_hypervisor_service &calls = *backend_.calls;
  for (const auto &[address, slot] : slots_) calls.hvf_unmap(space_, address, slot.size);
  if (calls.hvf_space_destroy != nullptr) calls.hvf_space_destroy(space_);
  release_process_machine(calls);
}

vmp_status VirtualMachine::map(uint64_t address, void *memory, uint64_t size, uint32_t flags, vmp_error *error) {
  const bool is_inside =
      size != 0 && address + size > address && address + size <= uint64_t{1} << backend_.host.physical_bits;
  const bool is_aligned = ((address | size | reinterpret_cast<uintptr_t>(memory)) & (backend_.page_size - 1)) == 0;
  if (!is_inside || !is_aligned || (flags & ~uint32_t{VMP_SLOT_READ_ONLY | VMP_SLOT_LOG_DIRTY}) != 0) {
    char message[160];
    std::snprintf(message, sizeof message, "a slot of 0x%llx bytes at 0x%llx, flags %u; pages here have 0x%llx bytes",
                  static_cast<unsigned long long>(size), static_cast<unsigned long long>(address), flags,
                  static_cast<unsigned long long>(backend_.page_size));
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "SLOT_INVALID", message);
  }
  std::unique_lock lock(mutex_);
  const auto next = slots_.lower_bound(address);
  const bool overlaps = (next != slots_.end() && next->first < address + size) ||
                        (next != slots_.begin() && std::prev(next)->first + std::prev(next)->second.size > address);
  if (overlaps) return fail(error, VMP_ERROR_INVALID_ARGUMENT, "SLOT_OVERLAPS", "another slot is there");
  const int32_t result = backend_.calls->hvf_map(space_, memory, address, size, flags == 0 ? everything : read_only);
  if (result != 0) return fail_call(error, "hv_vm_map", result);
  const bool logs = (flags & VMP_SLOT_LOG_DIRTY) != 0;
  const uint64_t words = logs ? (size / VMP_PAGE_SIZE + 63) / 64 : 0;
  slots_.emplace(address, Slot{static_cast<uint8_t *>(memory), size, flags, std::vector<uint64_t>(words)});
  return VMP_OK;
}

vmp_status VirtualMachine::unmap(uint64_t address, vmp_error *error) {
  std::unique_lock lock(mutex_);
  const auto slot = slots_.find(address);
  if (slot == slots_.end()) return fail(error, VMP_ERROR_NOT_FOUND, "SLOT_UNKNOWN", "no slot begins there");
  const int32_t result = backend_.calls->hvf_unmap(space_, address, slot->second.size);
  if (result != 0) return fail_call(error, "hv_vm_unmap", result);
  slots_.erase(slot);
  return VMP_OK;
}

// The pages are protected before their bits are handed out: a write that comes meanwhile waits for the lock and is
// noted for the next call.
vmp_status VirtualMachine::dirty(uint64_t address, uint64_t *bits, uint64_t words, vmp_error *error) {
  std::unique_lock lock(mutex_);
  const auto found = slots_.find(address);
  if (found == slots_.end()) return fail(error, VMP_ERROR_NOT_FOUND, "SLOT_UNKNOWN", "no slot begins there");
  Slot &slot = found->second;
  if ((slot.flags & VMP_SLOT_LOG_DIRTY) == 0)
    return fail(error, VMP_ERROR_UNSUPPORTED, "SLOT_NOT_LOGGED", "the slot was mapped without VMP_SLOT_LOG_DIRTY");
  if (words < slot.written.size())
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "TOO_SMALL", "a bit for each page is needed");
  const int32_t result = backend_.calls->hvf_protect(space_, address, slot.size, read_only);
  if (result != 0) return fail_call(error, "hv_vm_protect", result);
  std::copy(slot.written.begin(), slot.written.end(), bits);
  std::fill(slot.written.begin(), slot.written.end(), 0);
  return VMP_OK;
}

// With the lock held.
VirtualMachine::Slot *VirtualMachine::find(uint64_t address, uint64_t size, uint64_t &offset) {
  auto slot = slots_.upper_bound(address);
  if (slot == slots_.begin()) return nullptr;
  --slot;
  offset = address - slot->first;
  return offset < slot->second.size && size <= slot->second.size - offset ? &slot->second : nullptr;
}

// With the lock held for writing. All pages of the contract's that one page of the host's holds.
void VirtualMachine::note_write(uint64_t start, Slot &slot, uint64_t offset) {
  const uint64_t first = offset & ~(backend_.page_size - 1);
  for (uint64_t at = first; at < first + backend_.page_size; at += VMP_PAGE_SIZE)
    slot.written[at / VMP_PAGE_SIZE / 64] |= uint64_t{1} << at / VMP_PAGE_SIZE % 64;
  backend_.calls->hvf_protect(space_, start + first, backend_.page_size, everything);
}

int32_t VirtualMachine::read(uint64_t address, void *to, uint64_t size) {
  std::shared_lock lock(mutex_);
  uint64_t offset = 0;
  const Slot *slot = find(address, size, offset);
  return slot == nullptr ? 1 : backend_.calls->copy_memory(to, slot->memory + offset, size);
}

int32_t VirtualMachine::write(uint64_t address, const void *from, uint64_t size) {
  std::unique_lock lock(mutex_);
  uint64_t offset = 0;
  Slot *slot = find(address, size, offset);
  if (slot == nullptr || (slot->flags & VMP_SLOT_READ_ONLY) != 0) return 1;
  const int32_t result = backend_.calls->copy_memory(slot->memory + offset, from, size);
  if (result == 0 && !slot->written.empty()) note_write(address - offset, *slot, offset);
  return result;
}

VirtualMachine::Refusal VirtualMachine::explain(uint64_t address, bool is_write) {
  std::unique_lock lock(mutex_);
  uint64_t offset = 0;
  Slot *slot = find(address, 1, offset);
  if (slot == nullptr || (is_write && (slot->flags & VMP_SLOT_READ_ONLY) != 0)) return Refusal::device;
  if (!is_write || slot->written.empty()) return Refusal::allowed;
  const uint64_t page = offset / VMP_PAGE_SIZE;
  const bool was_noted = (slot->written[page / 64] >> page % 64 & 1) != 0;
  note_write(address - offset, *slot, offset);
  return was_noted ? Refusal::allowed : Refusal::first_write;
}

}  // namespace vmp::hvf
