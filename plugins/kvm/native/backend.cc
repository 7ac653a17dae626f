#include "backend.h"

#include <cpuid.h>
#include <linux/kvm.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace vmp::kvm {
namespace {

// KVM_CAP_MEMORY_FAULT_INFO, younger than the oldest headers.
constexpr uint32_t memory_fault_info = 232;

// What cannot be done without: the shared registers and a wake-up that is not lost.
constexpr struct {
  uint32_t extension;
  const char *name;
} required[] = {{KVM_CAP_USER_MEMORY, "KVM_CAP_USER_MEMORY"},
                {KVM_CAP_SYNC_REGS, "KVM_CAP_SYNC_REGS"},
                {KVM_CAP_IMMEDIATE_EXIT, "KVM_CAP_IMMEDIATE_EXIT"},
                {KVM_CAP_XSAVE, "KVM_CAP_XSAVE"}};

bool has(const Backend &backend, uint32_t extension) {
  return backend.calls->kvm_check_extension(backend.kvm, extension) > 0;
}

uint32_t physical_bits() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  constexpr unsigned address_sizes = 0x80000008;  // Intel SDM volume 2, CPUID
  return __get_cpuid(address_sizes, &eax, &ebx, &ecx, &edx) != 0 ? eax & 255 : 36;
}

void describe(Backend &backend) {
  vmp_virtualization &host = backend.host;
  host = {};
  host.struct_size = sizeof host;
  constexpr struct {
    uint32_t extension;
    uint32_t feature;
  } features[] = {{KVM_CAP_READONLY_MEM, VMP_VIRTUALIZATION_READ_ONLY_MEMORY},
                  {KVM_CAP_IRQCHIP, VMP_VIRTUALIZATION_INTERRUPT_CONTROLLER},
                  {KVM_CAP_PIT2, VMP_VIRTUALIZATION_TIMER},
                  {KVM_CAP_IOEVENTFD, VMP_VIRTUALIZATION_IO_EVENT},
                  {KVM_CAP_IRQFD, VMP_VIRTUALIZATION_LINE_EVENT},
                  {KVM_CAP_SET_GUEST_DEBUG, VMP_VIRTUALIZATION_SINGLE_STEP},
                  {memory_fault_info, VMP_VIRTUALIZATION_FAULT_ADDRESS}};
  host.features = VMP_VIRTUALIZATION_DIRTY_LOG | VMP_VIRTUALIZATION_SEVERAL_VCPUS;
  for (const auto &one : features) host.features |= has(backend, one.extension) ? one.feature : 0;
  host.physical_bits = physical_bits();
  const int32_t slots = backend.calls->kvm_check_extension(backend.kvm, KVM_CAP_NR_MEMSLOTS);
  host.slots = slots > 0 ? static_cast<uint32_t>(slots) : 32;
  const int32_t vcpus = backend.calls->kvm_check_extension(backend.kvm, KVM_CAP_MAX_VCPUS);
  host.largest_vcpus = vcpus > 0 ? static_cast<uint32_t>(vcpus) : 4;
  host.xsave_size = backend.identity->xsave_size;
  host.xcr0 = backend.identity->components;
}

}  // namespace

vmp_status fail(vmp_error *error, vmp_status status, const char *code, const char *message) {
  if (VMP_CAN_EXPLAIN(error)) {
    error->status = status;
    std::snprintf(error->code, sizeof error->code, "%s", code);
    std::snprintf(error->message, sizeof error->message, "%s", message);
  }
  return status;
}

vmp_status fail_call(vmp_error *error, const char *call, int32_t result) {
  char message[160];
  std::snprintf(message, sizeof message, "%s: %s", call, std::strerror(-result));
  const bool is_memory = result == -ENOMEM || result == -EMFILE || result == -ENFILE;
  return fail(error, is_memory ? VMP_ERROR_OUT_OF_MEMORY : VMP_ERROR_UNSUPPORTED, "KVM_CALL_FAILED", message);
}

namespace {

vmp_status refuse_file(int32_t result, vmp_error *error) {
  switch (-result) {
    case EACCES:
      return fail(error, VMP_ERROR_DENIED, "KVM_DENIED",
                  "/dev/kvm may not be opened: add the user to its group (usermod -aG kvm USER) and log in again");
    // What the file's mode allows, a policy of the control group may not.
    case EPERM:
      return fail(error, VMP_ERROR_DENIED, "KVM_DENIED",
                  "/dev/kvm may not be opened: a policy of this container denies it; start it with --device /dev/kvm");
    case EISDIR:
      return fail(error, VMP_ERROR_UNSUPPORTED, "KVM_NOT_A_DEVICE",
                  "/dev/kvm is a folder: remove it, then mknod -m 660 /dev/kvm c 10 232");
    case ENOENT:
    case ENXIO:
    case ENODEV:
      break;
    default:
      return fail_call(error, "opening /dev/kvm", result);
  }
  char message[200];
  std::snprintf(message, sizeof message,
                "/dev/kvm: %s (is virtualization on in the firmware, and the module kvm loaded?)",
                std::strerror(-result));
  return fail(error, VMP_ERROR_UNSUPPORTED, "KVM_MISSING", message);
}

vmp_status check_version(const Backend &backend, vmp_error *error) {
  const int32_t version = backend.calls->kvm_get_api_version(backend.kvm);
  if (version == KVM_API_VERSION) return VMP_OK;
  char message[200];
  if (version < 0) {
    std::snprintf(
        message, sizeof message,
        "/dev/kvm is not KVM's device (KVM_GET_API_VERSION: %s): remove it, then mknod -m 660 /dev/kvm c 10 232",
        std::strerror(-version));
    return fail(error, VMP_ERROR_UNSUPPORTED, "KVM_NOT_A_DEVICE", message);
  }
  std::snprintf(message, sizeof message,
                "/dev/kvm has KVM's API version %d, and %d is needed: use a kernel whose KVM has it", version,
                KVM_API_VERSION);
  return fail(error, VMP_ERROR_UNSUPPORTED, "KVM_WRONG_VERSION", message);
}

vmp_status check_extensions(const Backend &backend, vmp_error *error) {
  for (const auto &[extension, name] : required) {
    if (has(backend, extension)) continue;
    char message[160];
    std::snprintf(
        message, sizeof message,
        "this kernel's KVM lacks %s (capability %u): use Linux 4.17 or newer, or another hypervisor around it", name,
        extension);
    return fail(error, VMP_ERROR_UNSUPPORTED, "KVM_TOO_OLD", message);
  }
  return VMP_OK;
}

// Fills what the backend lacks, or says why it cannot.
vmp_status open_kvm(Backend &backend, vmp_error *error) {
  const vmp_hypervisor_service *calls = backend.calls;
  if (calls == nullptr || !VMP_KNOWS(calls, vmp_hypervisor_service, kvm_run) || calls->kvm_open == nullptr)
    return fail(error, VMP_ERROR_UNSUPPORTED, "KVM_MISSING", "the host does not offer KVM's calls");
  backend.kvm = calls->kvm_open();
  if (backend.kvm < 0) return refuse_file(backend.kvm, error);
  vmp_status status = check_version(backend, error);
  if (status == VMP_OK) status = check_extensions(backend, error);
  if (status != VMP_OK) return status;
  const int32_t size = calls->kvm_get_vcpu_mmap_size(backend.kvm);
  if (size < static_cast<int32_t>(sizeof(kvm_run))) {
    return fail(error, VMP_ERROR_UNSUPPORTED, "KVM_TOO_OLD", "KVM_GET_VCPU_MMAP_SIZE answers less than one kvm_run");
  }
  backend.run_area_size = static_cast<uint64_t>(size);
  int32_t result = 0;
  backend.identity = identity_of(*calls, backend.kvm, result);
  if (backend.identity == nullptr) return fail_call(error, "KVM_GET_SUPPORTED_CPUID", result);
  describe(backend);
  return VMP_OK;
}

}  // namespace

Backend *open_backend(const vmp_hypervisor_service *calls) {
  auto backend = std::make_unique<Backend>(Backend{calls, -1, 0, {}, {}, nullptr});
  backend->refusal.struct_size = sizeof backend->refusal;
  open_kvm(*backend, &backend->refusal);
  return backend.release();
}

void close_backend(Backend *backend) {
  if (backend->kvm >= 0) ::close(backend->kvm);
  delete backend;
}

vmp_status refuse(const Backend &backend, vmp_error *error) {
  const vmp_error &refusal = backend.refusal;
  return fail(error, refusal.status, refusal.code, refusal.message);
}

}  // namespace vmp::kvm
