// What an x86-64 processor needs in memory to run a user-mode program without a kernel: page tables, descriptor tables,
// and stubs that turn system calls and faults into exits. One for each virtual machine. The guest runs in ring 3 and
// cannot reach it; what is read back from it is checked all the same.
//
// Guest-virtual is guest-physical: [0, arena) are the address space's pages, in 2 MiB entries that are present once a
// slot lies behind them; the area itself lies at system_base, for ring 0 alone (Intel SDM volume 3, chapters 4, 6, 7).
#pragma once

#include <cstdint>
#include <memory>

#include "core/machine/user_mode/clock_page.h"
#include "vm_plugin/vcpu.h"

namespace vmp {

class SystemArea {
 public:
  static constexpr uint64_t base = uint64_t{1} << 38;            // guest address; arenas end at or below it
  static constexpr uint64_t size = uint64_t{2} << 20;            // bytes
  static constexpr uint32_t largest_vcpus = 64;                  // of one virtual machine
  static constexpr uint64_t large_page = uint64_t{2} << 20;      // what one entry maps
  static constexpr uint16_t system_call_port = 0x40;             // written by the stub that SYSCALL leads to
  static constexpr uint16_t exception_port = 0x60;               // + vector: written by the handlers
  static constexpr uint16_t user_code = 0x2b, user_data = 0x23;  // selectors; STAR's order (volume 2, SYSRET)
  static constexpr uint16_t kernel_code = 0x08, kernel_data = 0x10;
  static constexpr uint32_t vectors = 32;

  // What the processor pushes at an exception (volume 3, section 6.14).
  struct Frame {
    uint64_t rip, cs, rflags, rsp, ss;
  };

  // NULL when the host has no memory.
  static std::unique_ptr<SystemArea> create();
  ~SystemArea();
  SystemArea(const SystemArea &) = delete;
  SystemArea &operator=(const SystemArea &) = delete;

  uint8_t *memory() const { return memory_; }

  // Makes [address, address + bytes) of the arena, multiples of large_page, present for the guest. [any]
  void cover(uint64_t address, uint64_t bytes);

  // The state in which a virtual CPU begins in ring 3: all but its general and vector registers. index < largest_vcpus.
  void initialize(vmp_x86_64_state &state, uint32_t index) const;

  // Where the stubs are.
  static constexpr uint64_t stubs = base + 0x12000;
  static constexpr uint64_t handler_size = 16;         // bytes of each
  static constexpr uint64_t handlers = stubs + 0x100;  // out, ud2: one for each vector
  static constexpr uint64_t return_stub = stubs;       // iretq
  // out, sysretq: in a page that ring 3 may execute, since some hypervisors stay there. A program that jumps to it has
  // made a system call which returns to its rcx.
  static constexpr uint64_t system_call_stub = base + 0x5f000;
  // What ring 3 may read besides: the time, and the code that tells it (vdso(7)).
  static constexpr uint64_t clock_page = base + 0x5d000;
  static constexpr uint64_t vdso = base + 0x5e000;
  ClockPage &clock() const { return *reinterpret_cast<ClockPage *>(memory_ + (clock_page - base)); }

  static constexpr bool is_inside(uint64_t address) { return address >= base && address < base + size; }

  // The frame that an exception of a virtual CPU leaves, and that its return takes: always at the same place.
  Frame &frame(uint32_t index) const;
  static uint64_t frame_address(uint32_t index);

  static constexpr uint64_t root = base;
  // A second root in which nothing of the arena is present but single pages of 4 KiB, to find out where an access goes.
  static constexpr uint64_t probe_root = base + 0x2000;
  static constexpr uint32_t most_probed = 8;
  // Makes these pages, of `count` addresses, the ones that are present there; count <= most_probed. [vcpu]
  void probe(const uint64_t *addresses, uint32_t count);

 private:
  explicit SystemArea(uint8_t *memory) : memory_(memory) {}
  uint64_t *table(uint64_t offset) const { return reinterpret_cast<uint64_t *>(memory_ + offset); }
  void build();

  uint8_t *const memory_;
};

}  // namespace vmp
