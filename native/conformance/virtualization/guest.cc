#include "conformance/virtualization/guest.h"

#include <algorithm>
#include <cstring>

namespace vmp::conformance {
namespace {

// Attributes as the layout has them (Intel SDM volume 3, section 24.4.1): accessed code and data.
constexpr uint16_t code16 = 0x009b, data16 = 0x0093, code32 = 0xc09b, data32 = 0xc093, code64 = 0xa09b;
constexpr uint64_t protection_enable = 1, extension_type = 1 << 4, numeric_error = 1 << 5, paging = uint64_t{1} << 31;
constexpr uint64_t physical_address_extension = 1 << 5;
constexpr uint64_t long_mode_enable = 1 << 8, long_mode_active = 1 << 10;

void set_segments(vmp_x86_64_state &state, vmp_x86_64_segment code, vmp_x86_64_segment data) {
  state.cs = code;
  state.ds = state.es = state.fs = state.gs = state.ss = data;
}

// Volume 3, section 4.5: one table of each level, of 2 MiB pages.
uint64_t write_page_tables(Memory &memory) {
  constexpr uint64_t level4 = 0x9000, level3 = 0xa000, level2 = 0xb000;
  constexpr uint64_t present_writable_user = 7, large = 1 << 7, large_size = 2 << 20;
  const auto entry = [&memory](uint64_t table, uint64_t index) -> uint64_t & {
    return *reinterpret_cast<uint64_t *>(memory.data() + table + index * sizeof(uint64_t));
  };
  entry(level4, 0) = level3 | present_writable_user;
  entry(level3, 0) = level2 | present_writable_user;
  for (uint64_t i = 0; i < 512; ++i) entry(level2, i) = i * large_size | present_writable_user | large;
  return level4;
}

}  // namespace

void enter_mode(VirtualCpu &vcpu, Memory &memory, Mode mode) {
  vcpu.read(VMP_STATE_GENERAL | VMP_STATE_SYSTEM);
  vmp_x86_64_state &state = vcpu.state();
  if (mode == Mode::real) {
    set_segments(state, {0, 0xffff, 0, code16}, {0, 0xffff, 0, data16});
  } else {
    const uint16_t ring = mode == Mode::user64 ? 3 : 0;
    const uint16_t code = mode == Mode::protected32 ? code32 : code64;
    set_segments(state, {0, 0xffffffff, static_cast<uint16_t>(8 | ring), static_cast<uint16_t>(code | ring << 5)},
                 {0, 0xffffffff, static_cast<uint16_t>(16 | ring), static_cast<uint16_t>(data32 | ring << 5)});
    state.cr0 = protection_enable | extension_type | numeric_error;
  }
  if (mode == Mode::long64 || mode == Mode::user64) {
    state.cr3 = write_page_tables(memory);
    state.cr4 = physical_address_extension;
    state.efer = long_mode_enable | long_mode_active;
    state.cr0 |= paging;
  }
  std::fill(std::begin(state.gpr), std::end(state.gpr), 0);
  state.gpr[rsp] = address::stack;
  state.rip = address::code;
  constexpr uint64_t ports_in_ring_3 = 3 << 12;  // IOPL
  state.rflags = 2 | (mode == Mode::user64 ? ports_in_ring_3 : 0);
  vcpu.write(VMP_STATE_GENERAL | VMP_STATE_SYSTEM);
}

VirtualMachine &Guest::prepare(VirtualMachine &machine, Memory &memory, uint32_t device) {
  machine.map(0, memory);
  if (device != 0) machine.create_device(device);
  return machine;
}

Guest::Guest(Context &context, Mode mode, Code code, uint32_t device)
    : memory(address::memory_size), machine(context), cpu(prepare(machine, memory, device), 0) {
  place(address::code, code);
  enter_mode(cpu, memory, mode);
}

void Guest::place(uint64_t at, Code bytes) { std::copy(bytes.begin(), bytes.end(), memory.data() + at); }

}  // namespace vmp::conformance
