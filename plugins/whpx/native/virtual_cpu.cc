#include "virtual_cpu.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "exits.h"

namespace vmp::whpx {
namespace {

// RFLAGS (Intel SDM volume 1, section 3.4.3).
constexpr uint64_t trap_flag = 0x100, interrupt_flag = 0x200;
// vmp_whpx_exit.execution_state.
constexpr uint16_t interruption_pending = 1u << 6, interrupt_shadow = 1u << 12;
constexpr uint32_t debug_vector = 1;

int32_t read_memory(void *context, uint64_t address, void *bytes, uint64_t size) {
  return static_cast<VirtualMachine *>(context)->read(address, bytes, size);
}

int32_t write_memory(void *context, uint64_t address, const void *bytes, uint64_t size) {
  return static_cast<VirtualMachine *>(context)->write(address, bytes, size);
}

}  // namespace

VirtualCpu::VirtualCpu(VirtualMachine &machine, vmp_vcpu *vcpu, uint32_t index, const vmp_identity &identity)
    : machine_(machine), vcpu_(vcpu), index_(index), identity_(identity.leaves, identity.leaves + identity.count) {
  emulator_.context = &machine;
  emulator_.read = read_memory;
  emulator_.write = write_memory;
}

VirtualCpu *VirtualCpu::create(VirtualMachine &machine, vmp_vcpu *vcpu, const vmp_identity &identity,
                               vmp_error *error) {
  constexpr uint32_t least_size = VMP_VCPU_STATE_OFFSET + sizeof(vmp_x86_64_state);
  if (vcpu->architecture != VMP_ARCHITECTURE_X86_64 || vcpu->struct_size < least_size) {
    fail(error, VMP_ERROR_INVALID_ARGUMENT, "WRONG_ARCHITECTURE", "the virtual CPU is not an x86_64 one");
    return nullptr;
  }
  const uint32_t index = machine.take_index();
  if (index >= machine.backend().host.largest_vcpus) {
    fail(error, VMP_ERROR_OUT_OF_MEMORY, "VCPUS_USED_UP", "the partition has no more virtual CPUs");
    return nullptr;
  }
  const int32_t result = machine.backend().calls->whpx_create_vcpu(machine.partition(), index);
  if (result < 0) {
    machine.give_index(index);
    fail_call(error, "WHvCreateVirtualProcessor", result);
    return nullptr;
  }
  auto *created = new VirtualCpu(machine, vcpu, index, identity);
  vcpu->engine_data = created;
  constexpr uint32_t all_classes = VMP_STATE_GENERAL | VMP_STATE_SYSTEM | VMP_STATE_VECTOR | VMP_STATE_MODEL;
  if (created->read(all_classes, error) == VMP_OK) return created;
  delete created;
  return nullptr;
}

VirtualCpu::~VirtualCpu() {
  vcpu_->engine_data = nullptr;
  calls().whpx_delete_vcpu(machine_.partition(), index_);
  machine_.give_index(index_);
}

vmp_status VirtualCpu::read(uint32_t classes, vmp_error *error) {
  // An instruction that is not finished has its registers in the layout alone.
  const uint32_t wanted = emulates_ ? classes & ~uint32_t{VMP_STATE_GENERAL} : classes;
  const int32_t result = calls().whpx_get_state(machine_.partition(), index_, wanted, &state());
  if (result < 0) return fail_call(error, "WHvGetVirtualProcessorRegisters", result);
  if ((classes & VMP_STATE_VECTOR) != 0) state().xsave_size = machine_.backend().host.xsave_size;
  return VMP_OK;
}

vmp_status VirtualCpu::write(uint32_t classes, vmp_error *error) {
  complete();  // or the last exit's instruction would be finished with the new state
  const int32_t result = calls().whpx_set_state(machine_.partition(), index_, classes, &state());
  // E_INVALIDARG and WHV_E_INVALID_VP_REGISTER_NAME's neighbours: only a value can be wrong here.
  if (static_cast<uint32_t>(result) == 0x80070057)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "STATE_INVALID", "no processor can be in this state");
  return result < 0 ? fail_call(error, "WHvSetVirtualProcessorRegisters", result) : VMP_OK;
}

vmp_status VirtualCpu::interrupt(uint32_t vector, vmp_error *error) {
  if (vector < 32 || vector > 255)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "VECTOR_INVALID", "external interrupts are 32 to 255");
  const bool is_ready = (state().rflags & interrupt_flag) != 0 &&
                        (last_.execution_state & (interruption_pending | interrupt_shadow)) == 0;
  // WHV_X64_DELIVERABILITY_NOTIFICATIONS_REGISTER and WHV_X64_PENDING_INTERRUPTION_REGISTER.
  constexpr uint64_t notify = 1u << 1, pending = 1;
  const uint32_t name =
      is_ready ? VMP_WHPX_REGISTER_PENDING_INTERRUPTION : VMP_WHPX_REGISTER_DELIVERABILITY_NOTIFICATIONS;
  const uint64_t value = is_ready ? pending | uint64_t{vector} << 16 : notify;
  const int32_t result = calls().whpx_set_register(machine_.partition(), index_, name, value, 0);
  if (result < 0) return fail_call(error, "WHvSetVirtualProcessorRegisters", result);
  if (!is_ready) return fail(error, VMP_ERROR_BUSY, "INTERRUPTS_OFF", "the guest takes no interrupt now");
  last_.execution_state |= interruption_pending;  // another one has to wait for the next exit
  return VMP_OK;
}

void VirtualCpu::kick() { calls().whpx_cancel_run(machine_.partition(), index_); }

// Finishes the instruction of an MMIO or PORT_IO exit, as far as answers go.
void VirtualCpu::complete() {
  if (emulates_) emulate();
  emulates_ = false;
  emulator_.answered = emulator_.expected = 0;
}

// True when the instruction is done; else the exit is described.
bool VirtualCpu::emulate() {
  vmp_exit &exit = vcpu_->exit;
  const uint64_t pc = state().rip;
  const int32_t result = calls().x86_emulate(&emulator_, &system_, &state(), &exit);
  emulates_ = result == VMP_EMULATION_EXIT && emulator_.expected != 0;
  if (result == -EINVAL) describe_error("an instruction on a device that is not known, at", pc, 0, pc, exit);
  if (result == -EFAULT) describe_fault(~uint64_t{0}, 0, pc, exit);
  if (result != VMP_EMULATION_DONE) return false;
  // As behind every instruction, interrupts are held off no longer (WHV_X64_INTERRUPT_STATE_REGISTER).
  if ((last_.execution_state & interrupt_shadow) != 0) {
    calls().whpx_set_register(machine_.partition(), index_, VMP_WHPX_REGISTER_INTERRUPT_STATE, 0, 0);
    last_.execution_state &= static_cast<uint16_t>(~interrupt_shadow);
  }
  return true;
}

bool VirtualCpu::begin_emulation() {
  const int32_t result =
      calls().whpx_get_state(machine_.partition(), index_, VMP_STATE_GENERAL | VMP_STATE_SYSTEM, &system_);
  if (result < 0) {
    describe_failure("WHvGetVirtualProcessorRegisters", result, last_.rip, vcpu_->exit);
    return false;
  }
  return emulate();
}

bool VirtualCpu::handle_memory() {
  const auto access = details_of<vmp_whpx_memory_access>(last_);
  const uint32_t kind = access_of(access);
  // A slot that allows it: the host's own mapping does not. Instructions are not fetched from devices.
  if (kind == VMP_PROTECTION_EXECUTE || machine_.allows(access.physical, kind)) {
    describe_fault(access.physical, kind, last_.rip, vcpu_->exit);
    return false;
  }
  emulator_.port_length = 0;
  emulator_.count = std::min<uint32_t>(access.count, sizeof emulator_.bytes);
  std::memcpy(emulator_.bytes, access.bytes, sizeof emulator_.bytes);
  return begin_emulation();
}

bool VirtualCpu::handle_port() {
  const auto access = details_of<vmp_whpx_port_access>(last_);
  const bool is_string = (access.information & 16) != 0;
  emulator_.port_length = is_string ? 0 : instruction_length(last_);
  emulator_.port = access.port;
  emulator_.port_size = static_cast<uint8_t>(access.information >> 1 & 7);
  emulator_.port_write = access.information & 1;
  emulator_.count = std::min<uint32_t>(access.count, sizeof emulator_.bytes);
  std::memcpy(emulator_.bytes, access.bytes, sizeof emulator_.bytes);
  return begin_emulation();
}

bool VirtualCpu::answer_cpuid() {
  const auto asked = details_of<vmp_whpx_cpuid_access>(last_);
  vmp_x86_64_state &to = state();
  if (identity_.empty()) {
    to.gpr[0] = asked.default_rax;
    to.gpr[1] = asked.default_rcx;
    to.gpr[2] = asked.default_rdx;
    to.gpr[3] = asked.default_rbx;
  } else {
    const int32_t result = calls().whpx_get_state(machine_.partition(), index_, VMP_STATE_SYSTEM, &system_);
    if (result < 0) {
      describe_failure("WHvGetVirtualProcessorRegisters", result, last_.rip, vcpu_->exit);
      return false;
    }
    calls().x86_cpuid(identity_.data(), static_cast<uint32_t>(identity_.size()), system_.cr4, &to);
  }
  to.rip += instruction_length(last_);
  return true;
}

bool VirtualCpu::handle_exception(bool steps) {
  const auto exception = details_of<vmp_whpx_exception>(last_);
  if (steps && exception.vector == debug_vector) {
    describe_kind(VMP_EXIT_STEPPED, last_.rip, vcpu_->exit);
    return false;
  }
  // Another virtual CPU steps: this one's exception is the guest's (WHV_X64_PENDING_EXCEPTION_EVENT).
  const bool has_error_code = (exception.information & 1) != 0;
  const uint64_t event =
      1 | (has_error_code ? 1u << 8 : 0) | uint64_t{exception.vector} << 16 | uint64_t{exception.error_code} << 32;
  const int32_t result = calls().whpx_set_register(machine_.partition(), index_, VMP_WHPX_REGISTER_PENDING_EVENT, event,
                                                   exception.parameter);
  if (result >= 0) return true;
  describe_failure("WHvSetVirtualProcessorRegisters", result, last_.rip, vcpu_->exit);
  return false;
}

// True: the guest goes on. False: the exit is described.
bool VirtualCpu::handle(bool steps) {
  switch (last_.reason) {
    case VMP_WHPX_EXIT_MEMORY_ACCESS:
      return handle_memory();
    case VMP_WHPX_EXIT_PORT_ACCESS:
      return handle_port();
    case VMP_WHPX_EXIT_CPUID:
      return answer_cpuid();
    case VMP_WHPX_EXIT_EXCEPTION:
      return handle_exception(steps);
    case VMP_WHPX_EXIT_NONE:
      return true;
    default:
      describe_reason(last_, vcpu_->exit);
      return false;
  }
}

// Into the guest with the layout's registers, and out with them. False: the exit is described.
bool VirtualCpu::enter(bool steps) {
  vmp_x86_64_state &registers = state();
  const uint64_t own_trap_flag = registers.rflags & trap_flag;
  if (steps) registers.rflags |= trap_flag;
  const char *call = "WHvSetVirtualProcessorRegisters";
  int32_t result = calls().whpx_set_state(machine_.partition(), index_, VMP_STATE_GENERAL, &registers);
  if (result >= 0) {
    call = "WHvRunVirtualProcessor";
    result = calls().whpx_run(machine_.partition(), index_, &last_);
  }
  if (result >= 0) {
    call = "WHvGetVirtualProcessorRegisters";
    result = calls().whpx_get_state(machine_.partition(), index_, VMP_STATE_GENERAL, &registers);
  }
  if (steps) registers.rflags = (registers.rflags & ~trap_flag) | own_trap_flag;
  if (result >= 0) return true;
  describe_failure(call, result, registers.rip, vcpu_->exit);
  return false;
}

void VirtualCpu::run(uint32_t flags) {
  vmp_exit &exit = vcpu_->exit;
  const bool steps = (flags & VMP_RUN_STEP) != 0;
  const bool was_emulating = emulates_;
  if (was_emulating && !emulate()) return;
  if (was_emulating && steps) return describe_kind(VMP_EXIT_STEPPED, state().rip, exit);
  if ((flags & VMP_RUN_COMPLETE) != 0) return describe_kind(VMP_EXIT_INTERRUPTED, state().rip, exit);
  if (steps && !machine_.backend().has_exception_exits)
    return describe_error("this Windows cannot step:", flags, 0, state().rip, exit);
  if (steps) {
    if (const int32_t result = machine_.begin_stepping(); result < 0)
      return describe_failure("WHvSetPartitionProperty", result, state().rip, exit);
  }
  for (;;) {
    // A kick sets a request first and then cancels. Either the request is seen here, or the cancellation finds the
    // processor in the run, or before it: the platform then keeps it for the run that follows.
    if (vcpu_->requests.load(std::memory_order_seq_cst) != 0) {
      describe_kind(VMP_EXIT_INTERRUPTED, state().rip, exit);
      break;
    }
    if (!enter(steps) || !handle(steps)) break;
    if (steps && last_.reason != VMP_WHPX_EXIT_NONE && last_.reason != VMP_WHPX_EXIT_EXCEPTION) {
      // The program has carried the instruction out, where no trap follows.
      describe_kind(VMP_EXIT_STEPPED, state().rip, exit);
      break;
    }
  }
  if (steps) machine_.end_stepping();
}

}  // namespace vmp::whpx
