// Signals as Linux delivers them to riscv64 programs, as far as handlers need that leave by a jump of their own and
// never return: rt_sigaction, sigaltstack, and a frame with siginfo and the interrupted registers.
#pragma once
#include <array>

#include "arena.h"

namespace harness {

class Signals {
 public:
  // The system calls of these names, with their arguments; they give 0.
  uint64_t set_action(Arena &arena, uint64_t signal, uint64_t action);
  uint64_t set_stack(Arena &arena, uint64_t stack);
  // Enters the handler of the signal that the virtual CPU's exit stands for. false: there is none.
  bool deliver(Arena &arena, vmp_vcpu *vcpu, vmp_riscv64_state *state) const;

 private:
  std::array<uint64_t, 65> handlers_{};
  uint64_t stack_top_ = 0;
};

}  // namespace harness
