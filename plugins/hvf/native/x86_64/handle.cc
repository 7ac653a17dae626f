// What follows from each exit of VMX (Intel SDM volume 3, chapters 25 and 27).
#include <cerrno>

#include "exits.h"
#include "x86_64/virtual_cpu.h"

namespace vmp::hvf {
namespace {

constexpr uint32_t low_half = 0xffffffff;

// Model-specific registers that the program answers (volume 4, table 2-2).
constexpr uint32_t apic_base_register = 0x1b, pat_register = 0x277, efer_register = 0xc0000080;
// Those that systems read and write without asking CPUID: microcode, MTRR, miscellaneous, machine check, platform.
bool is_ignored(uint32_t number) {
  return number == 0x8b || number == 0x79 || number == 0xfe || number == 0x1a0 || number == 0x17 || number == 0xce ||
         number == 0x3a || number == 0x179 || number == 0x17a || (number >= 0x200 && number <= 0x2ff);
}

}  // namespace

VirtualCpu::Next VirtualCpu::fail_exit(const char *call, int32_t result) {
  describe_failure(call, result, state().rip, vcpu_->exit);
  return Next::leave;
}

// Into the guest with the layout's registers, and out with them. False: the exit is described.
bool VirtualCpu::enter() {
  const char *call = "hv_vcpu_write_register";
  int32_t result = set(VMP_STATE_GENERAL, state());
  if (result == 0) {
    call = "hv_vcpu_run";
    result = calls().hvf_vcpu_run(bound_.id());
  }
  if (result == 0) {
    call = "hv_vcpu_read_register";
    result = get(VMP_STATE_GENERAL, state());
  }
  if (result == 0) return true;
  fail_exit(call, result);
  return false;
}

void VirtualCpu::inject(unsigned vector, bool has_error_code) {
  set_field(vmcs::entry_error_code, 0);
  set_field(vmcs::entry_interruption, vector | vmcs::hardware_exception | vmcs::interruption_valid |
                                          (has_error_code ? vmcs::interruption_error_code : 0));
}

// An event whose delivery the exit has cut short is delivered anew (section 27.2.4); bit 12 is undefined there.
void VirtualCpu::redeliver() {
  const uint64_t event = field(vmcs::vectoring_information);
  if ((event & vmcs::interruption_valid) == 0) return;
  set_field(vmcs::entry_interruption, event & ~uint64_t{1u << 12});
  set_field(vmcs::entry_error_code, field(vmcs::vectoring_error_code));
  set_field(vmcs::entry_instruction_length, field(vmcs::instruction_length));
}

VirtualCpu::Next VirtualCpu::begin_emulation() {
  if (const int32_t result = get(VMP_STATE_SYSTEM, system_); result != 0) return fail_exit("reading the state", result);
  for (unsigned i = 0; i < 16; ++i) system_.gpr[i] = state().gpr[i];
  system_.rip = state().rip;
  system_.rflags = state().rflags;
  return emulate();
}

VirtualCpu::Next VirtualCpu::emulate() {
  vmp_exit &exit = vcpu_->exit;
  const uint64_t pc = state().rip;
  const int32_t result = calls().x86_emulate(&emulator_, &system_, &state(), &exit);
  emulates_ = result == VMP_EMULATION_EXIT && emulator_.expected != 0;
  if (result == -EINVAL) describe_error("an instruction on a device that is not known, at", pc, 0, pc, exit);
  if (result == -EFAULT) describe_fault(~uint64_t{0}, 0, pc, exit);
  if (result != VMP_EMULATION_DONE) return Next::leave;
  // As behind every instruction, interrupts are held off no longer.
  set_field(vmcs::guest_interruptibility, field(vmcs::guest_interruptibility) & ~vmcs::blocking);
  return Next::enter;
}

VirtualCpu::Next VirtualCpu::handle_violation() {
  const uint64_t address = field(vmcs::guest_physical_address);
  const uint64_t what = field(vmcs::qualification);
  const bool is_write = (what & vmcs::violation_write) != 0, is_fetch = (what & vmcs::violation_fetch) != 0;
  const uint32_t access = is_fetch ? VMP_PROTECTION_EXECUTE : is_write ? VMP_PROTECTION_WRITE : VMP_PROTECTION_READ;
  const auto refusal = machine_.explain(address, is_write);
  if (refusal == VirtualMachine::Refusal::first_write) return Next::enter;
  if (refusal == VirtualMachine::Refusal::device) {
    // Instructions are not fetched from devices, and page tables do not lie there.
    if (!is_fetch && (what & vmcs::violation_of_access) != 0) {
      emulator_.port_length = 0;
      return begin_emulation();
    }
    describe_fault(address, access, state().rip, vcpu_->exit);
    return Next::leave;
  }
  // The framework fills pages in at their first use and lets that show: only what is refused twice in a row is
  // forbidden.
  const uint64_t page = address / VMP_PAGE_SIZE;
  if (page == refused_page_ && state().rip == refused_rip_) {
    refused_page_ = ~uint64_t{0};
    describe_fault(address, access, state().rip, vcpu_->exit);
    return Next::leave;
  }
  refused_page_ = page;
  refused_rip_ = state().rip;
  return Next::enter;
}

// Table 27-5.
VirtualCpu::Next VirtualCpu::handle_port() {
  const uint64_t what = field(vmcs::qualification);
  const bool is_string = (what & 16) != 0;
  emulator_.port_length = is_string ? 0 : static_cast<uint32_t>(field(vmcs::instruction_length));
  emulator_.port = static_cast<uint16_t>(what >> 16);
  emulator_.port_size = static_cast<uint8_t>((what & 7) + 1);
  emulator_.port_write = (what & 8) == 0;
  return begin_emulation();
}

// Table 27-3: MOV to and from CR8, and what changes bits of CR0 and CR4 that VMX keeps.
VirtualCpu::Next VirtualCpu::handle_control_register() {
  const uint64_t what = field(vmcs::qualification);
  const unsigned number = what & 15, kind = what >> 4 & 3;
  uint64_t &general = state().gpr[what >> 8 & 15];
  constexpr unsigned to = 0, from = 1;
  if (number == 8 && kind == from) {
    general = cr8_;
    skip();
    return Next::enter;
  }
  if (kind != to || (number != 0 && number != 4 && number != 8)) {
    describe_error("an access to a control register, CR and kind:", number, kind, state().rip, vcpu_->exit);
    return Next::leave;
  }
  if (number == 8) {
    if (general > 15) {
      inject(vmcs::general_protection, true);
      return Next::enter;
    }
    cr8_ = general;
    skip();
    return Next::enter;
  }
  if (const int32_t result = get(VMP_STATE_SYSTEM, system_); result != 0) return fail_exit("reading the state", result);
  (number == 0 ? system_.cr0 : system_.cr4) = general;
  // Paging turns long mode on and off (section 9.8.5).
  constexpr uint64_t paging = 0x80000000, long_mode_enable = 0x100, long_mode_active = 0x400;
  const bool is_long = (system_.cr0 & paging) != 0 && (system_.efer & long_mode_enable) != 0;
  system_.efer = is_long ? system_.efer | long_mode_active : system_.efer & ~long_mode_active;
  if (const int32_t result = set(VMP_STATE_SYSTEM, system_); result != 0) return fail_exit("writing the state", result);
  skip();
  return Next::enter;
}

VirtualCpu::Next VirtualCpu::handle_model_register(bool is_write) {
  vmp_x86_64_state &general = state();
  const auto number = static_cast<uint32_t>(general.gpr[1]);
  uint64_t value = (general.gpr[2] & low_half) << 32 | (general.gpr[0] & low_half);
  if (number == efer_register) {
    if (const int32_t result = get(VMP_STATE_SYSTEM, system_); result != 0)
      return fail_exit("reading the state", result);
    constexpr uint64_t long_mode_active = 0x400;  // read-only
    if (is_write) {
      system_.efer = (value & ~long_mode_active) | (system_.efer & long_mode_active);
      if (const int32_t result = set(VMP_STATE_SYSTEM, system_); result != 0)
        return fail_exit("writing the state", result);
    }
    value = system_.efer;
  } else if (number == pat_register) {
    if (is_write) set_field(vmcs::guest_pat, value);
    value = field(vmcs::guest_pat);
  } else if (number == apic_base_register) {
    if (is_write) apic_base_ = value;
    value = apic_base_;
  } else if (is_ignored(number)) {
    value = 0;
  } else {
    inject(vmcs::general_protection, true);
    return Next::enter;
  }
  if (!is_write) {
    general.gpr[0] = value & low_half;
    general.gpr[2] = value >> 32;
  }
  skip();
  return Next::enter;
}

// Volume 2, XSETBV: XCR0 alone, x87 always, AVX not without SSE, and what the host has.
VirtualCpu::Next VirtualCpu::handle_xsetbv() {
  const vmp_x86_64_state &general = state();
  const uint64_t value = (general.gpr[2] & low_half) << 32 | (general.gpr[0] & low_half);
  const bool is_valid = (general.gpr[1] & low_half) == 0 && (value & 1) != 0 && (value & 6) != 4 &&
                        (value & ~machine_.backend().host.xcr0) == 0;
  if (!is_valid) {
    inject(vmcs::general_protection, true);
    return Next::enter;
  }
  if (const int32_t result = get(VMP_STATE_VECTOR, system_); result != 0) return fail_exit("reading the state", result);
  system_.xcr0 = value;
  if (const int32_t result = set(VMP_STATE_VECTOR, system_); result != 0) return fail_exit("writing the state", result);
  skip();
  return Next::enter;
}

VirtualCpu::Next VirtualCpu::handle_cpuid() {
  if (const int32_t result = get(VMP_STATE_SYSTEM, system_); result != 0) return fail_exit("reading the state", result);
  calls().x86_cpuid(identity_.data(), static_cast<uint32_t>(identity_.size()), system_.cr4, &state());
  skip();
  return Next::enter;
}

VirtualCpu::Next VirtualCpu::handle(bool steps) {
  constexpr uint64_t basic = 0xffff;
  const uint64_t reason = field(vmcs::exit_reason);
  const uint64_t rip = state().rip;
  vmp_exit &exit = vcpu_->exit;
  if ((reason & basic) != vmcs::ept_violation) refused_page_ = ~uint64_t{0};
  redeliver();
  switch (reason & basic) {
    case vmcs::exception_or_nmi:
    case vmcs::external:
      return Next::enter;  // the host's
    case vmcs::triple_fault:
      describe_kind(VMP_EXIT_SHUTDOWN, rip, exit);
      return Next::leave;
    case vmcs::window:
      set_primary(vmcs::interrupt_window, false);
      describe_kind(VMP_EXIT_INTERRUPTED, rip, exit);
      return Next::leave;
    case vmcs::hlt:
      skip();
      describe_kind(VMP_EXIT_HALT, rip, exit);
      return Next::leave;
    case vmcs::monitor_trap_flag:
      describe_kind(steps ? VMP_EXIT_STEPPED : VMP_EXIT_INTERRUPTED, rip, exit);
      return Next::leave;
    case vmcs::cpuid:
      return handle_cpuid();
    case vmcs::invd:
    case vmcs::wbinvd:
      skip();  // the host keeps caches and memory the same
      return Next::enter;
    case vmcs::rdpmc:
      inject(vmcs::general_protection, true);
      return Next::enter;
    case vmcs::mwait:
    case vmcs::monitor:
      inject(vmcs::invalid_opcode, false);
      return Next::enter;
    case vmcs::control_register:
      return handle_control_register();
    case vmcs::io_instruction:
      return handle_port();
    case vmcs::rdmsr:
    case vmcs::wrmsr:
      return handle_model_register((reason & basic) == vmcs::wrmsr);
    case vmcs::ept_violation:
      return handle_violation();
    case vmcs::xsetbv:
      return handle_xsetbv();
    case vmcs::invalid_guest_state:
      describe_error("the processor refuses to enter the guest:", reason, field(vmcs::qualification), rip, exit);
      return Next::leave;
    default:
      // VMX's own instructions, of which CPUID says that there are none.
      if ((reason & basic) >= vmcs::vmcall && (reason & basic) <= vmcs::vmxon) {
        inject(vmcs::invalid_opcode, false);
        return Next::enter;
      }
      describe_error("an exit that was not asked for:", reason, field(vmcs::qualification), rip, exit);
      return Next::leave;
  }
}

}  // namespace vmp::hvf
