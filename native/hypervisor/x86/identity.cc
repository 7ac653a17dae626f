// CPUID (Intel SDM volume 2), for hypervisors that leave it to the program.
#include <cerrno>
#include <initializer_list>

#include "hypervisor/hypervisor.h"
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace {

constexpr uint64_t cr4_osxsave = 1u << 18, cr4_protection_keys = 1u << 22;

// The leaves whose subleaf 0 is not all: up to where each ends.
bool has_subleaves(uint32_t leaf) {
  return leaf == 4 || leaf == 7 || leaf == 0xb || leaf == 0xd || leaf == 0x14 || leaf == 0x18 || leaf == 0x1f ||
         leaf == 0x8000001d;
}

const vmp_identity_leaf *find(const vmp_identity_leaf *leaves, uint32_t count, uint32_t leaf, uint32_t subleaf) {
  for (uint32_t i = 0; i < count; ++i) {
    if (leaves[i].leaf == leaf && (leaves[i].has_subleaf == 0 || leaves[i].subleaf == subleaf)) return &leaves[i];
  }
  return nullptr;
}

#if defined(__x86_64__)
// What the processor can do and such a guest cannot.
void withhold(vmp_identity_leaf &leaf) {
  const auto clear = [](uint32_t &where, std::initializer_list<unsigned> bits) {
    for (const unsigned bit : bits) where &= ~(1u << bit);
  };
  switch (leaf.leaf) {
    case 1:
      // DTES64, MONITOR, DS-CPL, VMX, SMX, EIST, TM2, SDBG, PDCM, DCA, x2APIC, TSC deadline, OSXSAVE
      clear(leaf.ecx, {2, 3, 4, 5, 6, 7, 8, 11, 15, 18, 21, 24, 27});
      // VME, MCE, MCA, MTRR, DS, ACPI, TM, PBE
      clear(leaf.edx, {1, 7, 12, 14, 21, 22, 29, 31});
      leaf.ecx |= 1u << 31;  // in a virtual machine
      leaf.ebx &= 0x00ffffff;
      break;
    case 6:
    case 0xa:
    case 0x12:
    case 0x14:
      leaf.eax = leaf.ebx = leaf.ecx = leaf.edx = 0;
      break;
    case 7:
      if (leaf.subleaf != 0) break;
      // TSC_ADJUST, SGX, PQM, PQE, PT
      clear(leaf.ebx, {1, 2, 12, 15, 25});
      // OSPKE, WAITPKG, TME, SGX_LC, ENQCMD
      clear(leaf.ecx, {4, 5, 13, 29, 30});
      clear(leaf.edx, {19});  // ARCH_LBR
      break;
    case 0xd:
      if (leaf.subleaf == 1) clear(leaf.eax, {3});  // XSAVES
      break;
    case 0x80000001:
      // SVM, IBS, SKINIT, WDT, topology extensions, performance counters
      clear(leaf.ecx, {2, 10, 12, 13, 22, 23, 24, 28});
      break;
    default:
      break;
  }
}

bool is_last(const vmp_identity_leaf &leaf, uint32_t subleaf) {
  if (leaf.leaf == 4 || leaf.leaf == 0x8000001d) return (leaf.eax & 31) == 0;
  if (leaf.leaf == 0xb || leaf.leaf == 0x1f) return (leaf.ecx >> 8 & 255) == 0;
  if (leaf.leaf == 0xd) return subleaf >= 63;
  return true;
}
#endif

}  // namespace

int32_t vmp_x86_identity([[maybe_unused]] vmp_identity_leaf *leaves, uint32_t *count) {
#if defined(__x86_64__)
  const uint32_t capacity = *count;
  uint32_t found = 0;
  for (const uint32_t first : {0u, 0x80000000u}) {
    const uint32_t last = __get_cpuid_max(first, nullptr);
    for (uint32_t number = first; number <= last && number - first < 64; ++number) {
      for (uint32_t subleaf = 0;; ++subleaf) {
        vmp_identity_leaf leaf{};
        leaf.leaf = number;
        leaf.subleaf = subleaf;
        leaf.has_subleaf = has_subleaves(number) ? 1 : 0;
        __cpuid_count(number, subleaf, leaf.eax, leaf.ebx, leaf.ecx, leaf.edx);
        const bool ends = leaf.has_subleaf == 0 || is_last(leaf, subleaf);
        withhold(leaf);
        const bool is_empty = subleaf > 1 && (leaf.eax | leaf.ebx | leaf.ecx | leaf.edx) == 0;
        if (!is_empty) {
          if (found < capacity) leaves[found] = leaf;
          ++found;
        }
        if (ends) break;
      }
    }
  }
  *count = found;
  return found <= capacity ? 0 : -E2BIG;
#else
  *count = 0;
  return -ENOTSUP;
#endif
}

int32_t vmp_x86_cpuid(const vmp_identity_leaf *leaves, uint32_t count, uint64_t cr4, vmp_x86_64_state *general) {
  const auto leaf = static_cast<uint32_t>(general->gpr[0]);
  const auto subleaf = static_cast<uint32_t>(general->gpr[1]);
  const vmp_identity_leaf *found = find(leaves, count, leaf, subleaf);
  vmp_identity_leaf answer = found != nullptr ? *found : vmp_identity_leaf{};
  // Two bits show what the guest's kernel has switched on.
  if (leaf == 1) answer.ecx = (answer.ecx & ~(1u << 27)) | ((cr4 & cr4_osxsave) != 0 ? 1u << 27 : 0);
  if (leaf == 7 && subleaf == 0)
    answer.ecx = (answer.ecx & ~(1u << 4)) | ((cr4 & cr4_protection_keys) != 0 ? 1u << 4 : 0);
  general->gpr[0] = answer.eax;
  general->gpr[3] = answer.ebx;
  general->gpr[1] = answer.ecx;
  general->gpr[2] = answer.edx;
  return 0;
}
