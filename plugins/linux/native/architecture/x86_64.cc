// x86-64: numbers, layouts, and the signal frame of arch/x86/kernel/signal_64.c.
#include <algorithm>
#include <csignal>
#include <cstring>

#include "architecture/architecture.h"

namespace vmp_linux {
namespace {

constexpr CallNumber kNumbers[] = {
#define NUMBER(number, name) {number, Call::name},
#include "architecture/x86_64_numbers.def"
#undef NUMBER
};

// arch/x86/include/uapi/asm/stat.h
constexpr StatLayout kStat = {.size = 144,
                              .device = {0, 8},
                              .inode = {8, 8},
                              .mode = {24, 4},
                              .links = {16, 8},
                              .user = {28, 4},
                              .group = {32, 4},
                              .special_device = {40, 8},
                              .bytes = {48, 8},
                              .block_size = {56, 8},
                              .blocks = {64, 8},
                              .access_seconds = {72, 8},
                              .access_nanoseconds = {80, 8},
                              .modify_seconds = {88, 8},
                              .modify_nanoseconds = {96, 8},
                              .change_seconds = {104, 8},
                              .change_nanoseconds = {112, 8}};

#if defined(__x86_64__)
constexpr bool is_at(StatLayout::Field field, size_t offset, size_t width) {
  return field.offset == offset && field.width == width;
}
#define IS_AT(field, member) is_at(kStat.field, offsetof(struct stat, member), sizeof(((struct stat *)nullptr)->member))
static_assert(kStat.size == sizeof(struct stat));
static_assert(IS_AT(device, st_dev) && IS_AT(inode, st_ino) && IS_AT(mode, st_mode) && IS_AT(links, st_nlink));
static_assert(IS_AT(user, st_uid) && IS_AT(group, st_gid) && IS_AT(special_device, st_rdev) && IS_AT(bytes, st_size));
static_assert(IS_AT(block_size, st_blksize) && IS_AT(blocks, st_blocks));
static_assert(IS_AT(access_seconds, st_atim.tv_sec) && IS_AT(access_nanoseconds, st_atim.tv_nsec));
static_assert(IS_AT(modify_seconds, st_mtim.tv_sec) && IS_AT(modify_nanoseconds, st_mtim.tv_nsec));
static_assert(IS_AT(change_seconds, st_ctim.tv_sec) && IS_AT(change_nanoseconds, st_ctim.tv_nsec));
#undef IS_AT
#endif

// arch/x86/include/uapi/asm/{ucontext,sigcontext}.h
struct SignalContext {
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, flags;
  uint16_t cs, gs, fs, ss;
  uint64_t error, trap, old_mask, cr2;
  uint64_t vector_state;  // guest address, or 0
  uint64_t reserved[8];
};
struct UserContext {
  uint64_t flags;
  uint64_t link;
  uint64_t stack_base;
  uint32_t stack_flags;
  uint32_t padding;
  uint64_t stack_size;
  SignalContext registers;
  uint64_t mask;
};
struct Frame {
  uint64_t return_address;
  UserContext context;
  SignalInformation information;
};
static_assert(sizeof(SignalContext) == 256 && offsetof(UserContext, registers) == 40 && sizeof(UserContext) == 304);
static_assert(offsetof(Frame, information) == 312 && sizeof(Frame) == 440);

constexpr uint64_t kContextFlags = 7;                    // UC_FP_XSTATE, UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS
constexpr uint64_t kRedZone = 128;                       // System V ABI, AMD64 supplement, section 3.2.2
constexpr uint64_t kHandlerFlags = 0x10500;              // what a handler begins without: RF DF TF
constexpr uint16_t kUserCode = 0x33, kUserStack = 0x2b;  // as the kernel's are, whatever the engine has

// What follows the legacy part of an XSAVE area in a frame (struct _fpx_sw_bytes, at its end), and the area itself.
struct SoftwareBytes {
  uint32_t magic, extended_size;
  uint64_t components;
  uint32_t size;
  uint32_t padding[7];
};
constexpr uint32_t kMagicBegin = 0x46505853, kMagicEnd = 0x46505845;
constexpr uint64_t kSoftwareOffset = 464, kLegacySize = 512, kHeaderSize = 64;
constexpr uint64_t kVectorAlignment = 64;

// mov rdi, rax; mov eax, 0x600 (kFunctionReturnCall); syscall; ud2.
constexpr uint8_t kFunctionReturnCode[] = {0x48, 0x89, 0xc7, 0xb8, 0x00, 0x06, 0x00, 0x00, 0x0f, 0x05, 0x0f, 0x0b};

bool push_vectors(const GuestMemory &memory, const vmp_x86_64_state &state, uint64_t &stack) {
  const uint64_t size = state.xsave_size;
  const uint64_t at = (stack - size - sizeof kMagicEnd) & ~(kVectorAlignment - 1);
  SoftwareBytes software{};
  software.magic = kMagicBegin;
  software.extended_size = static_cast<uint32_t>(size + sizeof kMagicEnd);
  software.components = state.xcr0;
  software.size = static_cast<uint32_t>(size);
  if (at > stack || !memory.write(GuestPointer(at), state.xsave, size) ||
      !memory.put(GuestPointer(at + kSoftwareOffset), software) || !memory.put(GuestPointer(at + size), kMagicEnd)) {
    return false;
  }
  stack = at;
  return true;
}

// A frame that a program has made may have the legacy part alone, or nothing that can be loaded.
bool pop_vectors(const GuestMemory &memory, vmp_x86_64_state &state, uint64_t at) {
  if (at == 0) return true;
  const uint64_t size = state.xsave_size;
  SoftwareBytes software;
  if (!memory.get(GuestPointer(at + kSoftwareOffset), software)) return false;
  uint32_t end = 0;
  const bool is_extended = software.magic == kMagicBegin && software.size == size &&
                           memory.get(GuestPointer(at + size), end) && end == kMagicEnd;
  if (!memory.read(GuestPointer(at), state.xsave, is_extended ? size : kLegacySize)) return false;
  std::memset(state.xsave + kSoftwareOffset, 0, kLegacySize - kSoftwareOffset);
  uint64_t header[kHeaderSize / sizeof(uint64_t)] = {};
  std::memcpy(header, state.xsave + kLegacySize, sizeof header[0]);
  header[0] = is_extended ? header[0] & state.xcr0 : 3;
  std::memcpy(state.xsave + kLegacySize, header, sizeof header);
  uint32_t control = 0;
  constexpr uint64_t kControlOffset = 24;  // MXCSR, whose reserved bits fault
  std::memcpy(&control, state.xsave + kControlOffset, sizeof control);
  control &= 0xffff;
  std::memcpy(state.xsave + kControlOffset, &control, sizeof control);
  return true;
}

// As in fpu__clear_user_states: the control words are those of a new program, and all registers are 0.
void reset_vectors(vmp_x86_64_state &state) {
  if (state.xsave_size == 0) return;
  constexpr uint16_t kControl = 0x37f;
  constexpr uint32_t kVectorControl = 0x1f80;
  constexpr uint64_t kLegacyComponents = 3;
  std::memset(state.xsave, 0, state.xsave_size);
  std::memcpy(state.xsave, &kControl, sizeof kControl);
  std::memcpy(state.xsave + 24, &kVectorControl, sizeof kVectorControl);
  std::memcpy(state.xsave + kLegacySize, &kLegacyComponents, sizeof kLegacyComponents);
}

bool push_signal_frame(const GuestMemory &memory, void *raw_state, const SignalFrame &from) {
  auto &state = *static_cast<vmp_x86_64_state *>(raw_state);
  const uint64_t *gpr = state.gpr;
  uint64_t stack = from.stack_top == gpr[4] ? from.stack_top - kRedZone : from.stack_top;
  if (stack > from.stack_top) return false;
  // Not even a part below the alternate stack.
  const AlternateStack &alternate = from.alternate_stack;
  constexpr uint32_t kDisabled = 2;
  const bool is_alternate = (alternate.flags & kDisabled) == 0 && from.stack_top > alternate.base &&
                            from.stack_top - alternate.base <= alternate.size;
  const uint64_t whole = state.xsave_size + kVectorAlignment + sizeof kMagicEnd + sizeof(Frame) + 16;
  if (is_alternate && stack - alternate.base < whole) return false;
  Frame frame{};
  if (state.xsave_size != 0) {
    if (!push_vectors(memory, state, stack)) return false;
    frame.context.registers.vector_state = stack;
  }
  frame.return_address = from.restorer;
  frame.information = from.information;
  UserContext &context = frame.context;
  context.flags = kContextFlags;
  context.stack_base = from.alternate_stack.base;
  context.stack_flags = from.alternate_stack.flags;
  context.stack_size = from.alternate_stack.size;
  context.mask = from.mask;
  SignalContext &to = context.registers;
  std::memcpy(&to.r8, gpr + 8, 8 * sizeof gpr[0]);
  to.rdi = gpr[7];
  to.rsi = gpr[6];
  to.rbp = gpr[5];
  to.rbx = gpr[3];
  to.rdx = gpr[2];
  to.rax = gpr[0];
  to.rcx = gpr[1];
  to.rsp = gpr[4];
  to.rip = state.rip;
  to.flags = state.rflags;
  to.cs = kUserCode;
  to.ss = kUserStack;
  to.trap = from.trap.number;
  to.error = from.trap.error;
  to.cr2 = from.trap.address;
  // As if the handler had been called: its return address is where a multiple of 16 was.
  const uint64_t at = ((stack - sizeof frame) & ~uint64_t{15}) - sizeof frame.return_address;
  if (at > stack || !memory.put(GuestPointer(at), frame)) return false;
  reset_vectors(state);
  state.gpr[0] = 0;
  state.gpr[7] = static_cast<uint64_t>(from.information.number);
  state.gpr[6] = at + offsetof(Frame, information);
  state.gpr[2] = at + offsetof(Frame, context);
  state.gpr[4] = at;
  state.rip = from.handler;
  state.rflags &= ~kHandlerFlags;
  return true;
}

bool pop_signal_frame(const GuestMemory &memory, void *raw_state, uint64_t &mask, AlternateStack &alternate_stack) {
  auto &state = *static_cast<vmp_x86_64_state *>(raw_state);
  Frame frame;
  // RET has taken the return address.
  if (!memory.get(GuestPointer(state.gpr[4] - sizeof frame.return_address), frame)) return false;
  const SignalContext &from = frame.context.registers;
  if (state.xsave_size != 0 && !pop_vectors(memory, state, from.vector_state)) return false;
  std::memcpy(state.gpr + 8, &from.r8, 8 * sizeof state.gpr[0]);
  state.gpr[7] = from.rdi;
  state.gpr[6] = from.rsi;
  state.gpr[5] = from.rbp;
  state.gpr[3] = from.rbx;
  state.gpr[2] = from.rdx;
  state.gpr[0] = from.rax;
  state.gpr[1] = from.rcx;
  state.gpr[4] = from.rsp;
  state.rip = from.rip;
  state.rflags = from.flags;
  mask = frame.context.mask;
  alternate_stack = {frame.context.stack_base, frame.context.stack_flags, frame.context.stack_size};
  return true;
}

// System V ABI, AMD64 supplement, section 3.2.
bool enter_function(const GuestMemory &memory, void *raw_state, const FunctionEntry &entry) {
  auto &state = *static_cast<vmp_x86_64_state *>(raw_state);
  const uint64_t stack = state.gpr[4];
  const uint64_t at = ((stack - kRedZone) & ~uint64_t{15}) - sizeof entry.return_address;
  if (at > stack || !memory.put(GuestPointer(at), entry.return_address)) return false;
  constexpr size_t kArguments[] = {7, 6, 2, 1, 8, 9};  // rdi rsi rdx rcx r8 r9
  for (size_t i = 0; i < std::size(kArguments); ++i) state.gpr[kArguments[i]] = entry.arguments[i];
  state.gpr[0] = 0;  // no vector registers hold arguments of one with an ellipsis
  state.gpr[4] = at;
  state.rip = entry.address;
  state.rflags &= ~kHandlerFlags;
  return true;
}

void restore_registers(void *raw_state, const void *raw_from) {
  auto &state = *static_cast<vmp_x86_64_state *>(raw_state);
  const auto &from = *static_cast<const vmp_x86_64_state *>(raw_from);
  std::memcpy(state.gpr, from.gpr, sizeof state.gpr);
  state.rip = from.rip;
  state.rflags = from.rflags;
  state.xcr0 = from.xcr0;
  state.xsave_size = from.xsave_size;
  std::memcpy(state.xsave, from.xsave, sizeof state.xsave);
}

// Intel SDM volume 1, sections 8.5 and 11.5.2: the lowest flag that is on and not masked says why.
int float_code(uint32_t flags) {
  constexpr uint32_t kInvalid = 1, kDenormal = 2, kZeroDivide = 4, kOverflow = 8, kUnderflow = 16, kPrecision = 32;
  if ((flags & kInvalid) != 0) return FPE_FLTINV;
  if ((flags & kZeroDivide) != 0) return FPE_FLTDIV;
  if ((flags & kOverflow) != 0) return FPE_FLTOVF;
  if ((flags & (kUnderflow | kDenormal)) != 0) return FPE_FLTUND;
  return (flags & kPrecision) != 0 ? FPE_FLTRES : 0;
}

// arch/x86/kernel/traps.c
SignalCause exception(const void *raw_state, const vmp_exit &exit) {
  const auto &state = *static_cast<const vmp_x86_64_state *>(raw_state);
  if (exit.kind == VMP_EXIT_ILLEGAL_INSTRUCTION) return {SIGILL, ILL_ILLOPN, exit.pc};
  if (exit.kind == VMP_EXIT_BREAKPOINT) return {SIGTRAP, SI_KERNEL, 0};
  constexpr uint64_t kTrapFlag = 0x100;
  uint16_t control = 0, status = 0;
  uint32_t vector_control = 0;
  std::memcpy(&control, state.xsave, sizeof control);
  std::memcpy(&status, state.xsave + 2, sizeof status);
  std::memcpy(&vector_control, state.xsave + 24, sizeof vector_control);
  switch (exit.u.exception.vector) {
    case 0:  // divide error
      return {SIGFPE, FPE_INTDIV, exit.pc};
    case 1:  // debug: a step, or INT1
      return {SIGTRAP, (state.rflags & kTrapFlag) != 0 ? TRAP_TRACE : TRAP_BRKPT, exit.pc};
    case 11:  // segment not present
    case 12:  // stack segment: also an address that is not canonical
      return {SIGBUS, SI_KERNEL, 0};
    case 16:  // x87
      return {SIGFPE, float_code(status & ~control), exit.pc};
    case 17:  // alignment
      return {SIGBUS, BUS_ADRALN, 0};
    case 19:  // vectors; the masks are seven bits above their flags
      return {SIGFPE, float_code(vector_control & ~(vector_control >> 7)), exit.pc};
    default:
      return {SIGSEGV, SI_KERNEL, 0};
  }
}

// SDM volume 3, sections 6.15 and 4.7. Whether a page was there for a forbidden access is taken from its mapping.
void record_trap(Trap &trap, const vmp_exit &exit, bool is_mapped) {
  constexpr uint64_t kPresent = 1, kWrite = 2, kUser = 4, kFetch = 16;
  switch (exit.kind) {
    case VMP_EXIT_ILLEGAL_INSTRUCTION:
      trap.number = 6;
      trap.error = 0;
      break;
    case VMP_EXIT_BREAKPOINT:
      trap.number = 3;
      trap.error = 0;
      break;
    case VMP_EXIT_MEMORY_FAULT: {
      const uint32_t access = exit.u.memory.access;
      trap.number = 14;
      trap.error = kUser | (is_mapped ? kPresent : 0) | ((access & VMP_PROTECTION_WRITE) != 0 ? kWrite : 0) |
                   ((access & VMP_PROTECTION_EXECUTE) != 0 ? kFetch : 0);
      trap.address = exit.u.memory.address;
      break;
    }
    default:
      trap.number = exit.u.exception.vector;
      trap.error = exit.u.exception.error_code;
      break;
  }
}

}  // namespace

const Architecture kX86_64 = {
    .id = VMP_ARCHITECTURE_X86_64,
    .name = "x86_64",
    .platform = "x86_64",
    .elf_machine = 62,  // EM_X86_64
    .address_bits = 47,
    .state_size = sizeof(vmp_x86_64_state),
    .sigaction_restorer = true,
    .packed_epoll_event = true,
    .sigreturn_code = {},
    .function_return_code = kFunctionReturnCode,
    .clone_thread_pointer_first = false,
    .stat = kStat,
    .calls = kNumbers,
    .push_signal_frame = push_signal_frame,
    .exception = exception,
    .record_trap = record_trap,
    .pop_signal_frame = pop_signal_frame,
    .enter_function = enter_function,
    .restore_registers = restore_registers,
};

}  // namespace vmp_linux
