#include "backend.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace vmp::hvf {
namespace {

constexpr uint32_t denied = 0xfae94007, busy = 0xfae94002, no_resources = 0xfae94005;

// Intel SDM volume 2, CPUID.
void describe_states(Backend &backend) {
  vmp_virtualization &host = backend.host;
  constexpr uint32_t legacy_and_header = 576;
  host.xcr0 = 3;
  host.xsave_size = legacy_and_header;
  for (const vmp_identity_leaf &leaf : backend.leaves) {
    if (leaf.leaf != 0xd || leaf.subleaf != 0) continue;
    host.xcr0 = uint64_t{leaf.edx} << 32 | leaf.eax;
    host.xsave_size = std::min<uint32_t>(leaf.ecx, sizeof(vmp_x86_64_state::xsave));
  }
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
  const auto code = static_cast<uint32_t>(result);
  char message[200];
  const char *hint = code == denied ? " (is the program signed with com.apple.security.hypervisor?)"
                     : code == busy ? " (another virtual machine of this process has it)"
                                    : "";
  std::snprintf(message, sizeof message, "%s: hv_return_t 0x%08x%s", call, code, hint);
  const vmp_status status = code == denied         ? VMP_ERROR_DENIED
                            : code == no_resources ? VMP_ERROR_OUT_OF_MEMORY
                                                   : VMP_ERROR_UNSUPPORTED;
  return fail(error, status, "HVF_CALL_FAILED", message);
}

Backend *open_backend(const vmp_hypervisor_service *calls, vmp_error *error) {
  if (calls == nullptr || !VMP_HAS(calls, vmp_hypervisor_service, hvf_vm_create)) {
    fail(error, VMP_ERROR_UNSUPPORTED, "HVF_MISSING", "the host does not offer Hypervisor.framework's calls");
    return nullptr;
  }
  auto backend = std::make_unique<Backend>(Backend{calls, {}, static_cast<uint64_t>(::getpagesize()), {}});
  vmp_virtualization &host = backend->host;
  host.struct_size = sizeof host;
  host.features = VMP_VIRTUALIZATION_READ_ONLY_MEMORY | VMP_VIRTUALIZATION_DIRTY_LOG | VMP_VIRTUALIZATION_SINGLE_STEP |
                  VMP_VIRTUALIZATION_FAULT_ADDRESS | VMP_VIRTUALIZATION_SEVERAL_VCPUS;
  const int32_t vcpus = calls->hvf_largest_vcpus();
  if (vcpus <= 0) {
    fail_call(error, "the number of virtual CPUs", vcpus);
    return nullptr;
  }
  host.largest_vcpus = static_cast<uint32_t>(vcpus);
  host.physical_bits = static_cast<uint32_t>(calls->hvf_physical_bits());
  host.slots = 65536;  // the framework has no limit but memory
  if (calls->hvf_get_x86_state == nullptr) return backend.release();
  uint32_t count = 256;
  backend->leaves.resize(count);
  if (const int32_t result = calls->x86_identity(backend->leaves.data(), &count); result < 0) {
    fail(error, VMP_ERROR_UNSUPPORTED, "HVF_MISSING", "the processor has more CPUID leaves than expected");
    return nullptr;
  }
  backend->leaves.resize(count);
  describe_states(*backend);
  return backend.release();
}

}  // namespace vmp::hvf
