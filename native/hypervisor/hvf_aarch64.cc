// Hypervisor.framework on AArch64.
#include "hypervisor/hvf.h"

#if defined(__APPLE__) && defined(__aarch64__)
#include <cstddef>
#include <mutex>
#include <unordered_map>

namespace vmp::hvf {
namespace {

using State = vmp_aarch64_state;

constexpr Place<hv_sys_reg_t> system_registers[] = {
    {VMP_STATE_GENERAL, HV_SYS_REG_SP_EL0, offsetof(State, sp_el0)},
    {VMP_STATE_GENERAL, HV_SYS_REG_SP_EL1, offsetof(State, sp_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_SCTLR_EL1, offsetof(State, sctlr_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_CPACR_EL1, offsetof(State, cpacr_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_TTBR0_EL1, offsetof(State, ttbr0_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_TTBR1_EL1, offsetof(State, ttbr1_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_TCR_EL1, offsetof(State, tcr_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_MAIR_EL1, offsetof(State, mair_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_AMAIR_EL1, offsetof(State, amair_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_VBAR_EL1, offsetof(State, vbar_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_ELR_EL1, offsetof(State, elr_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_SPSR_EL1, offsetof(State, spsr_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_ESR_EL1, offsetof(State, esr_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_FAR_EL1, offsetof(State, far_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_AFSR0_EL1, offsetof(State, afsr0_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_AFSR1_EL1, offsetof(State, afsr1_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_PAR_EL1, offsetof(State, par_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_CONTEXTIDR_EL1, offsetof(State, contextidr_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_CSSELR_EL1, offsetof(State, csselr_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_MDSCR_EL1, offsetof(State, mdscr_el1)},
    {VMP_STATE_SYSTEM, HV_SYS_REG_MPIDR_EL1, offsetof(State, mpidr_el1)},
    {VMP_STATE_MODEL, HV_SYS_REG_TPIDR_EL0, offsetof(State, tpidr_el0)},
    {VMP_STATE_MODEL, HV_SYS_REG_TPIDR_EL1, offsetof(State, tpidr_el1)},
    {VMP_STATE_MODEL, HV_SYS_REG_TPIDRRO_EL0, offsetof(State, tpidrro_el0)},
    {VMP_STATE_MODEL, HV_SYS_REG_CNTKCTL_EL1, offsetof(State, cntkctl_el1)},
    {VMP_STATE_MODEL, HV_SYS_REG_CNTV_CTL_EL0, offsetof(State, cntv_ctl_el0)},
    {VMP_STATE_MODEL, HV_SYS_REG_CNTV_CVAL_EL0, offsetof(State, cntv_cval_el0)},
};

hv_reg_t x(unsigned number) { return static_cast<hv_reg_t>(HV_REG_X0 + number); }
hv_simd_fp_reg_t q(unsigned number) { return static_cast<hv_simd_fp_reg_t>(HV_SIMD_FP_REG_Q0 + number); }

// Where the framework leaves each virtual CPU's exit.
std::mutex exits_mutex;
std::unordered_map<uint64_t, const hv_vcpu_exit_t *> &exits() {
  static std::unordered_map<uint64_t, const hv_vcpu_exit_t *> all;
  return all;
}

hv_return_t get_vector(uint64_t vcpu, State &state) {
  hv_return_t result = HV_SUCCESS;
  for (unsigned i = 0; i < 32 && result == HV_SUCCESS; ++i) {
    hv_simd_fp_uchar16_t value;
    result = hv_vcpu_get_simd_fp_reg(vcpu, q(i), &value);
    __builtin_memcpy(&state.v[2 * i], &value, sizeof value);
  }
  uint64_t control = 0, status = 0;
  if (result == HV_SUCCESS) result = hv_vcpu_get_reg(vcpu, HV_REG_FPCR, &control);
  if (result == HV_SUCCESS) result = hv_vcpu_get_reg(vcpu, HV_REG_FPSR, &status);
  state.fpcr = static_cast<uint32_t>(control);
  state.fpsr = static_cast<uint32_t>(status);
  return result;
}

hv_return_t set_vector(uint64_t vcpu, const State &state) {
  hv_return_t result = HV_SUCCESS;
  for (unsigned i = 0; i < 32 && result == HV_SUCCESS; ++i) {
    hv_simd_fp_uchar16_t value;
    __builtin_memcpy(&value, &state.v[2 * i], sizeof value);
    result = hv_vcpu_set_simd_fp_reg(vcpu, q(i), value);
  }
  if (result == HV_SUCCESS) result = hv_vcpu_set_reg(vcpu, HV_REG_FPCR, state.fpcr);
  return result == HV_SUCCESS ? hv_vcpu_set_reg(vcpu, HV_REG_FPSR, state.fpsr) : result;
}

hv_return_t get_general(uint64_t vcpu, State &state) {
  hv_return_t result = HV_SUCCESS;
  for (unsigned i = 0; i < 31 && result == HV_SUCCESS; ++i) result = hv_vcpu_get_reg(vcpu, x(i), &state.x[i]);
  if (result == HV_SUCCESS) result = hv_vcpu_get_reg(vcpu, HV_REG_PC, &state.pc);
  return result == HV_SUCCESS ? hv_vcpu_get_reg(vcpu, HV_REG_CPSR, &state.pstate) : result;
}

hv_return_t set_general(uint64_t vcpu, const State &state) {
  hv_return_t result = HV_SUCCESS;
  for (unsigned i = 0; i < 31 && result == HV_SUCCESS; ++i) result = hv_vcpu_set_reg(vcpu, x(i), state.x[i]);
  if (result == HV_SUCCESS) result = hv_vcpu_set_reg(vcpu, HV_REG_PC, state.pc);
  return result == HV_SUCCESS ? hv_vcpu_set_reg(vcpu, HV_REG_CPSR, state.pstate) : result;
}

int32_t get_state(uint64_t vcpu, uint32_t classes, State *state) {
  hv_return_t result = HV_SUCCESS;
  for (const auto &one : system_registers) {
    if ((one.state_class & classes) == 0) continue;
    uint64_t value = 0;
    if (result = hv_vcpu_get_sys_reg(vcpu, one.name, &value); result != HV_SUCCESS) return answer(result);
    set_word_at(*state, one.offset, value);
  }
  if ((classes & VMP_STATE_GENERAL) != 0) result = get_general(vcpu, *state);
  if (result == HV_SUCCESS && (classes & VMP_STATE_VECTOR) != 0) result = get_vector(vcpu, *state);
  return answer(result);
}

int32_t set_state(uint64_t vcpu, uint32_t classes, const State *state) {
  hv_return_t result = HV_SUCCESS;
  for (const auto &one : system_registers) {
    if ((one.state_class & classes) == 0) continue;
    result = hv_vcpu_set_sys_reg(vcpu, one.name, word_at(*state, one.offset));
    if (result != HV_SUCCESS) return answer(result);
  }
  if ((classes & VMP_STATE_GENERAL) != 0) result = set_general(vcpu, *state);
  if (result == HV_SUCCESS && (classes & VMP_STATE_VECTOR) != 0) result = set_vector(vcpu, *state);
  return answer(result);
}

// Before macOS 13 there is no choice: 36 bits.
int32_t physical_bits() {
  uint32_t bits = 36;
  if (__builtin_available(macOS 13.0, *)) {
    if (hv_vm_config_get_max_ipa_size(&bits) != HV_SUCCESS) bits = 36;
  }
  return static_cast<int32_t>(bits);
}

int32_t vm_create() {
  if (__builtin_available(macOS 13.0, *)) {
    hv_vm_config_t config = hv_vm_config_create();
    hv_return_t result = hv_vm_config_set_ipa_size(config, static_cast<uint32_t>(physical_bits()));
    if (result == HV_SUCCESS) result = hv_vm_create(config);
    os_release(config);
    return answer(result);
  }
  return answer(hv_vm_create(nullptr));
}

int32_t largest_vcpus() {
  uint32_t count = 0;
  const hv_return_t result = hv_vm_get_max_vcpu_count(&count);
  return result == HV_SUCCESS ? static_cast<int32_t>(count) : answer(result);
}

int32_t map(uint32_t, void *memory, uint64_t address, uint64_t size, uint32_t flags) {
  return answer(hv_vm_map(memory, address, size, flags));
}
int32_t unmap(uint32_t, uint64_t address, uint64_t size) { return answer(hv_vm_unmap(address, size)); }
int32_t protect(uint32_t, uint64_t address, uint64_t size, uint32_t flags) {
  return answer(hv_vm_protect(address, size, flags));
}

int32_t vcpu_create(uint64_t *vcpu, uint32_t) {
  hv_vcpu_t created = 0;
  hv_vcpu_exit_t *exit = nullptr;
  const hv_return_t result = hv_vcpu_create(&created, &exit, nullptr);
  if (result != HV_SUCCESS) return answer(result);
  *vcpu = created;
  std::lock_guard lock(exits_mutex);
  exits()[created] = exit;
  return 0;
}
int32_t vcpu_destroy(uint64_t vcpu) {
  std::lock_guard lock(exits_mutex);
  exits().erase(vcpu);
  return answer(hv_vcpu_destroy(vcpu));
}
int32_t vcpu_run(uint64_t vcpu) { return answer(hv_vcpu_run(vcpu)); }
int32_t vcpu_interrupt(uint64_t vcpu) {
  hv_vcpu_t one = vcpu;
  return answer(hv_vcpus_exit(&one, 1));
}

int32_t get_exit(uint64_t vcpu, vmp_hvf_exit *exit) {
  std::lock_guard lock(exits_mutex);
  const auto found = exits().find(vcpu);
  if (found == exits().end()) return answer(static_cast<hv_return_t>(HV_UNSUPPORTED));
  const hv_vcpu_exit_t &from = *found->second;
  *exit = {.reason = from.reason,
           .reserved = 0,
           .syndrome = from.exception.syndrome,
           .virtual_address = from.exception.virtual_address,
           .physical_address = from.exception.physical_address};
  return 0;
}
int32_t set_pending_interrupt(uint64_t vcpu, uint32_t type) {
  return answer(hv_vcpu_set_pending_interrupt(vcpu, static_cast<hv_interrupt_type_t>(type), true));
}
int32_t trap_debug_exceptions(uint64_t vcpu, uint32_t on) {
  return answer(hv_vcpu_set_trap_debug_exceptions(vcpu, on != 0));
}
int32_t mask_timer(uint64_t vcpu, uint32_t on) { return answer(hv_vcpu_set_vtimer_mask(vcpu, on != 0)); }

static_assert(VMP_HVF_EXIT_CANCELED == +HV_EXIT_REASON_CANCELED &&
              VMP_HVF_EXIT_EXCEPTION == +HV_EXIT_REASON_EXCEPTION &&
              VMP_HVF_EXIT_TIMER == +HV_EXIT_REASON_VTIMER_ACTIVATED &&
              VMP_HVF_EXIT_UNKNOWN == +HV_EXIT_REASON_UNKNOWN);

}  // namespace

void offer(vmp_hypervisor_service &service) {
  service.hvf_vm_create = vm_create;
  service.hvf_physical_bits = physical_bits;
  service.hvf_largest_vcpus = largest_vcpus;
  service.hvf_map = map;
  service.hvf_unmap = unmap;
  service.hvf_protect = protect;
  service.hvf_vcpu_create = vcpu_create;
  service.hvf_vcpu_destroy = vcpu_destroy;
  service.hvf_vcpu_run = vcpu_run;
  service.hvf_vcpu_interrupt = vcpu_interrupt;
  service.hvf_get_aarch64_state = get_state;
  service.hvf_set_aarch64_state = set_state;
  service.hvf_get_exit = get_exit;
  service.hvf_set_pending_interrupt = set_pending_interrupt;
  service.hvf_trap_debug_exceptions = trap_debug_exceptions;
  service.hvf_mask_timer = mask_timer;
}

}  // namespace vmp::hvf
#endif
