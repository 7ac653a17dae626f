#include "control_status.h"

#include <ctime>

#include "floating_point.h"

namespace vmp::riscv {
namespace {

// Numbers of volume I, chapters "Zicsr", "F" and "Zicntr".
enum : int32_t { fflags = 0x001, frm = 0x002, fcsr = 0x003, cycle = 0xc00, time_ = 0xc01, instret = 0xc02 };

constexpr uint64_t nanoseconds_per_tick = 100;  // time counts at 10 MHz

uint64_t host_ticks() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec)) / nanoseconds_per_tick;
}

struct Register {
  uint64_t value;
  bool exists;
  bool writable;
};

Register read(const vmp_riscv64_state *state, int32_t number, uint64_t retired) {
  switch (number) {
    case fflags:
      return {state->fcsr & fcsr_flags, true, true};
    case frm:
      return {(state->fcsr & fcsr_rounding) >> 5, true, true};
    case fcsr:
      return {state->fcsr & fcsr_mask, true, true};
    case cycle:  // one instruction, one cycle
    case instret:
      return {retired, true, false};
    case time_:
      return {host_ticks(), true, false};
    default:
      return {0, false, false};
  }
}

void write(vmp_riscv64_state *state, int32_t number, uint64_t value) {
  const uint32_t low = static_cast<uint32_t>(value);
  if (number == fflags) {
    state->fcsr = (state->fcsr & fcsr_rounding) | (low & fcsr_flags);
  } else if (number == frm) {
    state->fcsr = (state->fcsr & fcsr_flags) | (low << 5 & fcsr_rounding);
  } else {
    state->fcsr = low & fcsr_mask;
  }
  if ((state->fcsr & flag_inexact) == 0) {
    set_host_control(host_default_control);  // its inexact bit is set only while fcsr's is
  }
}

}  // namespace

bool execute_control_status(vmp_riscv64_state *state, const Slot &slot, uint64_t retired) {
  const Register old = read(state, slot.immediate, retired);
  const bool by_immediate = slot.operation >= Operation::csrrwi;
  const bool exchanges = slot.operation == Operation::csrrw || slot.operation == Operation::csrrwi;
  const bool sets = slot.operation == Operation::csrrs || slot.operation == Operation::csrrsi;
  const bool writes = exchanges || slot.rs1 != 0;
  if (!old.exists || (writes && !old.writable)) {
    return false;
  }
  if (writes) {
    const uint64_t operand = by_immediate ? slot.rs1 : state->x[slot.rs1];
    write(state, slot.immediate, exchanges ? operand : sets ? old.value | operand : old.value & ~operand);
  }
  state->x[slot.rd] = old.value;
  state->x[0] = 0;
  return true;
}

}  // namespace vmp::riscv
