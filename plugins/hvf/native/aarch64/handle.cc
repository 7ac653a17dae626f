// What follows from each exit (Arm ARM, D19.2.37).
#include "aarch64/virtual_cpu.h"
#include "exits.h"

namespace vmp::hvf {

VirtualCpu::Next VirtualCpu::handle_abort(uint32_t access) {
  const uint64_t address = last_.physical_address, pc = state().pc;
  const bool is_fetch = access == VMP_PROTECTION_EXECUTE;
  const bool is_walk = is_table_walk(last_.syndrome);
  const bool is_write = access == VMP_PROTECTION_WRITE && !is_cache_maintenance(last_.syndrome);
  const auto refusal = machine_.explain(address, is_write);
  if (refusal == VirtualMachine::Refusal::first_write) return Next::enter;
  if (refusal == VirtualMachine::Refusal::device) {
    if (is_cache_maintenance(last_.syndrome)) {
      state().pc += 4;  // of a device: nothing is cached
      return Next::enter;
    }
    transfer_ = transfer_of(last_.syndrome);
    if (is_fetch || is_walk) {
      describe_fault(address, access, pc, vcpu_->exit);
      return Next::leave;
    }
    // Of pairs, vectors and write-back the processor tells nothing; systems do not use them on devices.
    if (!transfer_.is_described) {
      describe_error("an access to a device that the processor does not describe:", address, pc, pc, vcpu_->exit);
      return Next::leave;
    }
    transfers_ = true;
    describe_kind(VMP_EXIT_MMIO, pc, vcpu_->exit);
    const uint64_t value = transfer_.register_number != 31 ? state().x[transfer_.register_number] : 0;
    const uint64_t mask = transfer_.size == 8 ? ~uint64_t{0} : (uint64_t{1} << 8 * transfer_.size) - 1;
    vcpu_->exit.u.io = {.address = address,
                        .size = transfer_.size,
                        .write = transfer_.is_write ? 1u : 0u,
                        .data = transfer_.is_write ? value & mask : 0,
                        .count = 1,
                        .reserved = 0};
    return Next::leave;
  }
  // The framework may fill pages in at their first use: only what is refused twice in a row is forbidden.
  const uint64_t page = address / VMP_PAGE_SIZE;
  if (page == refused_page_ && pc == refused_pc_) {
    refused_page_ = ~uint64_t{0};
    describe_fault(address, access, pc, vcpu_->exit);
    return Next::leave;
  }
  refused_page_ = page;
  refused_pc_ = pc;
  return Next::enter;
}

// An undefined instruction, taken to EL1 (D1.3: the vector table; AArch64.TakeException).
int32_t VirtualCpu::inject_undefined() {
  const int32_t result = calls().hvf_get_aarch64_state(bound_.id(), VMP_STATE_SYSTEM, &system_);
  if (result != 0) return result;
  vmp_aarch64_state &registers = state();
  constexpr uint64_t length_of_32_bits = 1u << 25, el1_with_own_stack = 5, masked = 0x3c0;
  const uint64_t mode = registers.pstate & 15;
  const uint64_t vector = mode == el1_with_own_stack ? 0x200 : mode == 0 ? 0x400 : 0;
  system_.esr_el1 = length_of_32_bits;
  system_.elr_el1 = registers.pc;
  system_.spsr_el1 = registers.pstate;
  registers.pc = system_.vbar_el1 + vector;
  registers.pstate = el1_with_own_stack | masked;
  return calls().hvf_set_aarch64_state(bound_.id(), VMP_STATE_SYSTEM, &system_);
}

// Debug registers (op0 2) read as zero and ignore writes, as systems clear them when they start; no others are there.
VirtualCpu::Next VirtualCpu::handle_system_register() {
  const uint64_t syndrome = last_.syndrome;
  const unsigned op0 = syndrome >> 20 & 3, register_number = syndrome >> 5 & 31;
  const bool is_read = (syndrome & 1) != 0;
  if (op0 != 2) {
    const int32_t result = inject_undefined();
    return result == 0 ? Next::enter : fail_exit("hv_vcpu_set_sys_reg", result);
  }
  if (is_read && register_number != 31) state().x[register_number] = 0;
  state().pc += 4;
  return Next::enter;
}

VirtualCpu::Next VirtualCpu::handle() {
  vmp_exit &exit = vcpu_->exit;
  const uint64_t pc = state().pc, syndrome = last_.syndrome;
  if (last_.reason == VMP_HVF_EXIT_CANCELED || last_.reason == VMP_HVF_EXIT_TIMER) return Next::enter;
  if (last_.reason != VMP_HVF_EXIT_EXCEPTION) {
    describe_error("an exit that was not asked for:", last_.reason, pc, pc, exit);
    return Next::leave;
  }
  const uint32_t kind = class_of(syndrome);
  if (kind != class_data_abort && kind != class_instruction_abort) refused_page_ = ~uint64_t{0};
  switch (kind) {
    case class_data_abort:
      return handle_abort(transfer_of(syndrome).is_write ? VMP_PROTECTION_WRITE : VMP_PROTECTION_READ);
    case class_instruction_abort:
      return handle_abort(VMP_PROTECTION_EXECUTE);
    case class_wfx: {
      const bool is_event = (syndrome & 1) != 0;  // WFE may end at any time
      state().pc += 4;
      if (is_event) return Next::enter;
      describe_kind(VMP_EXIT_HALT, pc, exit);
      return Next::leave;
    }
    case class_hvc:
      // The program counter is behind the instruction already.
      describe_kind(VMP_EXIT_SYSTEM_CALL, pc - 4, exit);
      return Next::leave;
    case class_smc:
      // There is no firmware: NOT_SUPPORTED (SMC Calling Convention, section 5.2).
      state().x[0] = ~uint64_t{0};
      state().pc += 4;
      return Next::enter;
    case class_system_register:
      return handle_system_register();
    case class_step:
      describe_kind(VMP_EXIT_STEPPED, pc, exit);
      return Next::leave;
    case class_brk:
    case class_breakpoint:
    case class_watchpoint:
      describe_kind(VMP_EXIT_BREAKPOINT, pc, exit);
      return Next::leave;
    default:
      describe_kind(VMP_EXIT_EXCEPTION, pc, exit);
      exit.u.exception = {
          .vector = kind, .has_error_code = 1, .error_code = syndrome, .address = last_.virtual_address};
      return Next::leave;
  }
}

}  // namespace vmp::hvf
