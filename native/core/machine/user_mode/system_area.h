// What an x86-64 processor needs in memory to run a user-mode program without a kernel: page tables, descriptor tables,
// and stubs that turn system calls and faults into exits. One for each virtual machine. The guest runs in ring 3 and
// cannot reach it; what is read back from it is checked all the same.
//
// Guest-virtual is guest-physical: [0, arena) are the address space's pages, in 2 MiB entries that are present once a
// slot lies behind them; the area itself lies at system_base, for ring 0 alone (Intel SDM volume 3, chapters 4, 6, 7).
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/machine/user_mode/call_stub.h"
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

  // NULL when the host has no memory. Ring 3 may use the stub of system calls, until forbid_stub.
  static std::unique_ptr<SystemArea> create();
  // [control] Before a program runs, and initialize again.
  void forbid_stub();
  bool stub_is_forbidden() const { return stub_is_forbidden_; }
  // [control] No virtual CPU is in it: everything of the host's own is as it was made, for the next program.
  void restore();
  // [vcpu] What the stub of system calls answers by itself. No virtual CPU runs in it.
  void set_answers(std::span<const vmp_call_answer> answers);
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
  // A CallStub: in a page that ring 3 may execute, where a hypervisor stays there; a program that jumps to it has
  // made a system call which returns to its rcx. Where the hypervisor changes to ring 0, it is for ring 0 alone.
  static constexpr uint64_t system_call_stub = base + 0x5f000;
  static constexpr uint64_t system_call_exit = system_call_stub + CallStub::leave;  // out, sysretq
  static constexpr uint64_t ring_test = system_call_stub + 0xff0;  // syscall: finds out which of the two
  // What ring 3 may read besides: the time, and the code that tells it (vdso(7)).
  static constexpr uint64_t clock_page = base + 0x5d000;
  static constexpr uint64_t vdso = base + 0x5e000;
  ClockPage &clock() const { return *reinterpret_cast<ClockPage *>(memory_ + (clock_page - base)); }

  // Where an exit is the host's own code's, not the program's: which may read and execute the pages for ring 3 too.
  static constexpr bool is_in_stub(uint64_t address) {
    constexpr uint64_t out_size = 2, page = 0x1000;
    return (address >= stubs && address < stubs + page) || address == system_call_stub || address == system_call_exit ||
           address == system_call_exit + out_size;
  }
  // Of these instructions none leaves the processor, so that only an interruption is found there.
  static constexpr bool is_in_call_stub(uint64_t address) {
    return address >= system_call_stub && address < system_call_stub + CallStub::code_size;
  }
  // The number of the system call that was interrupted there.
  uint64_t interrupted_call(uint64_t address, uint64_t rax) const {
    return CallStub::number_at(memory_ + (system_call_stub - base), address - system_call_stub, rax);
  }

  // The frame that an exception of a virtual CPU leaves, and that its return takes: always at the same place.
  Frame &frame(uint32_t index) const;
  static uint64_t frame_address(uint32_t index);

  static constexpr uint64_t root = base;
  // A second root in which nothing of the arena is present but single pages of 4 KiB, to find out where an access goes.
  static constexpr uint64_t probe_root = base + 0x2000;
  // An instruction's code and data, each across two pages: sixteen elements of a gather are the most.
  static constexpr uint32_t most_probed = 40;
  struct ProbedPage {
    uint64_t address;
    uint32_t access;  // VMP_PROTECTION_*: only one for writing can be written
  };
  // Makes these pages the ones that are present there; most_probed at most. [vcpu]
  void probe(std::span<const ProbedPage> pages);

 private:
  explicit SystemArea(uint8_t *memory) : memory_(memory) {}
  uint64_t *table(uint64_t offset) const { return reinterpret_cast<uint64_t *>(memory_ + offset); }
  void build();

  uint8_t *const memory_;
  bool stub_is_forbidden_ = false;
};

}  // namespace vmp
