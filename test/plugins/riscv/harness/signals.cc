#include "signals.h"

#include <csignal>
#include <cstring>

namespace harness {
namespace {

// struct rt_sigframe of arch/riscv/kernel/signal.c: siginfo, then ucontext, whose registers begin with pc.
constexpr uint64_t siginfo_size = 128;
constexpr uint64_t registers_at = siginfo_size + 176;
constexpr uint64_t frame_size = 2048;

struct Signal {
  int number;
  uint64_t address;
};

Signal signal_of(const vmp_exit &exit) {
  switch (exit.kind) {
    case VMP_EXIT_MEMORY_FAULT:
      return {SIGSEGV, exit.u.memory.address};
    case VMP_EXIT_MISALIGNED:
      return {SIGBUS, exit.u.memory.address};
    case VMP_EXIT_ILLEGAL_INSTRUCTION:
      return {SIGILL, exit.pc};
    case VMP_EXIT_BREAKPOINT:
      return {SIGTRAP, exit.pc};
    default:
      return {0, 0};
  }
}

uint64_t read_word(Arena &arena, uint64_t address) {
  const std::vector<uint8_t> bytes = arena.read(address, sizeof(uint64_t));
  uint64_t word = 0;
  std::memcpy(&word, bytes.data(), bytes.size());
  return word;
}

}  // namespace

uint64_t Signals::set_action(Arena &arena, uint64_t signal, uint64_t action) {
  handlers_.at(signal) = read_word(arena, action);
  return 0;
}

uint64_t Signals::set_stack(Arena &arena, uint64_t stack) {
  stack_top_ = read_word(arena, stack) + read_word(arena, stack + 16);
  return 0;
}

bool Signals::deliver(Arena &arena, vmp_vcpu *vcpu, vmp_riscv64_state *state) const {
  const Signal signal = signal_of(vcpu->exit);
  if (signal.number == 0 || handlers_[static_cast<size_t>(signal.number)] == 0) {
    return false;
  }
  std::array<uint8_t, frame_size> frame{};
  std::memcpy(frame.data(), &signal.number, sizeof signal.number);
  std::memcpy(frame.data() + 16, &signal.address, sizeof signal.address);
  std::memcpy(frame.data() + registers_at, &state->pc, sizeof state->pc);
  std::memcpy(frame.data() + registers_at + 8, &state->x[1], 31 * sizeof state->x[0]);
  const uint64_t address = (stack_top_ - frame_size) & ~uint64_t{15};
  arena.populate(address, frame.data(), frame.size());
  state->pc = handlers_[static_cast<size_t>(signal.number)];
  state->x[2] = address;
  state->x[10] = static_cast<uint64_t>(signal.number);
  state->x[11] = address;
  state->x[12] = address + siginfo_size;
  return true;
}

}  // namespace harness
