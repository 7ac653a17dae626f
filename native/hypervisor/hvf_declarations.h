// What is used of Hypervisor.framework, to check the syntax where its headers are missing. Names and numbers are
// Apple's (developer.apple.com/documentation/hypervisor).
#pragma once
#include <cstddef>
#include <cstdint>

extern "C" {
typedef int32_t hv_return_t;
typedef uint64_t hv_memory_flags_t;
enum : uint64_t { HV_MEMORY_READ = 1, HV_MEMORY_WRITE = 2, HV_MEMORY_EXEC = 4 };
enum : hv_return_t { HV_SUCCESS = 0 };
constexpr hv_return_t HV_UNSUPPORTED = static_cast<hv_return_t>(0xfae9400f);
hv_return_t hv_vm_destroy(void);

#if defined(__aarch64__)
typedef uint64_t hv_vcpu_t, hv_ipa_t;
typedef uint32_t hv_exit_reason_t, hv_reg_t, hv_simd_fp_reg_t, hv_interrupt_type_t;
typedef uint16_t hv_sys_reg_t;
typedef struct hv_vm_config_s *hv_vm_config_t;
typedef struct hv_vcpu_config_s *hv_vcpu_config_t;
typedef __attribute__((ext_vector_type(16))) uint8_t hv_simd_fp_uchar16_t;
typedef struct {
  uint64_t syndrome, virtual_address, physical_address;
} hv_vcpu_exit_exception_t;
typedef struct {
  hv_exit_reason_t reason;
  hv_vcpu_exit_exception_t exception;
} hv_vcpu_exit_t;
enum : hv_exit_reason_t {
  HV_EXIT_REASON_CANCELED,
  HV_EXIT_REASON_EXCEPTION,
  HV_EXIT_REASON_VTIMER_ACTIVATED,
  HV_EXIT_REASON_UNKNOWN
};
enum : hv_interrupt_type_t { HV_INTERRUPT_TYPE_IRQ, HV_INTERRUPT_TYPE_FIQ };
enum : hv_simd_fp_reg_t { HV_SIMD_FP_REG_Q0 };
enum : hv_reg_t { HV_REG_X0, HV_REG_PC = 31, HV_REG_FPCR, HV_REG_FPSR, HV_REG_CPSR };
enum : hv_sys_reg_t {
  HV_SYS_REG_MDSCR_EL1 = 0x8012,
  HV_SYS_REG_MPIDR_EL1 = 0xc005,
  HV_SYS_REG_SCTLR_EL1 = 0xc080,
  HV_SYS_REG_CPACR_EL1 = 0xc082,
  HV_SYS_REG_TTBR0_EL1 = 0xc100,
  HV_SYS_REG_TTBR1_EL1 = 0xc101,
  HV_SYS_REG_TCR_EL1 = 0xc102,
  HV_SYS_REG_SPSR_EL1 = 0xc200,
  HV_SYS_REG_ELR_EL1 = 0xc201,
  HV_SYS_REG_SP_EL0 = 0xc208,
  HV_SYS_REG_AFSR0_EL1 = 0xc288,
  HV_SYS_REG_AFSR1_EL1 = 0xc289,
  HV_SYS_REG_ESR_EL1 = 0xc290,
  HV_SYS_REG_FAR_EL1 = 0xc300,
  HV_SYS_REG_PAR_EL1 = 0xc3a0,
  HV_SYS_REG_MAIR_EL1 = 0xc510,
  HV_SYS_REG_AMAIR_EL1 = 0xc518,
  HV_SYS_REG_VBAR_EL1 = 0xc600,
  HV_SYS_REG_CONTEXTIDR_EL1 = 0xc681,
  HV_SYS_REG_TPIDR_EL1 = 0xc684,
  HV_SYS_REG_CNTKCTL_EL1 = 0xc708,
  HV_SYS_REG_CSSELR_EL1 = 0xd000,
  HV_SYS_REG_TPIDR_EL0 = 0xde82,
  HV_SYS_REG_TPIDRRO_EL0 = 0xde83,
  HV_SYS_REG_CNTV_CTL_EL0 = 0xdf19,
  HV_SYS_REG_CNTV_CVAL_EL0 = 0xdf1a,
  HV_SYS_REG_SP_EL1 = 0xe208
};
void os_release(void *object);
hv_vm_config_t hv_vm_config_create(void);
hv_return_t hv_vm_config_get_max_ipa_size(uint32_t *bits);
hv_return_t hv_vm_config_set_ipa_size(hv_vm_config_t config, uint32_t bits);
hv_return_t hv_vm_get_max_vcpu_count(uint32_t *count);
hv_return_t hv_vm_create(hv_vm_config_t config);
hv_return_t hv_vm_map(void *memory, hv_ipa_t address, size_t size, hv_memory_flags_t flags);
hv_return_t hv_vm_unmap(hv_ipa_t address, size_t size);
hv_return_t hv_vm_protect(hv_ipa_t address, size_t size, hv_memory_flags_t flags);
hv_return_t hv_vcpu_create(hv_vcpu_t *vcpu, hv_vcpu_exit_t **exit, hv_vcpu_config_t config);
hv_return_t hv_vcpu_destroy(hv_vcpu_t vcpu);
hv_return_t hv_vcpu_run(hv_vcpu_t vcpu);
hv_return_t hv_vcpus_exit(hv_vcpu_t *vcpus, uint32_t count);
hv_return_t hv_vcpu_get_reg(hv_vcpu_t vcpu, hv_reg_t reg, uint64_t *value);
hv_return_t hv_vcpu_set_reg(hv_vcpu_t vcpu, hv_reg_t reg, uint64_t value);
hv_return_t hv_vcpu_get_sys_reg(hv_vcpu_t vcpu, hv_sys_reg_t reg, uint64_t *value);
hv_return_t hv_vcpu_set_sys_reg(hv_vcpu_t vcpu, hv_sys_reg_t reg, uint64_t value);
hv_return_t hv_vcpu_get_simd_fp_reg(hv_vcpu_t vcpu, hv_simd_fp_reg_t reg, hv_simd_fp_uchar16_t *value);
hv_return_t hv_vcpu_set_simd_fp_reg(hv_vcpu_t vcpu, hv_simd_fp_reg_t reg, hv_simd_fp_uchar16_t value);
hv_return_t hv_vcpu_set_pending_interrupt(hv_vcpu_t vcpu, hv_interrupt_type_t type, bool pending);
hv_return_t hv_vcpu_set_trap_debug_exceptions(hv_vcpu_t vcpu, bool value);
hv_return_t hv_vcpu_set_vtimer_mask(hv_vcpu_t vcpu, bool masked);
#else
typedef uint32_t hv_vcpuid_t, hv_vm_space_t;
typedef uint64_t hv_gpaddr_t, hv_vm_options_t, hv_vcpu_options_t, hv_capability_t;
typedef const void *hv_uvaddr_t;
typedef enum {
  HV_X86_RIP,
  HV_X86_RFLAGS,
  HV_X86_RAX,
  HV_X86_RCX,
  HV_X86_RDX,
  HV_X86_RBX,
  HV_X86_RSI,
  HV_X86_RDI,
  HV_X86_RSP,
  HV_X86_RBP,
  HV_X86_R8,
  HV_X86_R9,
  HV_X86_R10,
  HV_X86_R11,
  HV_X86_R12,
  HV_X86_R13,
  HV_X86_R14,
  HV_X86_R15,
  HV_X86_CR2 = 38,
  HV_X86_XCR0 = 50
} hv_x86_reg_t;
typedef enum {
  HV_VMX_CAP_PINBASED,
  HV_VMX_CAP_PROCBASED,
  HV_VMX_CAP_PROCBASED2,
  HV_VMX_CAP_ENTRY,
  HV_VMX_CAP_EXIT
} hv_vmx_capability_t;
enum : hv_capability_t { HV_CAP_VCPUMAX, HV_CAP_ADDRSPACEMAX };
enum : uint64_t { HV_VM_DEFAULT = 0, HV_VCPU_DEFAULT = 0 };
hv_return_t hv_capability(hv_capability_t capability, uint64_t *value);
hv_return_t hv_vm_create(hv_vm_options_t flags);
hv_return_t hv_vm_space_create(hv_vm_space_t *space);
hv_return_t hv_vm_space_destroy(hv_vm_space_t space);
hv_return_t hv_vm_map_space(hv_vm_space_t space, hv_uvaddr_t memory, hv_gpaddr_t address, size_t size,
                            hv_memory_flags_t flags);
hv_return_t hv_vm_unmap_space(hv_vm_space_t space, hv_gpaddr_t address, size_t size);
hv_return_t hv_vm_protect_space(hv_vm_space_t space, hv_gpaddr_t address, size_t size, hv_memory_flags_t flags);
hv_return_t hv_vcpu_create(hv_vcpuid_t *vcpu, hv_vcpu_options_t flags);
hv_return_t hv_vcpu_destroy(hv_vcpuid_t vcpu);
hv_return_t hv_vcpu_set_space(hv_vcpuid_t vcpu, hv_vm_space_t space);
hv_return_t hv_vcpu_run(hv_vcpuid_t vcpu);
hv_return_t hv_vcpu_interrupt(hv_vcpuid_t *vcpus, unsigned count);
hv_return_t hv_vcpu_read_register(hv_vcpuid_t vcpu, hv_x86_reg_t reg, uint64_t *value);
hv_return_t hv_vcpu_write_register(hv_vcpuid_t vcpu, hv_x86_reg_t reg, uint64_t value);
hv_return_t hv_vcpu_read_fpstate(hv_vcpuid_t vcpu, void *buffer, size_t size);
hv_return_t hv_vcpu_write_fpstate(hv_vcpuid_t vcpu, const void *buffer, size_t size);
hv_return_t hv_vcpu_enable_native_msr(hv_vcpuid_t vcpu, uint32_t msr, bool enable);
hv_return_t hv_vcpu_read_msr(hv_vcpuid_t vcpu, uint32_t msr, uint64_t *value);
hv_return_t hv_vcpu_write_msr(hv_vcpuid_t vcpu, uint32_t msr, uint64_t value);
hv_return_t hv_vcpu_invalidate_tlb(hv_vcpuid_t vcpu);
hv_return_t hv_vmx_vcpu_read_vmcs(hv_vcpuid_t vcpu, uint32_t field, uint64_t *value);
hv_return_t hv_vmx_vcpu_write_vmcs(hv_vcpuid_t vcpu, uint32_t field, uint64_t value);
hv_return_t hv_vmx_read_capability(hv_vmx_capability_t field, uint64_t *value);
#endif

// <mach/mach.h>
typedef int kern_return_t;
typedef unsigned mach_port_t;
extern mach_port_t mach_task_self_;
#define mach_task_self() mach_task_self_
kern_return_t mach_vm_read_overwrite(mach_port_t task, uint64_t address, uint64_t size, uint64_t to, uint64_t *copied);
}
