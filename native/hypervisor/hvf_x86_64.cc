// Hypervisor.framework on x86-64: VMX (Intel SDM volume 3, chapters 24 to 29; fields of the VMCS: appendix B).
#include "hypervisor/hvf.h"

#if defined(__APPLE__) && !defined(__aarch64__)
#include <cpuid.h>

#include <cstddef>

namespace vmp::hvf {
namespace {

using State = vmp_x86_64_state;

constexpr Place<hv_x86_reg_t> gpr(hv_x86_reg_t name, unsigned number) {
  return {VMP_STATE_GENERAL, name, offsetof(State, gpr) + number * sizeof(uint64_t)};
}
constexpr Place<hv_x86_reg_t> registers[] = {gpr(HV_X86_RAX, 0),
                                             gpr(HV_X86_RCX, 1),
                                             gpr(HV_X86_RDX, 2),
                                             gpr(HV_X86_RBX, 3),
                                             gpr(HV_X86_RSP, 4),
                                             gpr(HV_X86_RBP, 5),
                                             gpr(HV_X86_RSI, 6),
                                             gpr(HV_X86_RDI, 7),
                                             gpr(HV_X86_R8, 8),
                                             gpr(HV_X86_R9, 9),
                                             gpr(HV_X86_R10, 10),
                                             gpr(HV_X86_R11, 11),
                                             gpr(HV_X86_R12, 12),
                                             gpr(HV_X86_R13, 13),
                                             gpr(HV_X86_R14, 14),
                                             gpr(HV_X86_R15, 15),
                                             {VMP_STATE_GENERAL, HV_X86_RIP, offsetof(State, rip)},
                                             {VMP_STATE_GENERAL, HV_X86_RFLAGS, offsetof(State, rflags)},
                                             {VMP_STATE_SYSTEM, HV_X86_CR2, offsetof(State, cr2)},
                                             {VMP_STATE_VECTOR, HV_X86_XCR0, offsetof(State, xcr0)}};

// Fields of the VMCS.
constexpr uint32_t guest_gdtr_limit = 0x4810, guest_idtr_limit = 0x4812;
constexpr uint32_t guest_gdtr_base = 0x6816, guest_idtr_base = 0x6818;
constexpr uint32_t guest_cr0 = 0x6800, guest_cr3 = 0x6802, guest_cr4 = 0x6804, guest_efer = 0x2806;
constexpr uint32_t cr0_mask = 0x6000, cr4_mask = 0x6002, cr0_shadow = 0x6004, cr4_shadow = 0x6006;
constexpr uint32_t entry_controls = 0x4012;
constexpr uint64_t long_mode_guest = 1u << 9, long_mode_active = 1u << 10;

// VMX keeps these bits as it needs them; the guest reads its own from the shadow.
constexpr uint64_t kept_cr0_set = 0x20, kept_cr0_clear = 0x60000000;  // NE; CD, NW
constexpr uint64_t kept_cr4_set = 0x2000;                             // VMXE

struct SegmentFields {
  size_t offset;
  uint32_t selector, limit, rights, base;
};
constexpr SegmentFields segments[] = {
    {offsetof(State, es), 0x800, 0x4800, 0x4814, 0x6806},  {offsetof(State, cs), 0x802, 0x4802, 0x4816, 0x6808},
    {offsetof(State, ss), 0x804, 0x4804, 0x4818, 0x680a},  {offsetof(State, ds), 0x806, 0x4806, 0x481a, 0x680c},
    {offsetof(State, fs), 0x808, 0x4808, 0x481c, 0x680e},  {offsetof(State, gs), 0x80a, 0x480a, 0x481e, 0x6810},
    {offsetof(State, ldt), 0x80c, 0x480c, 0x4820, 0x6812}, {offsetof(State, tr), 0x80e, 0x480e, 0x4822, 0x6814}};
constexpr uint64_t layout_unusable = 1u << 8, rights_unusable = 1u << 16;

struct ModelRegister {
  uint32_t state_class;
  uint32_t number;  // volume 4, table 2-2
  size_t offset;
};
constexpr ModelRegister model_registers[] = {{VMP_STATE_MODEL, 0xc0000102, offsetof(State, kernel_gs_base)},
                                             {VMP_STATE_MODEL, 0xc0000081, offsetof(State, star)},
                                             {VMP_STATE_MODEL, 0xc0000082, offsetof(State, lstar)},
                                             {VMP_STATE_MODEL, 0xc0000083, offsetof(State, cstar)},
                                             {VMP_STATE_MODEL, 0xc0000084, offsetof(State, sfmask)},
                                             {VMP_STATE_COUNTER, 0x10, offsetof(State, tsc)}};

hv_vcpuid_t id(uint64_t vcpu) { return static_cast<hv_vcpuid_t>(vcpu); }

// Reads and writes until one fails; what it says then is the result.
class Transfer {
 public:
  explicit Transfer(uint64_t vcpu) : vcpu_(id(vcpu)) {}
  uint64_t field(uint32_t name) {
    uint64_t value = 0;
    if (result_ == HV_SUCCESS) result_ = hv_vmx_vcpu_read_vmcs(vcpu_, name, &value);
    return value;
  }
  void set_field(uint32_t name, uint64_t value) {
    if (result_ == HV_SUCCESS) result_ = hv_vmx_vcpu_write_vmcs(vcpu_, name, value);
  }
  void note(hv_return_t result) {
    if (result_ == HV_SUCCESS) result_ = result;
  }
  hv_vcpuid_t vcpu() const { return vcpu_; }
  int32_t result() const { return answer(result_); }

 private:
  const hv_vcpuid_t vcpu_;
  hv_return_t result_ = HV_SUCCESS;
};

void get_system(Transfer &transfer, State &state) {
  for (const SegmentFields &one : segments) {
    const uint64_t rights = transfer.field(one.rights);
    const vmp_x86_64_segment segment = {
        .base = transfer.field(one.base),
        .limit = static_cast<uint32_t>(transfer.field(one.limit)),
        .selector = static_cast<uint16_t>(transfer.field(one.selector)),
        .attributes =
            static_cast<uint16_t>((rights & 0xf0ff) | ((rights & rights_unusable) != 0 ? layout_unusable : 0))};
    __builtin_memcpy(reinterpret_cast<uint8_t *>(&state) + one.offset, &segment, sizeof segment);
  }
  state.gdt_base = transfer.field(guest_gdtr_base);
  state.gdt_limit = static_cast<uint16_t>(transfer.field(guest_gdtr_limit));
  state.idt_base = transfer.field(guest_idtr_base);
  state.idt_limit = static_cast<uint16_t>(transfer.field(guest_idtr_limit));
  constexpr uint64_t kept_cr0 = kept_cr0_set | kept_cr0_clear;
  state.cr0 = (transfer.field(guest_cr0) & ~kept_cr0) | (transfer.field(cr0_shadow) & kept_cr0);
  state.cr3 = transfer.field(guest_cr3);
  state.cr4 = (transfer.field(guest_cr4) & ~kept_cr4_set) | (transfer.field(cr4_shadow) & kept_cr4_set);
  state.efer = transfer.field(guest_efer);
}

void set_system(Transfer &transfer, const State &state) {
  for (const SegmentFields &one : segments) {
    vmp_x86_64_segment segment;
    __builtin_memcpy(&segment, reinterpret_cast<const uint8_t *>(&state) + one.offset, sizeof segment);
    transfer.set_field(one.selector, segment.selector);
    transfer.set_field(one.base, segment.base);
    transfer.set_field(one.limit, segment.limit);
    transfer.set_field(one.rights, (segment.attributes & 0xf0ffu) |
                                       ((segment.attributes & layout_unusable) != 0 ? rights_unusable : 0));
  }
  transfer.set_field(guest_gdtr_base, state.gdt_base);
  transfer.set_field(guest_gdtr_limit, state.gdt_limit);
  transfer.set_field(guest_idtr_base, state.idt_base);
  transfer.set_field(guest_idtr_limit, state.idt_limit);
  transfer.set_field(cr0_mask, kept_cr0_set | kept_cr0_clear);
  transfer.set_field(cr0_shadow, state.cr0);
  transfer.set_field(guest_cr0, (state.cr0 & ~kept_cr0_clear) | kept_cr0_set);
  transfer.set_field(guest_cr3, state.cr3);
  transfer.set_field(cr4_mask, kept_cr4_set);
  transfer.set_field(cr4_shadow, state.cr4);
  transfer.set_field(guest_cr4, state.cr4 | kept_cr4_set);
  transfer.set_field(guest_efer, state.efer);
  // Must agree with EFER.LMA (section 26.3.1.1).
  const uint64_t controls = transfer.field(entry_controls);
  transfer.set_field(entry_controls,
                     (state.efer & long_mode_active) != 0 ? controls | long_mode_guest : controls & ~long_mode_guest);
  transfer.note(hv_vcpu_invalidate_tlb(transfer.vcpu()));
}

int32_t get_state(uint64_t vcpu, uint32_t classes, State *state) {
  Transfer transfer(vcpu);
  for (const auto &one : registers) {
    if ((one.state_class & classes) == 0) continue;
    uint64_t value = 0;
    transfer.note(hv_vcpu_read_register(id(vcpu), one.name, &value));
    set_word_at(*state, one.offset, value);
  }
  if ((classes & VMP_STATE_SYSTEM) != 0) get_system(transfer, *state);
  if ((classes & VMP_STATE_VECTOR) != 0) {
    transfer.note(hv_vcpu_read_fpstate(id(vcpu), state->xsave, sizeof state->xsave));
    state->xsave_size = sizeof state->xsave;
  }
  for (const ModelRegister &one : model_registers) {
    if ((one.state_class & classes) == 0) continue;
    uint64_t value = 0;
    transfer.note(hv_vcpu_read_msr(id(vcpu), one.number, &value));
    set_word_at(*state, one.offset, value);
  }
  return transfer.result();
}

int32_t set_state(uint64_t vcpu, uint32_t classes, const State *state) {
  Transfer transfer(vcpu);
  if ((classes & VMP_STATE_SYSTEM) != 0) set_system(transfer, *state);
  for (const auto &one : registers) {
    if ((one.state_class & classes) != 0)
      transfer.note(hv_vcpu_write_register(id(vcpu), one.name, word_at(*state, one.offset)));
  }
  if ((classes & VMP_STATE_VECTOR) != 0)
    transfer.note(hv_vcpu_write_fpstate(id(vcpu), state->xsave, sizeof state->xsave));
  for (const ModelRegister &one : model_registers) {
    if ((one.state_class & classes) != 0)
      transfer.note(hv_vcpu_write_msr(id(vcpu), one.number, word_at(*state, one.offset)));
  }
  return transfer.result();
}

int32_t vm_create() { return answer(hv_vm_create(HV_VM_DEFAULT)); }

int32_t physical_bits() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid(0x80000008, &eax, &ebx, &ecx, &edx) != 0 ? static_cast<int32_t>(eax & 255) : 36;
}

int32_t largest_vcpus() {
  uint64_t count = 0;
  const hv_return_t result = hv_capability(HV_CAP_VCPUMAX, &count);
  return result == HV_SUCCESS ? static_cast<int32_t>(count) : answer(result);
}

int32_t space_create(uint32_t *space) { return answer(hv_vm_space_create(space)); }
int32_t space_destroy(uint32_t space) { return answer(hv_vm_space_destroy(space)); }
int32_t map(uint32_t space, void *memory, uint64_t address, uint64_t size, uint32_t flags) {
  return answer(hv_vm_map_space(space, memory, address, size, flags));
}
int32_t unmap(uint32_t space, uint64_t address, uint64_t size) {
  return answer(hv_vm_unmap_space(space, address, size));
}
int32_t protect(uint32_t space, uint64_t address, uint64_t size, uint32_t flags) {
  return answer(hv_vm_protect_space(space, address, size, flags));
}

int32_t vcpu_create(uint64_t *vcpu, uint32_t space) {
  hv_vcpuid_t created = 0;
  hv_return_t result = hv_vcpu_create(&created, HV_VCPU_DEFAULT);
  if (result != HV_SUCCESS) return answer(result);
  *vcpu = created;
  result = hv_vcpu_set_space(created, space);
  if (result != HV_SUCCESS) hv_vcpu_destroy(created);
  return answer(result);
}
int32_t vcpu_destroy(uint64_t vcpu) { return answer(hv_vcpu_destroy(id(vcpu))); }
int32_t vcpu_run(uint64_t vcpu) { return answer(hv_vcpu_run(id(vcpu))); }
int32_t vcpu_interrupt(uint64_t vcpu) {
  hv_vcpuid_t one = id(vcpu);
  return answer(hv_vcpu_interrupt(&one, 1));
}

int32_t read_capability(uint32_t code, uint64_t *value) {
  return answer(hv_vmx_read_capability(static_cast<hv_vmx_capability_t>(code), value));
}
int32_t read_vmcs(uint64_t vcpu, uint32_t field, uint64_t *value) {
  return answer(hv_vmx_vcpu_read_vmcs(id(vcpu), field, value));
}
int32_t write_vmcs(uint64_t vcpu, uint32_t field, uint64_t value) {
  return answer(hv_vmx_vcpu_write_vmcs(id(vcpu), field, value));
}
int32_t enable_native_msr(uint64_t vcpu, uint32_t number) {
  return answer(hv_vcpu_enable_native_msr(id(vcpu), number, true));
}

static_assert(VMP_HVF_CAPABILITY_PIN_BASED == +HV_VMX_CAP_PINBASED);
static_assert(VMP_HVF_CAPABILITY_PROCESSOR_BASED == +HV_VMX_CAP_PROCBASED);
static_assert(VMP_HVF_CAPABILITY_PROCESSOR_BASED2 == +HV_VMX_CAP_PROCBASED2);
static_assert(VMP_HVF_CAPABILITY_ENTRY == +HV_VMX_CAP_ENTRY);
static_assert(VMP_HVF_CAPABILITY_EXIT == +HV_VMX_CAP_EXIT);
static_assert(VMP_HVF_MEMORY_READ == +HV_MEMORY_READ && VMP_HVF_MEMORY_WRITE == +HV_MEMORY_WRITE &&
              VMP_HVF_MEMORY_EXECUTE == +HV_MEMORY_EXEC);

}  // namespace

void offer(vmp_hypervisor_service &service) {
  service.hvf_vm_create = vm_create;
  service.hvf_physical_bits = physical_bits;
  service.hvf_largest_vcpus = largest_vcpus;
  service.hvf_space_create = space_create;
  service.hvf_space_destroy = space_destroy;
  service.hvf_map = map;
  service.hvf_unmap = unmap;
  service.hvf_protect = protect;
  service.hvf_vcpu_create = vcpu_create;
  service.hvf_vcpu_destroy = vcpu_destroy;
  service.hvf_vcpu_run = vcpu_run;
  service.hvf_vcpu_interrupt = vcpu_interrupt;
  service.hvf_read_capability = read_capability;
  service.hvf_read_vmcs = read_vmcs;
  service.hvf_write_vmcs = write_vmcs;
  service.hvf_enable_native_msr = enable_native_msr;
  service.hvf_get_x86_state = get_state;
  service.hvf_set_x86_state = set_state;
}

}  // namespace vmp::hvf
#endif
