#include "aarch64/virtual_cpu.h"

#include "exits.h"

namespace vmp::hvf {
namespace {

// PSTATE as SPSR_EL1 holds it (Arm ARM, C5.2.19).
constexpr uint64_t el1_with_own_stack = 5, masked = 0x3c0, irq_masked = 0x80, fiq_masked = 0x40,
                   software_step = 1 << 21;
constexpr uint64_t debug_software_step = 1;  // MDSCR_EL1.SS (D19.3.20)

}  // namespace

VirtualCpu *VirtualCpu::create(VirtualMachine &machine, vmp_vcpu *vcpu, const vmp_identity &, vmp_error *error) {
  constexpr uint32_t least_size = VMP_VCPU_STATE_OFFSET + sizeof(vmp_aarch64_state);
  if (vcpu->architecture != VMP_ARCHITECTURE_AARCH64 || vcpu->struct_size < least_size) {
    fail(error, VMP_ERROR_INVALID_ARGUMENT, "WRONG_ARCHITECTURE", "the virtual CPU is not an aarch64 one");
    return nullptr;
  }
  auto *created = new VirtualCpu(machine, vcpu);
  vcpu->engine_data = created;
  created->state() = {};
  created->state().pstate = el1_with_own_stack | masked;
  return created;
}

// The framework's virtual CPU, after a reset when it is new.
int32_t VirtualCpu::bind() {
  bool is_new = false;
  int32_t result = bound_.bind(is_new);
  if (result != 0 || !is_new) return result;
  // There is no interrupt controller to which the timer could be wired.
  result = calls().hvf_mask_timer(bound_.id(), 1);
  if (result == 0) result = calls().hvf_get_aarch64_state(bound_.id(), VMP_STATE_SYSTEM, &system_);
  constexpr uint64_t always_set = uint64_t{1} << 31;  // MPIDR_EL1 (D19.2.99)
  system_.mpidr_el1 = always_set | (vcpu_->index & 0xff) | uint64_t{vcpu_->index >> 8 & 0xff} << 8;
  return result == 0 ? calls().hvf_set_aarch64_state(bound_.id(), VMP_STATE_SYSTEM, &system_) : result;
}

vmp_status VirtualCpu::read(uint32_t classes, vmp_error *error) {
  // The general registers are the layout's between runs.
  int32_t result = bind();
  if (result == 0)
    result = calls().hvf_get_aarch64_state(bound_.id(), classes & ~uint32_t{VMP_STATE_GENERAL}, &state());
  return result != 0 ? fail_call(error, "reading the state", result) : VMP_OK;
}

vmp_status VirtualCpu::write(uint32_t classes, vmp_error *error) {
  if (const int32_t result = bind(); result != 0) return fail_call(error, "hv_vcpu_create", result);
  complete();  // or the last exit's instruction would be finished with the new state
  const int32_t result = calls().hvf_set_aarch64_state(bound_.id(), classes, &state());
  constexpr auto bad_argument = static_cast<int32_t>(0xfae94003);
  if (result == bad_argument)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "STATE_INVALID", "no processor can be in this state");
  return result != 0 ? fail_call(error, "writing the state", result) : VMP_OK;
}

vmp_status VirtualCpu::interrupt(uint32_t vector, vmp_error *error) {
  if (vector > 1) return fail(error, VMP_ERROR_INVALID_ARGUMENT, "VECTOR_INVALID", "0 is IRQ, 1 is FIQ");
  const uint64_t mask = vector == 0 ? irq_masked : fiq_masked;
  if ((state().pstate & mask) != 0 || pending_[vector])
    return fail(error, VMP_ERROR_BUSY, "INTERRUPTS_OFF", "the guest takes no interrupt now");
  pending_[vector] = true;
  return VMP_OK;
}

void VirtualCpu::kick() {
  // Before the interrupt: whoever is not yet in the run sees the flag; the framework keeps an interrupt that finds no
  // run for the next one (hv_vcpus_exit).
  kicked_.store(true);
  bound_.interrupt();
}

VirtualCpu::Next VirtualCpu::fail_exit(const char *call, int32_t result) {
  describe_failure(call, result, state().pc, vcpu_->exit);
  return Next::leave;
}

// D2.12: MDSCR_EL1.SS arms it, PSTATE.SS lets one instruction through.
int32_t VirtualCpu::set_stepping(bool on) {
  if (on == steps_) return 0;
  int32_t result = calls().hvf_get_aarch64_state(bound_.id(), VMP_STATE_SYSTEM, &system_);
  if (result != 0) return result;
  system_.mdscr_el1 = on ? system_.mdscr_el1 | debug_software_step : system_.mdscr_el1 & ~debug_software_step;
  result = calls().hvf_set_aarch64_state(bound_.id(), VMP_STATE_SYSTEM, &system_);
  if (result == 0) result = calls().hvf_trap_debug_exceptions(bound_.id(), on ? 1 : 0);
  if (result == 0) steps_ = on;
  return result;
}

// Finishes the instruction of an MMIO exit.
void VirtualCpu::complete() {
  if (!transfers_) return;
  transfers_ = false;
  if (!transfer_.is_write && transfer_.register_number != 31) {
    const unsigned shift = 64 - 8 * transfer_.size;
    const uint64_t high = vcpu_->exit.u.io.data << shift;
    uint64_t value = high >> shift;
    if (transfer_.is_sign_extended) value = static_cast<uint64_t>(static_cast<int64_t>(high) >> shift);
    state().x[transfer_.register_number] = transfer_.is_64_bit ? value : value & 0xffffffff;
  }
  state().pc += 4;
}

// Into the guest with the layout's registers, and out with them. False: the exit is described.
bool VirtualCpu::enter(bool steps) {
  vmp_aarch64_state &registers = state();
  if (steps) registers.pstate |= software_step;
  const uint64_t pc = registers.pc, pstate = registers.pstate;
  const char *call = "hv_vcpu_set_reg";
  int32_t result = calls().hvf_set_aarch64_state(bound_.id(), VMP_STATE_GENERAL, &registers);
  for (uint32_t type = 0; type < 2 && result == 0; ++type) {
    if (pending_[type]) result = calls().hvf_set_pending_interrupt(bound_.id(), type);
  }
  if (result == 0) {
    call = "hv_vcpu_run";
    result = calls().hvf_vcpu_run(bound_.id());
  }
  if (result == 0) {
    call = "hv_vcpu_get_reg";
    result = calls().hvf_get_aarch64_state(bound_.id(), VMP_STATE_GENERAL, &registers);
    if (result == 0) result = calls().hvf_get_exit(bound_.id(), &last_);
  }
  // It was unmasked: whoever has moved at all has taken it.
  if (registers.pc != pc || registers.pstate != pstate) pending_[0] = pending_[1] = false;
  registers.pstate &= ~software_step;
  if (result == 0) return true;
  fail_exit(call, result);
  return false;
}

void VirtualCpu::run(uint32_t flags) {
  vmp_exit &exit = vcpu_->exit;
  const bool steps = (flags & VMP_RUN_STEP) != 0, completes = transfers_;
  complete();
  if (completes && steps) return describe_kind(VMP_EXIT_STEPPED, state().pc, exit);
  if ((flags & VMP_RUN_COMPLETE) != 0) return describe_kind(VMP_EXIT_INTERRUPTED, state().pc, exit);
  int32_t result = bind();
  if (result == 0) result = set_stepping(steps);
  if (result != 0) {
    fail_exit("hv_vcpu_create", result);
    return;
  }
  for (;;) {
    const bool is_kicked = kicked_.exchange(false);
    if (is_kicked || vcpu_->requests.load(std::memory_order_seq_cst) != 0)
      return describe_kind(VMP_EXIT_INTERRUPTED, state().pc, exit);
    const uint64_t before = state().pc;
    if (!enter(steps) || handle() == Next::leave) return;
    // The program has carried the instruction out, where no step exception follows.
    if (steps && state().pc != before) return describe_kind(VMP_EXIT_STEPPED, state().pc, exit);
  }
}

}  // namespace vmp::hvf
