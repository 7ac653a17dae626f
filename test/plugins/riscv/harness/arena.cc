#include "arena.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace harness {
namespace {

constexpr uint64_t guard = 65536;
Arena *current = nullptr;

struct Fault {
  sigjmp_buf back;
  const uint8_t *address;
  bool write;
};
thread_local Fault fault;
thread_local volatile bool guarded = false;

int host_protection(uint32_t protection) {
  int flags = (protection & (VMP_PROTECTION_READ | VMP_PROTECTION_EXECUTE)) != 0 ? PROT_READ : PROT_NONE;
  return (protection & VMP_PROTECTION_WRITE) != 0 ? flags | PROT_READ | PROT_WRITE : flags;
}

void on_fault(int signal, siginfo_t *info, void *context) {
  if (!guarded || !current->holds(info->si_addr)) {
    std::signal(signal, SIG_DFL);
    return;  // not the guest's doing: fault again, and die of it
  }
  constexpr uint64_t write_bit = 2;  // of the page-fault error code
  fault.address = static_cast<const uint8_t *>(info->si_addr);
  fault.write = (static_cast<ucontext_t *>(context)->uc_mcontext.gregs[REG_ERR] & write_bit) != 0;
  siglongjmp(fault.back, 1);
}

const void *service(const vmp_host *, const char *id) {
  static const vmp_memory_service memory = [] {
    vmp_memory_service table{};
    table.struct_size = sizeof table;
    table.find = [](vmp_address_space *, uint64_t address, vmp_area *area) -> vmp_status {
      return current->find(address, area) ? VMP_OK : VMP_ERROR_NOT_FOUND;
    };
    return table;
  }();
  return std::strcmp(id, VMP_MEMORY_SERVICE) == 0 ? &memory : nullptr;
}

}  // namespace

Arena::Arena(uint64_t size) {
  void *memory = mmap(nullptr, size + 2 * guard, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("arena");
    std::exit(2);
  }
  space_.struct_size = sizeof space_;
  space_.kind = VMP_SPACE_ARENA;
  space_.base = static_cast<uint8_t *>(memory) + guard;
  space_.size = size;
  space_.id = 1;
}

Arena::~Arena() { munmap(space_.base - guard, space_.size + 2 * guard); }

bool Arena::holds(const void *host_address) const {
  const auto *address = static_cast<const uint8_t *>(host_address);
  return address >= space_.base - guard && address < space_.base + space_.size + guard;
}

void Arena::apply(uint64_t address, uint64_t size, uint32_t protection) {
  const std::lock_guard lock(mutex_);
  for (uint64_t page = address; page < address + size; page += VMP_PAGE_SIZE) {
    pages_[page] = protection;
  }
  invalidate_code();
}

void Arena::map(uint64_t address, uint64_t size, uint32_t protection, int file) {
  const int flags = MAP_FIXED | (file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED);
  mmap(space_.base + address, size, host_protection(protection), flags, file, 0);
  apply(address, size, protection);
}

void Arena::unmap(uint64_t address, uint64_t size) {
  mmap(space_.base + address, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
  const std::lock_guard lock(mutex_);
  for (uint64_t page = address; page < address + size; page += VMP_PAGE_SIZE) {
    pages_.erase(page);
  }
  invalidate_code();
}

void Arena::protect(uint64_t address, uint64_t size, uint32_t protection) {
  mprotect(space_.base + address, size, host_protection(protection));
  apply(address, size, protection);
}

bool Arena::find(uint64_t address, vmp_area *area) {
  const std::lock_guard lock(mutex_);
  const auto page = pages_.lower_bound(address - address % VMP_PAGE_SIZE);
  if (page == pages_.end()) {
    return false;
  }
  *area = {page->first, VMP_PAGE_SIZE, page->second, 0, 0};
  return true;
}

void Arena::populate(uint64_t address, const void *from, uint64_t size) {
  const auto *bytes = static_cast<const uint8_t *>(from);
  while (size > 0) {
    const uint64_t page = address - address % VMP_PAGE_SIZE;
    const uint64_t part = std::min<uint64_t>(size, page + VMP_PAGE_SIZE - address);
    mprotect(space_.base + page, VMP_PAGE_SIZE, PROT_READ | PROT_WRITE);
    std::memcpy(space_.base + address, bytes, part);
    mprotect(space_.base + page, VMP_PAGE_SIZE, host_protection(pages_.at(page)));
    address += part, bytes += part, size -= part;
  }
}

std::vector<uint8_t> Arena::read(uint64_t address, uint64_t size) {
  uint64_t readable = 0;
  vmp_area area;
  while (readable < size && find(address + readable, &area) && area.address <= address + readable &&
         (area.protection & VMP_PROTECTION_READ) != 0) {
    readable = std::min(size, area.address + VMP_PAGE_SIZE - address);
  }
  return {space_.base + address, space_.base + address + readable};
}

const vmp_host *host(Arena *arena) {
  static const vmp_host table = {sizeof table, VMP_ABI_MAJOR, VMP_ABI_MINOR, service, nullptr};
  current = arena;
  return &table;
}

void install_fault_handler() {
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSEGV, &action, nullptr);
  sigaction(SIGBUS, &action, nullptr);
}

void run_guarded(const vmp_arch_simulator *simulator, void *self, vmp_vcpu *vcpu, uint64_t budget) {
  if (sigsetjmp(fault.back, 1) == 0) {  // with the mask: ThreadSanitizer's handlers block all signals
    guarded = true;
    simulator->run(self, vcpu, budget);
    guarded = false;
    return;
  }
  guarded = false;
  const auto *state =
      reinterpret_cast<const vmp_riscv64_state *>(reinterpret_cast<uint8_t *>(vcpu) + VMP_VCPU_STATE_OFFSET);
  vcpu->exit = {};
  vcpu->exit.kind = VMP_EXIT_MEMORY_FAULT;
  vcpu->exit.pc = state->pc;
  vcpu->exit.u.memory.address = static_cast<uint64_t>(fault.address - current->space()->base);
  vcpu->exit.u.memory.access = fault.write ? VMP_PROTECTION_WRITE : VMP_PROTECTION_READ;
}

}  // namespace harness
