// Windows Hypervisor Platform's calls.
#include "hypervisor/whpx.h"

#ifdef _WIN32
#include <windows.h>
// After <windows.h>, whose types it uses.
#include <winhvplatform.h>

#include <cerrno>
#include <cstddef>

namespace {

// The contract has the numbers and the layout of the exit as they are.
static_assert(sizeof(vmp_whpx_exit) == sizeof(WHV_RUN_VP_EXIT_CONTEXT));
static_assert(offsetof(vmp_whpx_exit, execution_state) == offsetof(WHV_RUN_VP_EXIT_CONTEXT, VpContext));
static_assert(offsetof(vmp_whpx_exit, cs) == offsetof(WHV_RUN_VP_EXIT_CONTEXT, VpContext.Cs));
static_assert(offsetof(vmp_whpx_exit, rip) == offsetof(WHV_RUN_VP_EXIT_CONTEXT, VpContext.Rip));
static_assert(offsetof(vmp_whpx_exit, rflags) == offsetof(WHV_RUN_VP_EXIT_CONTEXT, VpContext.Rflags));
static_assert(offsetof(vmp_whpx_exit, details) == offsetof(WHV_RUN_VP_EXIT_CONTEXT, MemoryAccess));
static_assert(sizeof(vmp_whpx_memory_access) == sizeof(WHV_MEMORY_ACCESS_CONTEXT));
static_assert(offsetof(vmp_whpx_memory_access, bytes) == offsetof(WHV_MEMORY_ACCESS_CONTEXT, InstructionBytes));
static_assert(offsetof(vmp_whpx_memory_access, information) == offsetof(WHV_MEMORY_ACCESS_CONTEXT, AccessInfo));
static_assert(offsetof(vmp_whpx_memory_access, physical) == offsetof(WHV_MEMORY_ACCESS_CONTEXT, Gpa));
static_assert(sizeof(vmp_whpx_port_access) == sizeof(WHV_X64_IO_PORT_ACCESS_CONTEXT));
static_assert(offsetof(vmp_whpx_port_access, information) == offsetof(WHV_X64_IO_PORT_ACCESS_CONTEXT, AccessInfo));
static_assert(offsetof(vmp_whpx_port_access, port) == offsetof(WHV_X64_IO_PORT_ACCESS_CONTEXT, PortNumber));
static_assert(sizeof(vmp_whpx_msr_access) == sizeof(WHV_X64_MSR_ACCESS_CONTEXT));
static_assert(offsetof(vmp_whpx_msr_access, number) == offsetof(WHV_X64_MSR_ACCESS_CONTEXT, MsrNumber));
static_assert(sizeof(vmp_whpx_cpuid_access) == sizeof(WHV_X64_CPUID_ACCESS_CONTEXT));
static_assert(offsetof(vmp_whpx_cpuid_access, default_rax) == offsetof(WHV_X64_CPUID_ACCESS_CONTEXT, DefaultResultRax));
static_assert(sizeof(vmp_whpx_exception) == sizeof(WHV_VP_EXCEPTION_CONTEXT));
static_assert(offsetof(vmp_whpx_exception, vector) == offsetof(WHV_VP_EXCEPTION_CONTEXT, ExceptionType));
static_assert(offsetof(vmp_whpx_exception, error_code) == offsetof(WHV_VP_EXCEPTION_CONTEXT, ErrorCode));
static_assert(offsetof(vmp_whpx_exception, parameter) == offsetof(WHV_VP_EXCEPTION_CONTEXT, ExceptionParameter));
static_assert(sizeof(vmp_x86_64_segment) == sizeof(WHV_X64_SEGMENT_REGISTER));

static_assert(VMP_WHPX_EXIT_NONE == +WHvRunVpExitReasonNone);
static_assert(VMP_WHPX_EXIT_MEMORY_ACCESS == +WHvRunVpExitReasonMemoryAccess);
static_assert(VMP_WHPX_EXIT_PORT_ACCESS == +WHvRunVpExitReasonX64IoPortAccess);
static_assert(VMP_WHPX_EXIT_UNRECOVERABLE_EXCEPTION == +WHvRunVpExitReasonUnrecoverableException);
static_assert(VMP_WHPX_EXIT_INVALID_REGISTER_VALUE == +WHvRunVpExitReasonInvalidVpRegisterValue);
static_assert(VMP_WHPX_EXIT_UNSUPPORTED_FEATURE == +WHvRunVpExitReasonUnsupportedFeature);
static_assert(VMP_WHPX_EXIT_INTERRUPT_WINDOW == +WHvRunVpExitReasonX64InterruptWindow);
static_assert(VMP_WHPX_EXIT_HALT == +WHvRunVpExitReasonX64Halt);
static_assert(VMP_WHPX_EXIT_MSR_ACCESS == +WHvRunVpExitReasonX64MsrAccess);
static_assert(VMP_WHPX_EXIT_CPUID == +WHvRunVpExitReasonX64Cpuid);
static_assert(VMP_WHPX_EXIT_EXCEPTION == +WHvRunVpExitReasonException);
static_assert(VMP_WHPX_EXIT_CANCELED == +WHvRunVpExitReasonCanceled);
static_assert(VMP_WHPX_CAPABILITY_HYPERVISOR_PRESENT == +WHvCapabilityCodeHypervisorPresent);
static_assert(VMP_WHPX_CAPABILITY_FEATURES == +WHvCapabilityCodeFeatures);
static_assert(VMP_WHPX_CAPABILITY_EXTENDED_VM_EXITS == +WHvCapabilityCodeExtendedVmExits);
static_assert(VMP_WHPX_CAPABILITY_EXCEPTION_EXIT_BITMAP == +WHvCapabilityCodeExceptionExitBitmap);
static_assert(VMP_WHPX_PROPERTY_EXTENDED_VM_EXITS == +WHvPartitionPropertyCodeExtendedVmExits);
static_assert(VMP_WHPX_PROPERTY_EXCEPTION_EXIT_BITMAP == +WHvPartitionPropertyCodeExceptionExitBitmap);
static_assert(VMP_WHPX_PROPERTY_CPUID_EXIT_LIST == +WHvPartitionPropertyCodeCpuidExitList);
static_assert(VMP_WHPX_PROPERTY_PROCESSOR_COUNT == +WHvPartitionPropertyCodeProcessorCount);
constexpr uint32_t register_bit = 0x80000000;
constexpr bool is_register(uint32_t ours, WHV_REGISTER_NAME theirs) {
  return (ours | register_bit) == static_cast<uint32_t>(theirs);
}
static_assert(is_register(VMP_WHPX_REGISTER_PENDING_INTERRUPTION, WHvRegisterPendingInterruption));
static_assert(is_register(VMP_WHPX_REGISTER_INTERRUPT_STATE, WHvRegisterInterruptState));
static_assert(is_register(VMP_WHPX_REGISTER_PENDING_EVENT, WHvRegisterPendingEvent));
static_assert(is_register(VMP_WHPX_REGISTER_DELIVERABILITY_NOTIFICATIONS, WHvX64RegisterDeliverabilityNotifications));

int32_t get_capability(uint32_t code, void *value, uint32_t bytes) {
  UINT32 written = 0;
  return WHvGetCapability(static_cast<WHV_CAPABILITY_CODE>(code), value, bytes, &written);
}

int32_t create_partition(void **partition) { return WHvCreatePartition(partition); }
int32_t delete_partition(void *partition) { return WHvDeletePartition(partition); }

int32_t set_property(void *partition, uint32_t code, const void *value, uint32_t bytes) {
  return WHvSetPartitionProperty(partition, static_cast<WHV_PARTITION_PROPERTY_CODE>(code), value, bytes);
}

int32_t setup_partition(void *partition) { return WHvSetupPartition(partition); }

int32_t map_gpa_range(void *partition, void *memory, uint64_t address, uint64_t size, uint32_t flags) {
  unsigned allowed = WHvMapGpaRangeFlagRead | WHvMapGpaRangeFlagExecute;
  if ((flags & VMP_SLOT_READ_ONLY) == 0) allowed |= WHvMapGpaRangeFlagWrite;
  if ((flags & VMP_SLOT_LOG_DIRTY) != 0) allowed |= WHvMapGpaRangeFlagTrackDirtyPages;
  return WHvMapGpaRange(partition, memory, address, size, static_cast<WHV_MAP_GPA_RANGE_FLAGS>(allowed));
}

int32_t unmap_gpa_range(void *partition, uint64_t address, uint64_t size) {
  return WHvUnmapGpaRange(partition, address, size);
}

int32_t query_dirty(void *partition, uint64_t address, uint64_t size, uint64_t *bits, uint32_t bytes) {
  return WHvQueryGpaRangeDirtyBitmap(partition, address, size, bits, bytes);
}

int32_t create_vcpu(void *partition, uint32_t index) { return WHvCreateVirtualProcessor(partition, index, 0); }
int32_t delete_vcpu(void *partition, uint32_t index) { return WHvDeleteVirtualProcessor(partition, index); }

int32_t set_register(void *partition, uint32_t index, uint32_t name, uint64_t low, uint64_t high) {
  const auto which = static_cast<WHV_REGISTER_NAME>(name | register_bit);
  WHV_REGISTER_VALUE value{};
  value.Reg128.Low64 = low;
  value.Reg128.High64 = high;
  return WHvSetVirtualProcessorRegisters(partition, index, &which, 1, &value);
}

int32_t run(void *partition, uint32_t index, vmp_whpx_exit *exit) {
  return WHvRunVirtualProcessor(partition, index, exit, sizeof *exit);
}

int32_t cancel_run(void *partition, uint32_t index) { return WHvCancelRunVirtualProcessor(partition, index, 0); }

// The system's copies answer where a plain one would fault.
int32_t copy_memory(void *to, const void *from, uint64_t size) {
  SIZE_T copied = 0;
  // WriteProcessMemory would lift a protection against writing of a page of code, so the target is asked about first.
  for (uint64_t at = 0; at < size;) {
    MEMORY_BASIC_INFORMATION region;
    auto *place = static_cast<uint8_t *>(to) + at;
    if (VirtualQuery(place, &region, sizeof region) == 0 || region.State != MEM_COMMIT) return -EFAULT;
    constexpr DWORD writable = PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    if ((region.Protect & writable) == 0 || (region.Protect & PAGE_GUARD) != 0) return -EFAULT;
    at += static_cast<uint64_t>(static_cast<uint8_t *>(region.BaseAddress) + region.RegionSize - place);
  }
  const BOOL done = ReadProcessMemory(GetCurrentProcess(), from, to, size, &copied);
  return done && copied == size ? 0 : -EFAULT;
}

constexpr vmp_hypervisor_service make_service() {
  vmp_hypervisor_service made{};
  made.struct_size = sizeof made;
  made.x86_emulate = vmp_x86_emulate;
  made.x86_identity = vmp_x86_identity;
  made.x86_cpuid = vmp_x86_cpuid;
  made.whpx_get_capability = get_capability;
  made.whpx_create_partition = create_partition;
  made.whpx_delete_partition = delete_partition;
  made.whpx_set_property = set_property;
  made.whpx_setup_partition = setup_partition;
  made.whpx_map_gpa_range = map_gpa_range;
  made.whpx_unmap_gpa_range = unmap_gpa_range;
  made.whpx_query_dirty = query_dirty;
  made.whpx_create_vcpu = create_vcpu;
  made.whpx_delete_vcpu = delete_vcpu;
  made.whpx_get_state = vmp::whpx::get_state;
  made.whpx_set_state = vmp::whpx::set_state;
  made.whpx_set_register = set_register;
  made.whpx_run = run;
  made.whpx_cancel_run = cancel_run;
  made.copy_memory = copy_memory;
  return made;
}

constexpr vmp_hypervisor_service service = make_service();

}  // namespace

const vmp_hypervisor_service *vmp_hypervisor() { return &service; }
#endif
