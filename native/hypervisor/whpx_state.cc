#include "hypervisor/whpx.h"

#ifdef _WIN32
#include <windows.h>
// After <windows.h>, whose types it uses.
#include <winhvplatform.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace vmp::whpx {
namespace {

// What a register's value is in the layout.
enum class Form : uint8_t { word, segment, table };

struct Register {
  uint32_t state_class;
  WHV_REGISTER_NAME name;
  Form form;
  size_t offset;        // in the layout
  size_t limit_offset;  // of a table
};

constexpr Register word(uint32_t state_class, WHV_REGISTER_NAME name, size_t offset) {
  return {state_class, name, Form::word, offset, 0};
}
constexpr Register segment(WHV_REGISTER_NAME name, size_t offset) {
  return {VMP_STATE_SYSTEM, name, Form::segment, offset, 0};
}
constexpr Register gpr(WHV_REGISTER_NAME name, unsigned number) {
  return word(VMP_STATE_GENERAL, name, offsetof(vmp_x86_64_state, gpr) + number * sizeof(uint64_t));
}

using State = vmp_x86_64_state;

// EFER before CR0: with paging on, a processor that is to be in long mode must find LME there.
constexpr Register registers[] = {
    gpr(WHvX64RegisterRax, 0),
    gpr(WHvX64RegisterRcx, 1),
    gpr(WHvX64RegisterRdx, 2),
    gpr(WHvX64RegisterRbx, 3),
    gpr(WHvX64RegisterRsp, 4),
    gpr(WHvX64RegisterRbp, 5),
    gpr(WHvX64RegisterRsi, 6),
    gpr(WHvX64RegisterRdi, 7),
    gpr(WHvX64RegisterR8, 8),
    gpr(WHvX64RegisterR9, 9),
    gpr(WHvX64RegisterR10, 10),
    gpr(WHvX64RegisterR11, 11),
    gpr(WHvX64RegisterR12, 12),
    gpr(WHvX64RegisterR13, 13),
    gpr(WHvX64RegisterR14, 14),
    gpr(WHvX64RegisterR15, 15),
    word(VMP_STATE_GENERAL, WHvX64RegisterRip, offsetof(State, rip)),
    word(VMP_STATE_GENERAL, WHvX64RegisterRflags, offsetof(State, rflags)),
    segment(WHvX64RegisterCs, offsetof(State, cs)),
    segment(WHvX64RegisterDs, offsetof(State, ds)),
    segment(WHvX64RegisterEs, offsetof(State, es)),
    segment(WHvX64RegisterFs, offsetof(State, fs)),
    segment(WHvX64RegisterGs, offsetof(State, gs)),
    segment(WHvX64RegisterSs, offsetof(State, ss)),
    segment(WHvX64RegisterTr, offsetof(State, tr)),
    segment(WHvX64RegisterLdtr, offsetof(State, ldt)),
    {VMP_STATE_SYSTEM, WHvX64RegisterGdtr, Form::table, offsetof(State, gdt_base), offsetof(State, gdt_limit)},
    {VMP_STATE_SYSTEM, WHvX64RegisterIdtr, Form::table, offsetof(State, idt_base), offsetof(State, idt_limit)},
    word(VMP_STATE_SYSTEM, WHvX64RegisterEfer, offsetof(State, efer)),
    word(VMP_STATE_SYSTEM, WHvX64RegisterCr0, offsetof(State, cr0)),
    word(VMP_STATE_SYSTEM, WHvX64RegisterCr2, offsetof(State, cr2)),
    word(VMP_STATE_SYSTEM, WHvX64RegisterCr3, offsetof(State, cr3)),
    word(VMP_STATE_SYSTEM, WHvX64RegisterCr4, offsetof(State, cr4)),
    word(VMP_STATE_SYSTEM, WHvX64RegisterCr8, offsetof(State, cr8)),
    word(VMP_STATE_SYSTEM, WHvX64RegisterApicBase, offsetof(State, apic_base)),
    word(VMP_STATE_VECTOR, WHvX64RegisterXCr0, offsetof(State, xcr0)),
    word(VMP_STATE_MODEL, WHvX64RegisterKernelGsBase, offsetof(State, kernel_gs_base)),
    word(VMP_STATE_MODEL, WHvX64RegisterStar, offsetof(State, star)),
    word(VMP_STATE_MODEL, WHvX64RegisterLstar, offsetof(State, lstar)),
    word(VMP_STATE_MODEL, WHvX64RegisterCstar, offsetof(State, cstar)),
    word(VMP_STATE_MODEL, WHvX64RegisterSfmask, offsetof(State, sfmask)),
    word(VMP_STATE_COUNTER, WHvX64RegisterTsc, offsetof(State, tsc)),
};
constexpr UINT32 most = sizeof registers / sizeof registers[0];

// The layout's bit of an unusable segment; the interface tells them by their absence.
constexpr uint16_t unusable = 1u << 8, present = 1u << 7;

WHV_X64_SEGMENT_REGISTER to_segment(const vmp_x86_64_segment &from) {
  WHV_X64_SEGMENT_REGISTER to{};
  to.Base = from.base;
  to.Limit = from.limit;
  to.Selector = from.selector;
  to.Attributes = (from.attributes & unusable) != 0 ? from.attributes & ~(unusable | present) : from.attributes;
  return to;
}

vmp_x86_64_segment from_segment(const WHV_X64_SEGMENT_REGISTER &from) {
  const uint16_t attributes = from.Attributes;
  return {.base = from.Base,
          .limit = from.Limit,
          .selector = from.Selector,
          .attributes = static_cast<uint16_t>((attributes & present) != 0 ? attributes : attributes | unusable)};
}

WHV_REGISTER_VALUE value_of(const Register &from, const State &state) {
  const auto *base = reinterpret_cast<const uint8_t *>(&state);
  WHV_REGISTER_VALUE value{};
  switch (from.form) {
    case Form::word:
      std::memcpy(&value.Reg64, base + from.offset, sizeof value.Reg64);
      break;
    case Form::segment: {
      vmp_x86_64_segment segment;
      std::memcpy(&segment, base + from.offset, sizeof segment);
      value.Segment = to_segment(segment);
      break;
    }
    case Form::table:
      std::memcpy(&value.Table.Base, base + from.offset, sizeof value.Table.Base);
      std::memcpy(&value.Table.Limit, base + from.limit_offset, sizeof value.Table.Limit);
      break;
  }
  return value;
}

void take(const Register &from, const WHV_REGISTER_VALUE &value, State &state) {
  auto *base = reinterpret_cast<uint8_t *>(&state);
  switch (from.form) {
    case Form::word:
      std::memcpy(base + from.offset, &value.Reg64, sizeof value.Reg64);
      break;
    case Form::segment: {
      const vmp_x86_64_segment segment = from_segment(value.Segment);
      std::memcpy(base + from.offset, &segment, sizeof segment);
      break;
    }
    case Form::table:
      std::memcpy(base + from.offset, &value.Table.Base, sizeof value.Table.Base);
      std::memcpy(base + from.limit_offset, &value.Table.Limit, sizeof value.Table.Limit);
      break;
  }
}

// The standard and the compacted format of XSAVE (Intel SDM volume 1, section 13.4). The interface gives and takes the
// compacted one, the layout holds the standard one; the offsets of the standard format are CPUID's, leaf 0DH.
constexpr size_t legacy_size = 512, header_size = 64, header_end = legacy_size + header_size;
constexpr uint64_t compacted = uint64_t{1} << 63;

struct Component {
  uint32_t offset;  // in the standard format
  uint32_t size;
  bool is_aligned;  // to 64 bytes, in the compacted format
};

Component component(unsigned number) {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  __asm__("cpuid" : "=a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx) : "a"(0xd), "c"(number));
  return {ebx, eax, (ecx & 2) != 0};
}

// Copies the components beyond the legacy ones, between the formats. False: one lies outside of an area.
template <typename Copy>
bool each_component(uint64_t present_components, uint64_t compact_components, Copy copy) {
  size_t at = header_end;
  for (unsigned number = 2; number < 63; ++number) {
    if ((compact_components >> number & 1) == 0) continue;
    const Component one = component(number);
    if (one.is_aligned) at = (at + 63) & ~size_t{63};
    if ((present_components >> number & 1) != 0 && !copy(one, at)) return false;
    at += one.size;
  }
  return true;
}

constexpr UINT32 xsave_room = 2 * sizeof(State::xsave);

int32_t get_xsave(void *partition, uint32_t index, State &state) {
  alignas(64) uint8_t area[xsave_room];
  UINT32 written = 0;
  const HRESULT result = WHvGetVirtualProcessorXsaveState(partition, index, area, sizeof area, &written);
  if (FAILED(result)) return result;
  std::memset(state.xsave, 0, sizeof state.xsave);
  uint64_t header[2];
  std::memcpy(header, area + legacy_size, sizeof header);
  if ((header[1] & compacted) == 0) {
    std::memcpy(state.xsave, area, std::min<size_t>(written, sizeof state.xsave));
    state.xsave_size = sizeof state.xsave;
    return S_OK;
  }
  std::memcpy(state.xsave, area, legacy_size);
  std::memcpy(state.xsave + legacy_size, &header[0], sizeof header[0]);
  const bool fits = each_component(header[0], header[1], [&](const Component &one, size_t at) {
    if (at + one.size > written || one.offset + size_t{one.size} > sizeof state.xsave) return false;
    std::memcpy(state.xsave + one.offset, area + at, one.size);
    return true;
  });
  state.xsave_size = sizeof state.xsave;
  return fits ? S_OK : HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER);
}

int32_t set_xsave(void *partition, uint32_t index, const State &state) {
  alignas(64) uint8_t area[xsave_room] = {};
  uint64_t components = 0;
  std::memcpy(&components, state.xsave + legacy_size, sizeof components);
  std::memcpy(area, state.xsave, legacy_size);
  const uint64_t header[2] = {components, components | compacted};
  std::memcpy(area + legacy_size, header, sizeof header);
  size_t end = header_end;
  const bool fits = each_component(components, components, [&](const Component &one, size_t at) {
    if (at + one.size > sizeof area || one.offset + size_t{one.size} > sizeof state.xsave) return false;
    std::memcpy(area + at, state.xsave + one.offset, one.size);
    end = at + one.size;
    return true;
  });
  if (!fits) return E_INVALIDARG;
  return WHvSetVirtualProcessorXsaveState(partition, index, area, static_cast<UINT32>(end));
}

}  // namespace

int32_t get_state(void *partition, uint32_t index, uint32_t classes, vmp_x86_64_state *state) {
  WHV_REGISTER_NAME names[most];
  WHV_REGISTER_VALUE values[most];
  const Register *wanted[most];
  UINT32 count = 0;
  for (const Register &one : registers) {
    if ((one.state_class & classes) == 0) continue;
    wanted[count] = &one;
    names[count++] = one.name;
  }
  if (count != 0) {
    const HRESULT result = WHvGetVirtualProcessorRegisters(partition, index, names, count, values);
    if (FAILED(result)) return result;
    for (UINT32 i = 0; i < count; ++i) take(*wanted[i], values[i], *state);
  }
  return (classes & VMP_STATE_VECTOR) != 0 ? get_xsave(partition, index, *state) : S_OK;
}

int32_t set_state(void *partition, uint32_t index, uint32_t classes, const vmp_x86_64_state *state) {
  WHV_REGISTER_NAME names[most];
  WHV_REGISTER_VALUE values[most];
  UINT32 count = 0;
  for (const Register &one : registers) {
    if ((one.state_class & classes) == 0) continue;
    names[count] = one.name;
    values[count++] = value_of(one, *state);
  }
  if (count != 0) {
    const HRESULT result = WHvSetVirtualProcessorRegisters(partition, index, names, count, values);
    if (FAILED(result)) return result;
  }
  return (classes & VMP_STATE_VECTOR) != 0 ? set_xsave(partition, index, *state) : S_OK;
}

}  // namespace vmp::whpx
#endif
