// What differs between the guest's architectures: numbers and layouts as data, the signal frame as two functions.
#ifndef VMP_LINUX_ARCHITECTURE_ARCHITECTURE_H
#define VMP_LINUX_ARCHITECTURE_ARCHITECTURE_H

#include <sys/stat.h>
#include <vm_plugin/vcpu.h>

#include <array>
#include <cstdint>
#include <span>

#include "calls/system_call.h"
#include "memory/guest_memory.h"
#include "signals/signal_information.h"

namespace vmp_linux {

// Byte offset and width of each field of the kernel's struct stat; bytes that no field covers are 0.
struct StatLayout {
  struct Field {
    uint8_t offset;
    uint8_t width;
  };
  uint8_t size;
  Field device, inode, mode, links, user, group, special_device, bytes, block_size, blocks;
  Field access_seconds, access_nanoseconds, modify_seconds, modify_nanoseconds, change_seconds, change_nanoseconds;
};

inline constexpr uint64_t kLargestStat = 160;
// Fills layout.size bytes at `to`.
void encode_stat(const StatLayout &layout, const struct stat &from, uint8_t *to);

// What a frame tells of the thread's last exception, on architectures where it does.
struct Trap {
  uint64_t number = 0;
  uint64_t error = 0;
  uint64_t address = 0;  // of the last page fault
};

struct AlternateStack {
  uint64_t base = 0;
  uint32_t flags = 2;  // SS_DISABLE
  uint64_t size = 0;
};

// What a handler's frame is made of besides the registers.
struct SignalFrame {
  SignalInformation information;
  uint64_t handler;
  uint64_t restorer;  // where the architecture's sigaction has one
  uint64_t mask;      // to be restored by rt_sigreturn
  AlternateStack alternate_stack;
  uint64_t stack_top;  // the frame goes below
  Trap trap;
  uint64_t trampoline;  // guest address of the architecture's sigreturn_code
};

// What an exception of the processor's is for the program.
struct SignalCause {
  int number;
  int code;
  uint64_t address;
};

inline constexpr uint64_t kFunctionReturnCall = 0x600;  // number of a call; Linux has none there
// Of function_return_code, behind sigreturn_code in the trampoline's page.
inline constexpr uint64_t kFunctionReturnOffset = 16;

// A function of the C ABI that is to be called.
struct FunctionEntry {
  uint64_t address;
  std::array<uint64_t, 6> arguments;
  uint64_t return_address;
};

struct Architecture {
  uint32_t id;                              // VMP_ARCHITECTURE_*
  const char *name;                         // uname's machine
  const char *platform;                     // AT_PLATFORM, or null
  uint16_t elf_machine;                     // e_machine
  uint32_t address_bits;                    // of a process's address space on Linux
  uint64_t state_size;                      // of the state layout
  bool sigaction_restorer;                  // struct sigaction has sa_restorer
  bool packed_epoll_event;                  // struct epoll_event has no padding before its data
  std::span<const uint8_t> sigreturn_code;  // what a handler returns to, where there is no restorer
  // What a function called by the host returns to: makes kFunctionReturnCall with the function's result as its first
  // argument. Behind it an illegal instruction, for whoever gets there without such a call.
  std::span<const uint8_t> function_return_code;
  bool clone_thread_pointer_first;  // clone(2): its fourth argument is the thread pointer, its fifth the child's id
  StatLayout stat;
  std::span<const CallNumber> calls;  // ascending by number
  // Writes the frame and sets the registers for the handler; false when the stack cannot hold it (then nothing
  // changed). The handler begins with floats and vectors as a new program, where the architecture's Linux has it so.
  bool (*push_signal_frame)(const GuestMemory &memory, void *state, const SignalFrame &frame);
  // Of an exit ILLEGAL_INSTRUCTION, BREAKPOINT or EXCEPTION; all of the state is loaded.
  SignalCause (*exception)(const void *state, const vmp_exit &exit);
  // Of such an exit, or MEMORY_FAULT: `is_mapped` tells whether there is memory at its address. Null: frames tell none.
  void (*record_trap)(Trap &trap, const vmp_exit &exit, bool is_mapped);
  // rt_sigreturn: the registers, the mask and the alternate stack as the frame at the stack pointer has them.
  bool (*pop_signal_frame)(const GuestMemory &memory, void *state, uint64_t &mask, AlternateStack &alternate_stack);
  // The registers as a call of the function leaves them at its first instruction; false when the stack cannot hold the
  // call (then nothing changed).
  bool (*enter_function)(const GuestMemory &memory, void *state, const FunctionEntry &entry);
  // All that a function may change: the general and the vector registers as `from`, a state with both, has them.
  void (*restore_registers)(void *state, const void *from);
};

// Null for one that is not known.
const Architecture *find_architecture(uint32_t id);

extern const Architecture kRiscv64;
extern const Architecture kX86_64;

}  // namespace vmp_linux
#endif
