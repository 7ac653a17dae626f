#include "x86_64/reset.h"

#include <cstring>

namespace vmp::hvf {

void reset(vmp_x86_64_state &state) {
  state = {};
  state.rip = 0xfff0;
  state.rflags = 2;
  state.gpr[2] = 0x600;
  constexpr vmp_x86_64_segment data = {.base = 0, .limit = 0xffff, .selector = 0, .attributes = 0x93};
  state.ds = state.es = state.fs = state.gs = state.ss = data;
  state.cs = {.base = 0xffff0000, .limit = 0xffff, .selector = 0xf000, .attributes = 0x9b};
  state.tr = {.base = 0, .limit = 0xffff, .selector = 0, .attributes = 0x8b};
  state.ldt = {.base = 0, .limit = 0xffff, .selector = 0, .attributes = 0x82};
  state.gdt_limit = state.idt_limit = 0xffff;
  state.cr0 = 0x60000010;
  state.apic_base = 0xfee00800;
  state.xcr0 = 1;
  // FCW and MXCSR (volume 1, section 13.4).
  constexpr uint16_t control_word = 0x40;
  constexpr uint32_t mxcsr = 0x1f80;
  std::memcpy(state.xsave, &control_word, sizeof control_word);
  std::memcpy(state.xsave + 24, &mxcsr, sizeof mxcsr);
  state.xsave_size = sizeof state.xsave;
}

}  // namespace vmp::hvf
