// A memory, a run and an empty address space of it.
#pragma once

#include <cstring>
#include <memory>
#include <stdexcept>

#include "core/error.h"
#include "core/machine/address_space.h"
#include "core/machine/machine.h"

namespace check {

constexpr uint64_t page = VMP_PAGE_SIZE;
constexpr uint32_t read_write = VMP_PROTECTION_READ | VMP_PROTECTION_WRITE;

struct Fixture {
  // memory_limit: pages that the run may have; 0: no limit.
  explicit Fixture(uint64_t memory_pages, uint64_t space_pages = 1 << 20, uint64_t memory_limit = 0)
      : run(std::make_shared<vmp::Run>(1, vmp::RunLimits{memory_limit * page, 0, 0})) {
    vmp_error error = vmp::make_error();
    // Only the reports of limits go to a machine.
    machine = vmp::Machine::create(
        page, [](vmp::RunEvent &&) {}, &error);
    memory = vmp::GuestMemory::create(memory_pages * page, &error);
    if (machine == nullptr || memory == nullptr) throw std::runtime_error(error.message);
    space = make(space_pages * page);
  }

  uint64_t allocated() const { return memory->layout().allocated.load() / page; }
  // Whether the run has been charged for exactly what is handed out: no more than its limit is left, and no less.
  bool is_balanced(uint64_t limit_pages) const {
    const uint64_t left = (limit_pages - allocated()) * page;
    if (run->charge_memory(left + page)) return false;
    if (!run->charge_memory(left)) return false;
    run->credit_memory(left);
    return true;
  }
  vmp_status map(uint64_t at, uint64_t pages, uint32_t protection = read_write, uint32_t flags = 0) {
    return space->map(at * page, pages * page, protection, flags, 0, nullptr);
  }
  std::unique_ptr<vmp::AddressSpace> fork(vmp::AddressSpace &parent) {
    auto child = make(parent.layout()->size);
    if (parent.fork_to(*child, nullptr) != VMP_OK) throw std::runtime_error("fork_to refuses");
    return child;
  }

  std::shared_ptr<vmp::Run> run;
  std::shared_ptr<vmp::Machine> machine;
  std::shared_ptr<vmp::GuestMemory> memory;
  std::unique_ptr<vmp::AddressSpace> space;

 private:
  std::unique_ptr<vmp::AddressSpace> make(uint64_t size) {
    vmp_error error = vmp::make_error();
    std::unique_ptr<vmp::AddressSpace> made;
    vmp::AddressSpace::create(machine.get(), run, memory, next_id++, size, arenas, made, &error);
    if (made == nullptr) throw std::runtime_error(error.message);
    return made;
  }
  uint64_t next_id = 1;
  const std::shared_ptr<vmp::ArenaPool> arenas = std::make_shared<vmp::ArenaPool>(0, [](uint8_t *) {});
};

}  // namespace check
