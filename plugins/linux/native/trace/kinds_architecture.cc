// arch_prctl(2) of x86-64.
#include <algorithm>

#include "trace/kinds.h"

namespace vmp_linux::trace {
namespace {

// Linux, arch/x86/include/uapi/asm/prctl.h; as many as strace names.
enum Option : uint32_t {
  set_gs = 0x1001,
  set_fs = 0x1002,
  get_fs = 0x1003,
  get_gs = 0x1004,
  get_cpuid = 0x1011,
  set_cpuid = 0x1012,
  get_components = 0x1021,
  get_permitted = 0x1022,
  request_component = 0x1023,
  get_guest_permitted = 0x1024,
  request_guest_component = 0x1025,
};
constexpr Name kOptionNames[] = {{set_gs, "ARCH_SET_GS"},
                                 {set_fs, "ARCH_SET_FS"},
                                 {get_fs, "ARCH_GET_FS"},
                                 {get_gs, "ARCH_GET_GS"},
                                 {get_cpuid, "ARCH_GET_CPUID"},
                                 {set_cpuid, "ARCH_SET_CPUID"},
                                 {get_components, "ARCH_GET_XCOMP_SUPP"},
                                 {get_permitted, "ARCH_GET_XCOMP_PERM"},
                                 {request_component, "ARCH_REQ_XCOMP_PERM"},
                                 {get_guest_permitted, "ARCH_GET_XCOMP_GUEST_PERM"},
                                 {request_guest_component, "ARCH_REQ_XCOMP_GUEST_PERM"},
                                 {0x2001, "ARCH_MAP_VDSO_X32"},
                                 {0x2002, "ARCH_MAP_VDSO_32"},
                                 {0x2003, "ARCH_MAP_VDSO_64"}};
constexpr Names kOptions = {kOptionNames, "ARCH_???"};

// Intel SDM volume 1, section 13.1, by their bits' numbers.
constexpr Name kComponentNames[] = {
    {0, "XFEATURE_FP"},         {1, "XFEATURE_SSE"},        {2, "XFEATURE_YMM"},
    {3, "XFEATURE_BNDREGS"},    {4, "XFEATURE_BNDCSR"},     {5, "XFEATURE_OPMASK"},
    {6, "XFEATURE_ZMM_Hi256"},  {7, "XFEATURE_Hi16_ZMM"},   {8, "XFEATURE_PT_UNIMPLEMENTED_SO_FAR"},
    {9, "XFEATURE_PKRU"},       {10, "XFEATURE_PASID"},     {15, "XFEATURE_LBR"},
    {17, "XFEATURE_XTILE_CFG"}, {18, "XFEATURE_XTILE_DATA"}};

unsigned long long wide(uint64_t value) { return value; }

void print_component(Printer &to, uint64_t number) {
  const auto *known = std::ranges::find(kComponentNames, number, &Name::value);
  to.format("%#llx /* %s */", wide(number), known != std::end(kComponentNames) ? known->name : "XFEATURE_???");
}

void print_argument(Printer &to, unsigned index, const Names *) {
  const uint64_t argument = to.arguments[index];
  switch (static_cast<uint32_t>(to.arguments[0])) {
    case get_cpuid:
      return;
    case get_fs:
    case get_gs:
    case get_components:
    case get_permitted:
    case get_guest_permitted: {
      uint64_t value;
      if (!to.fetch(argument, value)) return;
      to.put("[");
      to.address(value);
      return to.put("]");
    }
    case request_component:
    case request_guest_component:
      return print_component(to, argument);
    default:
      return to.format("%#llx", wide(argument));
  }
}

}  // namespace

namespace kinds {

const Kind architecture_option = {print_symbol, &kOptions};
const Kind architecture_argument = {print_argument, nullptr, When::leaving};

}  // namespace kinds
}  // namespace vmp_linux::trace
