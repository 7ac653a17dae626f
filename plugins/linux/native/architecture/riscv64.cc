// riscv64: numbers, layouts, and the signal frame of arch/riscv/kernel/signal.c.
#include <csignal>
#include <cstring>

#include "architecture/architecture.h"

namespace vmp_linux {
namespace {

constexpr CallNumber kNumbers[] = {
#define NUMBER(number, name) {number, Call::name},
#include "architecture/riscv64_numbers.def"
#undef NUMBER
};

// arch/riscv/include/uapi/asm/{ucontext,sigcontext,ptrace}.h
struct FloatingPoint {
  uint64_t f[64];  // the first 32 are those of the D extension
  uint32_t reserved[4];
};
struct UserContext {
  uint64_t flags;
  uint64_t link;
  uint64_t stack_base;
  uint32_t stack_flags;
  uint32_t padding;
  uint64_t stack_size;
  uint64_t mask;
  uint8_t unused[120];
  uint64_t alignment;
  uint64_t registers[32];  // pc in the place of x0
  union {
    FloatingPoint q;
    struct {
      uint64_t f[32];
      uint32_t fcsr;
    } d;
  };
};
struct Frame {
  SignalInformation information;
  UserContext context;
};
static_assert(offsetof(UserContext, mask) == 40 && offsetof(UserContext, registers) == 176);
static_assert(sizeof(UserContext) == 960 && sizeof(Frame) == 1088);

constexpr uint64_t kReturnAddress = 1, kStackPointer = 2, kArgument0 = 10;
constexpr uint64_t kNoReservation = ~uint64_t{0};
constexpr uint32_t kFcsrBits = 0xff;

// li a7, 139 (rt_sigreturn); ecall. Unwinders know a signal frame by exactly these two instructions.
constexpr uint8_t kSigreturnCode[] = {0x93, 0x08, 0xb0, 0x08, 0x73, 0x00, 0x00, 0x00};

// li a7, 0x600 (kFunctionReturnCall); ecall; unimp. The result is in a0 already.
static_assert(sizeof kSigreturnCode <= kFunctionReturnOffset);
constexpr uint8_t kFunctionReturnCode[] = {0x93, 0x08, 0x00, 0x60, 0x73, 0x00, 0x00, 0x00, 0x73, 0x10, 0x00, 0xc0};

bool push_signal_frame(const GuestMemory &memory, void *raw_state, const SignalFrame &from) {
  auto &state = *static_cast<vmp_riscv64_state *>(raw_state);
  Frame frame{};
  frame.information = from.information;
  UserContext &context = frame.context;
  context.stack_base = from.alternate_stack.base;
  context.stack_flags = from.alternate_stack.flags;
  context.stack_size = from.alternate_stack.size;
  context.mask = from.mask;
  std::memcpy(context.registers, state.x, sizeof context.registers);
  context.registers[0] = state.pc;
  std::memcpy(context.d.f, state.f, sizeof context.d.f);
  context.d.fcsr = state.fcsr;
  const uint64_t at = (from.stack_top - sizeof frame) & ~uint64_t{15};
  if (at > from.stack_top || !memory.put(GuestPointer(at), frame)) return false;
  state.x[kReturnAddress] = from.trampoline;
  state.x[kStackPointer] = at;
  state.x[kArgument0] = static_cast<uint64_t>(from.information.number);
  state.x[kArgument0 + 1] = at + offsetof(Frame, information);
  state.x[kArgument0 + 2] = at + offsetof(Frame, context);
  state.pc = from.handler;
  state.reservation_address = kNoReservation;
  return true;
}

bool pop_signal_frame(const GuestMemory &memory, void *raw_state, uint64_t &mask, AlternateStack &alternate_stack) {
  auto &state = *static_cast<vmp_riscv64_state *>(raw_state);
  Frame frame;
  if (!memory.get(GuestPointer(state.x[kStackPointer]), frame)) return false;
  const UserContext &context = frame.context;
  state.pc = context.registers[0] & ~uint64_t{1};
  std::memcpy(&state.x[1], &context.registers[1], sizeof context.registers - sizeof context.registers[0]);
  std::memcpy(state.f, context.d.f, sizeof state.f);
  state.fcsr = context.d.fcsr & kFcsrBits;
  state.reservation_address = kNoReservation;
  mask = context.mask;
  alternate_stack = {context.stack_base, context.stack_flags, context.stack_size};
  return true;
}

// RISC-V ELF psABI, "Integer Calling Convention".
bool enter_function(const GuestMemory &, void *raw_state, const FunctionEntry &entry) {
  auto &state = *static_cast<vmp_riscv64_state *>(raw_state);
  std::memcpy(&state.x[kArgument0], entry.arguments.data(), sizeof entry.arguments);
  state.x[kReturnAddress] = entry.return_address;
  state.x[kStackPointer] &= ~uint64_t{15};
  state.pc = entry.address;
  state.reservation_address = kNoReservation;
  return true;
}

void restore_registers(void *raw_state, const void *raw_from) {
  auto &state = *static_cast<vmp_riscv64_state *>(raw_state);
  const auto &from = *static_cast<const vmp_riscv64_state *>(raw_from);
  std::memcpy(state.x, from.x, sizeof state.x);
  state.pc = from.pc;
  std::memcpy(state.f, from.f, sizeof state.f);
  state.fcsr = from.fcsr;
  state.reservation_address = kNoReservation;
}

SignalCause exception(const void *, const vmp_exit &exit) {
  switch (exit.kind) {
    case VMP_EXIT_ILLEGAL_INSTRUCTION:
      return {SIGILL, ILL_ILLOPC, exit.pc};
    case VMP_EXIT_BREAKPOINT:
      return {SIGTRAP, TRAP_BRKPT, exit.pc};
    default:
      return {SIGSEGV, SI_KERNEL, 0};
  }
}

}  // namespace

const Architecture kRiscv64 = {
    .id = VMP_ARCHITECTURE_RISCV64,
    .name = "riscv64",
    .platform = nullptr,  // the kernel gives none
    .elf_machine = 243,   // EM_RISCV
    .address_bits = 38,   // the user half of Sv39
    .state_size = sizeof(vmp_riscv64_state),
    .sigaction_restorer = false,
    .packed_epoll_event = false,
    .sigreturn_code = kSigreturnCode,
    .function_return_code = kFunctionReturnCode,
    .clone_thread_pointer_first = true,
    // include/uapi/asm-generic/stat.h
    .stat = {.size = 128,
             .device = {0, 8},
             .inode = {8, 8},
             .mode = {16, 4},
             .links = {20, 4},
             .user = {24, 4},
             .group = {28, 4},
             .special_device = {32, 8},
             .bytes = {48, 8},
             .block_size = {56, 4},
             .blocks = {64, 8},
             .access_seconds = {72, 8},
             .access_nanoseconds = {80, 8},
             .modify_seconds = {88, 8},
             .modify_nanoseconds = {96, 8},
             .change_seconds = {104, 8},
             .change_nanoseconds = {112, 8}},
    .calls = kNumbers,
    .push_signal_frame = push_signal_frame,
    .exception = exception,
    .record_trap = nullptr,
    .pop_signal_frame = pop_signal_frame,
    .enter_function = enter_function,
    .restore_registers = restore_registers,
};

}  // namespace vmp_linux
