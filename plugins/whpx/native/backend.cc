#include "backend.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>

namespace vmp::whpx {
namespace {

// WHV_CAPABILITY_FEATURES and WHV_EXTENDED_VM_EXITS.
constexpr uint64_t feature_dirty_tracking = 1u << 3;
constexpr uint64_t exits_cpuid = 1u << 0, exits_exception = 1u << 2;

const vmp_identity_leaf *find(const Backend &backend, uint32_t number) {
  for (const vmp_identity_leaf &leaf : backend.leaves) {
    if (leaf.leaf == number && leaf.subleaf == 0) return &leaf;
  }
  return nullptr;
}

bool read_identity(Backend &backend, vmp_error *error) {
  uint32_t count = 256;
  backend.leaves.resize(count);
  if (const int32_t result = backend.calls->x86_identity(backend.leaves.data(), &count); result < 0) {
    fail(error, VMP_ERROR_UNSUPPORTED, "WHPX_MISSING", "the processor has more CPUID leaves than expected");
    return false;
  }
  backend.leaves.resize(count);
  return true;
}

// How many virtual CPUs the platform grants one partition; it has no call that says so. 0 with `error` filled.
uint32_t most_vcpus(const Backend &backend, vmp_error *error) {
  int32_t result = 0;
  for (uint32_t count = 64; count != 0; count /= 2) {
    void *partition = create_partition(*backend.calls, count, backend.has_exception_exits, &result);
    if (partition == nullptr) continue;
    backend.calls->whpx_delete_partition(partition);
    return count;
  }
  fail_call(error, "WHvCreatePartition", result);
  return 0;
}

void describe(Backend &backend, uint64_t features) {
  vmp_virtualization &host = backend.host;
  host.struct_size = sizeof host;
  host.features =
      VMP_VIRTUALIZATION_READ_ONLY_MEMORY | VMP_VIRTUALIZATION_FAULT_ADDRESS | VMP_VIRTUALIZATION_SEVERAL_VCPUS;
  if ((features & feature_dirty_tracking) != 0) host.features |= VMP_VIRTUALIZATION_DIRTY_LOG;
  if (backend.has_exception_exits) host.features |= VMP_VIRTUALIZATION_SINGLE_STEP;
  // Intel SDM volume 2, CPUID.
  const vmp_identity_leaf *sizes = find(backend, 0x80000008);
  host.physical_bits = sizes != nullptr ? sizes->eax & 255 : 36;
  host.slots = 65536;  // the platform has no limit but memory
  const vmp_identity_leaf *extended = find(backend, 0xd);
  constexpr uint32_t legacy_and_header = 576;
  host.xcr0 = extended != nullptr ? uint64_t{extended->edx} << 32 | extended->eax : 3;
  host.xsave_size = extended != nullptr ? extended->ecx : legacy_and_header;
  host.xsave_size = std::min<uint32_t>(host.xsave_size, sizeof(vmp_x86_64_state::xsave));
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
  std::snprintf(message, sizeof message, "%s: HRESULT 0x%08x", call, static_cast<unsigned>(result));
  // E_OUTOFMEMORY and ERROR_NO_SYSTEM_RESOURCES
  const auto code = static_cast<uint32_t>(result);
  const bool is_memory = code == 0x8007000e || code == 0x800705aa;
  return fail(error, is_memory ? VMP_ERROR_OUT_OF_MEMORY : VMP_ERROR_UNSUPPORTED, "WHPX_CALL_FAILED", message);
}

void *create_partition(const vmp_hypervisor_service &calls, uint32_t vcpus, bool has_exception_exits, int32_t *result) {
  // CPUID is answered from each virtual CPU's identity: all leaves that processors and hypervisors have.
  static const std::vector<uint32_t> leaves = [] {
    std::vector<uint32_t> list;
    for (uint32_t i = 0; i <= 0x24; ++i) list.push_back(i);
    for (uint32_t i = 0; i <= 0x0b; ++i) list.push_back(0x40000000 + i);
    for (uint32_t i = 0; i <= 0x26; ++i) list.push_back(0x80000000 + i);
    return list;
  }();
  void *partition = nullptr;
  *result = calls.whpx_create_partition(&partition);
  if (*result < 0) return nullptr;
  const uint64_t exits = exits_cpuid | (has_exception_exits ? exits_exception : 0);
  const struct {
    uint32_t code;
    const void *value;
    size_t size;
  } properties[] = {{VMP_WHPX_PROPERTY_PROCESSOR_COUNT, &vcpus, sizeof vcpus},
                    {VMP_WHPX_PROPERTY_EXTENDED_VM_EXITS, &exits, sizeof exits},
                    {VMP_WHPX_PROPERTY_CPUID_EXIT_LIST, leaves.data(), leaves.size() * sizeof leaves[0]}};
  for (const auto &one : properties) {
    *result = calls.whpx_set_property(partition, one.code, one.value, static_cast<uint32_t>(one.size));
    if (*result < 0) break;
  }
  if (*result >= 0) *result = calls.whpx_setup_partition(partition);
  if (*result >= 0) return partition;
  calls.whpx_delete_partition(partition);
  return nullptr;
}

Backend *open_backend(const vmp_hypervisor_service *calls, vmp_error *error) {
  if (calls == nullptr || !VMP_HAS(calls, vmp_hypervisor_service, copy_memory) ||
      calls->whpx_get_capability == nullptr) {
    fail(error, VMP_ERROR_UNSUPPORTED, "WHPX_MISSING", "the host does not offer Windows Hypervisor Platform's calls");
    return nullptr;
  }
  uint32_t is_present = 0;
  if (calls->whpx_get_capability(VMP_WHPX_CAPABILITY_HYPERVISOR_PRESENT, &is_present, sizeof is_present) < 0 ||
      is_present == 0) {
    fail(error, VMP_ERROR_UNSUPPORTED, "WHPX_MISSING",
         "Windows Hypervisor Platform is off: turn the Windows feature of this name on, and virtualization in the "
         "firmware");
    return nullptr;
  }
  uint64_t features = 0, exits = 0;
  calls->whpx_get_capability(VMP_WHPX_CAPABILITY_FEATURES, &features, sizeof features);
  const int32_t result = calls->whpx_get_capability(VMP_WHPX_CAPABILITY_EXTENDED_VM_EXITS, &exits, sizeof exits);
  if (result < 0 || (exits & exits_cpuid) == 0) {
    fail(error, VMP_ERROR_UNSUPPORTED, "WHPX_TOO_OLD", "this Windows cannot hand CPUID to a program");
    return nullptr;
  }
  auto backend = std::make_unique<Backend>(Backend{calls, {}, (exits & exits_exception) != 0, {}});
  if (!read_identity(*backend, error)) return nullptr;
  describe(*backend, features);
  backend->host.largest_vcpus = most_vcpus(*backend, error);
  return backend->host.largest_vcpus != 0 ? backend.release() : nullptr;
}

}  // namespace vmp::whpx
