#include <cstring>

#include "conformance/virtualization/guest.h"

namespace vmp::conformance {
namespace {

using Text = unsigned long long;

// Different in every byte and in every register.
uint64_t pattern(uint32_t number) { return 0x0123456789abcdef * (2 * number + 1) ^ 0xf0f0000000000000; }

constexpr const char *gpr_names[16] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
                                       "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};

void general(Context &context) {
  Guest guest(context, Mode::long64, {0xf4});
  for (uint32_t i = 0; i < 16; ++i) guest.cpu.state().gpr[i] = pattern(i);
  constexpr uint64_t flags = 0x8d7;  // OF SF ZF AF PF CF, and the bit that reads 1
  guest.cpu.state().rip = 0x00007fffdeadbee0;
  guest.cpu.state().rflags = flags;
  guest.cpu.write(VMP_STATE_GENERAL);
  std::memset(guest.cpu.state().gpr, 0xcc, sizeof guest.cpu.state().gpr);
  guest.cpu.state().rip = guest.cpu.state().rflags = 0;
  guest.cpu.read(VMP_STATE_GENERAL);
  for (uint32_t i = 0; i < 16; ++i)
    expect(guest.cpu.state().gpr[i] == pattern(i), "%s reads 0x%llx, 0x%llx was written", gpr_names[i],
           static_cast<Text>(guest.cpu.state().gpr[i]), static_cast<Text>(pattern(i)));
  expect(guest.cpu.state().rip == 0x00007fffdeadbee0, "rip reads 0x%llx", static_cast<Text>(guest.cpu.state().rip));
  expect(guest.cpu.state().rflags == flags, "rflags reads 0x%llx", static_cast<Text>(guest.cpu.state().rflags));
}

// Each register is counted up once, and one more than its number by the layout's order.
void code_sees(Context &context) {
  Guest guest(
      context, Mode::long64,
      {0x48, 0x83, 0xc0, 1,  0x48, 0x83, 0xc1, 2,  0x48, 0x83, 0xc2, 3,  0x48, 0x83, 0xc3, 4,   // add rax, 1 ... rbx, 4
       0x48, 0x83, 0xc4, 5,  0x48, 0x83, 0xc5, 6,  0x48, 0x83, 0xc6, 7,  0x48, 0x83, 0xc7, 8,   // rsp ... rdi
       0x49, 0x83, 0xc0, 9,  0x49, 0x83, 0xc1, 10, 0x49, 0x83, 0xc2, 11, 0x49, 0x83, 0xc3, 12,  // r8 ... r11
       0x49, 0x83, 0xc4, 13, 0x49, 0x83, 0xc5, 14, 0x49, 0x83, 0xc6, 15, 0x49, 0x83, 0xc7, 16,  // r12 ... r15
       0xf9, 0xf4});                                                                            // stc; hlt
  for (uint32_t i = 0; i < 16; ++i) guest.cpu.state().gpr[i] = pattern(i);
  guest.cpu.run_to(VMP_EXIT_HALT, "sixteen additions");
  for (uint32_t i = 0; i < 16; ++i)
    expect(guest.cpu.state().gpr[i] == pattern(i) + i + 1, "code makes 0x%llx of %s, not 0x%llx",
           static_cast<Text>(guest.cpu.state().gpr[i]), gpr_names[i], static_cast<Text>(pattern(i) + i + 1));
  expect((guest.cpu.state().rflags & 1) != 0, "the carry flag that code sets does not come back");
}

bool same(const vmp_x86_64_segment &one, const vmp_x86_64_segment &other) {
  return one.base == other.base && one.limit == other.limit && one.selector == other.selector &&
         one.attributes == other.attributes;
}

void system(Context &context) {
  Guest guest(context, Mode::protected32, {0xf4});
  vmp_x86_64_state &state = guest.cpu.state();
  constexpr uint16_t code = 0xc09b, data = 0xc093;
  state.cs = {0x10000, 0x7ffff, 0x08, code};
  state.ds = {0x20000, 0x8ffff, 0x10, data};
  state.es = {0x30000, 0x9ffff, 0x18, data};
  state.fs = {0x40000, 0xaffff, 0x20, data};
  state.gs = {0x50000, 0xbffff, 0x28, data};
  state.ss = {0x60000, 0xcffff, 0x30, data};
  for (vmp_x86_64_segment *segment : {&state.cs, &state.ds, &state.es, &state.fs, &state.gs, &state.ss})
    segment->limit |= 0xfff;
  state.tr = {0x70000, 0x67, 0x38, 0x008b};
  state.ldt = {0x80000, 0x7f, 0x40, 0x0082};
  state.gdt_base = 0x11000;
  state.gdt_limit = 0x5f;
  state.idt_base = 0x22000;
  state.idt_limit = 0x7ff;
  state.cr2 = 0xdead0000;
  state.cr3 = 0x33000;
  state.cr8 = 5;
  const vmp_x86_64_state written = state;
  guest.cpu.write(VMP_STATE_SYSTEM);
  std::memset(&state.cs, 0xcc, offsetof(vmp_x86_64_state, efer) - offsetof(vmp_x86_64_state, cs));
  guest.cpu.read(VMP_STATE_SYSTEM);
  const struct {
    const char *name;
    vmp_x86_64_segment vmp_x86_64_state::*segment;
  } segments[] = {{"cs", &vmp_x86_64_state::cs}, {"ds", &vmp_x86_64_state::ds},  {"es", &vmp_x86_64_state::es},
                  {"fs", &vmp_x86_64_state::fs}, {"gs", &vmp_x86_64_state::gs},  {"ss", &vmp_x86_64_state::ss},
                  {"tr", &vmp_x86_64_state::tr}, {"ldt", &vmp_x86_64_state::ldt}};
  for (const auto &[name, segment] : segments) {
    const vmp_x86_64_segment &got = state.*segment;
    expect(same(got, written.*segment), "%s reads base 0x%llx limit 0x%x selector 0x%x attributes 0x%x", name,
           static_cast<Text>(got.base), got.limit, got.selector, got.attributes);
  }
  expect(state.gdt_base == written.gdt_base && state.gdt_limit == written.gdt_limit, "gdt reads otherwise");
  expect(state.idt_base == written.idt_base && state.idt_limit == written.idt_limit, "idt reads otherwise");
  const struct {
    const char *name;
    uint64_t vmp_x86_64_state::*value;
  } controls[] = {{"cr0", &vmp_x86_64_state::cr0},
                  {"cr2", &vmp_x86_64_state::cr2},
                  {"cr3", &vmp_x86_64_state::cr3},
                  {"cr4", &vmp_x86_64_state::cr4},
                  {"cr8", &vmp_x86_64_state::cr8},
                  {"efer", &vmp_x86_64_state::efer},
                  {"apic_base", &vmp_x86_64_state::apic_base}};
  for (const auto &[name, value] : controls)
    expect(state.*value == written.*value, "%s reads 0x%llx, 0x%llx was written", name, static_cast<Text>(state.*value),
           static_cast<Text>(written.*value));
}

void long_bases(Context &context) {
  // mov rax, fs:[0]; mov rcx, gs:[8]; hlt
  Guest guest(context, Mode::long64,
              {0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0,  //
               0x65, 0x48, 0x8b, 0x0c, 0x25, 8, 0, 0, 0, 0xf4});
  guest.cpu.state().fs.base = address::data;
  guest.cpu.state().gs.base = address::data + page;
  guest.cpu.write(VMP_STATE_SYSTEM);
  guest.memory.word(address::data) = 11;
  guest.memory.word(address::data + page + 8) = 22;
  guest.cpu.run_to(VMP_EXIT_HALT, "loads through fs and gs");
  expect(guest.reg(rax) == 11 && guest.reg(rcx) == 22, "loads through fs and gs do not use the bases written");
}

void model(Context &context) {
  Guest guest(context, Mode::long64, {0xf4});
  vmp_x86_64_state &state = guest.cpu.state();
  guest.cpu.read(VMP_STATE_MODEL);
  state.kernel_gs_base = 0x00007f1122334455;
  state.star = 0x0023001000000000;
  state.lstar = 0xffffffff81000040;
  state.cstar = 0xffffffff81000080;
  state.sfmask = 0x47700;
  const vmp_x86_64_state written = state;
  guest.cpu.write(VMP_STATE_MODEL);
  state.kernel_gs_base = state.star = state.lstar = state.cstar = state.sfmask = 0;
  guest.cpu.read(VMP_STATE_MODEL);
  const struct {
    const char *name;
    uint64_t vmp_x86_64_state::*value;
  } registers[] = {{"kernel_gs_base", &vmp_x86_64_state::kernel_gs_base},
                   {"star", &vmp_x86_64_state::star},
                   {"lstar", &vmp_x86_64_state::lstar},
                   {"cstar", &vmp_x86_64_state::cstar},
                   {"sfmask", &vmp_x86_64_state::sfmask}};
  for (const auto &[name, value] : registers)
    expect(state.*value == written.*value, "%s reads 0x%llx, 0x%llx was written", name, static_cast<Text>(state.*value),
           static_cast<Text>(written.*value));
}

void time_stamp(Context &context) {
  Guest guest(context, Mode::long64, {0xf4});
  vmp_x86_64_state &state = guest.cpu.state();
  constexpr uint64_t later = uint64_t{1} << 44;  // hours
  guest.cpu.read(VMP_STATE_COUNTER);
  const uint64_t before = state.tsc;
  state.tsc = before + later;
  guest.cpu.write(VMP_STATE_COUNTER);
#ifdef __x86_64__
  const uint64_t host = __builtin_ia32_rdtsc();
  guest.cpu.read(VMP_STATE_COUNTER);
  if (state.tsc >= host && state.tsc <= __builtin_ia32_rdtsc())
    throw Inapplicable{"guests see the host's time-stamp counter, which nothing sets"};
#endif
  guest.cpu.read(VMP_STATE_COUNTER);
  expect(state.tsc >= before + later && state.tsc - before < 2 * later, "tsc reads 0x%llx a moment after 0x%llx",
         static_cast<Text>(state.tsc), static_cast<Text>(before + later));
}

void fill(uint8_t *from, size_t size, uint8_t first) {
  for (size_t i = 0; i < size; ++i) from[i] = static_cast<uint8_t>(first + 37 * i);
}

// Intel SDM volume 1, sections 13.4.1 to 13.4.3 and 13.5.
void vector(Context &context) {
  constexpr size_t mxcsr = 24, x87 = 32, xmm = 160, header = 512, ymm = 576;
  constexpr size_t register_size = 10, xmm_size = 256, ymm_size = 256;
  Guest guest(context, Mode::long64, {0xf4});
  vmp_x86_64_state &state = guest.cpu.state();
  guest.cpu.read(VMP_STATE_VECTOR);
  expect(state.xsave_size == context.host.xsave_size && state.xsave_size >= ymm,
         "xsave_size reads %llu, describe says %u", static_cast<Text>(state.xsave_size), context.host.xsave_size);
  expect((context.host.xcr0 & 3) == 3, "xcr0 of describe lacks x87 or SSE: 0x%llx",
         static_cast<Text>(context.host.xcr0));
  const bool has_wide = (context.host.xcr0 & 4) != 0;
  const uint64_t components = has_wide ? 7 : 3;
  state.xcr0 = components;
  std::memcpy(state.xsave + header, &components, sizeof components);
  constexpr uint32_t control = 0x9fc0;  // rounding and masks that are not the reset's
  std::memcpy(state.xsave + mxcsr, &control, sizeof control);
  for (int i = 0; i < 8; ++i) fill(state.xsave + x87 + 16 * i, register_size, static_cast<uint8_t>(i));
  fill(state.xsave + xmm, xmm_size, 101);
  if (has_wide) fill(state.xsave + ymm, ymm_size, 53);
  const vmp_x86_64_state written = state;
  guest.cpu.write(VMP_STATE_VECTOR);
  std::memset(state.xsave, 0xcc, sizeof state.xsave);
  state.xcr0 = 0;
  guest.cpu.read(VMP_STATE_VECTOR);
  const auto expect_same = [&](const char *name, size_t offset, size_t size) {
    expect(std::memcmp(state.xsave + offset, written.xsave + offset, size) == 0, "%s reads otherwise than written",
           name);
  };
  expect(state.xcr0 == components, "xcr0 reads 0x%llx, 0x%llx was written", static_cast<Text>(state.xcr0),
         static_cast<Text>(components));
  expect_same("mxcsr", mxcsr, sizeof control);
  for (int i = 0; i < 8; ++i) expect_same("an x87 register", x87 + 16 * i, register_size);
  expect_same("an xmm register", xmm, xmm_size);
  if (has_wide) expect_same("the high half of a ymm register", ymm, ymm_size);
}

void refuses_invalid(Context &context) {
  Guest guest(context, Mode::long64, {0xf4});
  vmp_x86_64_state &state = guest.cpu.state();
  guest.cpu.read(VMP_STATE_SYSTEM);
  const vmp_x86_64_state before = state;
  const auto refused = [&](const char *what) {
    expect_status(what, VMP_ERROR_INVALID_ARGUMENT, guest.cpu.try_write(VMP_STATE_SYSTEM), guest.cpu.error());
    guest.cpu.read(VMP_STATE_SYSTEM);
    expect(state.cr0 == before.cr0 && state.cr3 == before.cr3 && state.cr4 == before.cr4 && state.efer == before.efer &&
               same(state.cs, before.cs) && same(state.gs, before.gs),
           "%s is refused, and has changed the state all the same", what);
  };
  state.cr4 |= uint64_t{1} << 40;
  state.gs.base = 0x1000;
  refused("a reserved bit of cr4");
  state.cr0 &= ~uint64_t{1};
  state.gs.base = 0x2000;
  refused("paging without protected mode in cr0");
  guest.cpu.run_to(VMP_EXIT_HALT, "a run behind refused states");
}

// Intel SDM volume 3, table 9-1.
void reset(Context &context) {
  VirtualMachine machine(context);
  VirtualCpu cpu(machine, 0);
  cpu.read(VMP_STATE_GENERAL | VMP_STATE_SYSTEM | VMP_STATE_MODEL);
  const vmp_x86_64_state &state = cpu.state();
  for (uint32_t i = 0; i < 16; ++i)
    expect(state.gpr[i] == 0 || i == rdx, "%s is 0x%llx after a reset", gpr_names[i], static_cast<Text>(state.gpr[i]));
  expect(state.rip == 0xfff0 && state.rflags == 2, "rip is 0x%llx and rflags 0x%llx after a reset",
         static_cast<Text>(state.rip), static_cast<Text>(state.rflags));
  expect(state.cs.selector == 0xf000 && state.cs.base == 0xffff0000 && state.cs.limit == 0xffff,
         "cs is 0x%x, base 0x%llx, after a reset", state.cs.selector, static_cast<Text>(state.cs.base));
  for (const vmp_x86_64_segment *segment : {&state.ds, &state.es, &state.fs, &state.gs, &state.ss})
    expect(segment->selector == 0 && segment->base == 0 && segment->limit == 0xffff,
           "a data segment is not as after a reset");
  expect(state.cr0 == 0x60000010, "cr0 is 0x%llx after a reset", static_cast<Text>(state.cr0));
  expect(state.cr2 == 0 && state.cr3 == 0 && state.cr4 == 0 && state.efer == 0,
         "cr2, cr3, cr4 or efer is not 0 after a reset");
  expect(state.gdt_base == 0 && state.gdt_limit == 0xffff && state.idt_base == 0 && state.idt_limit == 0xffff,
         "a descriptor table register is not as after a reset");
  expect((state.apic_base & ~uint64_t{0x900}) == 0xfee00000, "apic_base is 0x%llx after a reset",
         static_cast<Text>(state.apic_base));
}

constexpr Case cases[] = {
    {"the state after creation is that after a reset", 0, reset},
    {"every general register comes back as it was written", 0, general},
    {"code sees the general registers, and its results come back", 0, code_sees},
    {"segments, descriptor tables and control registers come back as they were written", 0, system},
    {"code sees the bases of fs and gs", 0, long_bases},
    {"model-specific registers come back as they were written", 0, model},
    {"the time-stamp counter goes on from what was written", 0, time_stamp},
    {"vector registers come back as they were written", 0, vector},
    {"a state that no processor can be in is refused and changes nothing", 0, refuses_invalid},
};

}  // namespace

constinit const Group register_cases = {"registers", cases};

}  // namespace vmp::conformance
