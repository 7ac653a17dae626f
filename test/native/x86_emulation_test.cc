// Instructions on a device, emulated, against the processor that the test runs on: the same bytes, registers, flags and
// memory must give the same ones.
#include <sys/mman.h>

#include <cstdint>
#include <cstring>
#include <string>

#include "check.h"
#include "hypervisor/hypervisor.h"

#if defined(__x86_64__)
extern "C" {
uint64_t x86_emulation_registers[16];  // rax rcx rdx rbx rsp rbp rsi rdi r8 to r15; rsp stays the program's
uint64_t x86_emulation_flags;
uint64_t x86_emulation_stack;
void x86_emulation_enter(const void *code);
extern const char x86_emulation_leave[];
}
// Into the code with the registers above, and out with what it has left there.
asm(R"(
.text
x86_emulation_enter:
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
  push %rdi
  mov %rsp, x86_emulation_stack(%rip)
  push x86_emulation_flags(%rip)
  popfq
  mov x86_emulation_registers+0(%rip), %rax
  mov x86_emulation_registers+8(%rip), %rcx
  mov x86_emulation_registers+16(%rip), %rdx
  mov x86_emulation_registers+24(%rip), %rbx
  mov x86_emulation_registers+40(%rip), %rbp
  mov x86_emulation_registers+48(%rip), %rsi
  mov x86_emulation_registers+56(%rip), %rdi
  mov x86_emulation_registers+64(%rip), %r8
  mov x86_emulation_registers+72(%rip), %r9
  mov x86_emulation_registers+80(%rip), %r10
  mov x86_emulation_registers+88(%rip), %r11
  mov x86_emulation_registers+96(%rip), %r12
  mov x86_emulation_registers+104(%rip), %r13
  mov x86_emulation_registers+112(%rip), %r14
  mov x86_emulation_registers+120(%rip), %r15
  jmp *(%rsp)
x86_emulation_leave:
  mov %rax, x86_emulation_registers+0(%rip)
  mov %rcx, x86_emulation_registers+8(%rip)
  mov %rdx, x86_emulation_registers+16(%rip)
  mov %rbx, x86_emulation_registers+24(%rip)
  mov %rbp, x86_emulation_registers+40(%rip)
  mov %rsi, x86_emulation_registers+48(%rip)
  mov %rdi, x86_emulation_registers+56(%rip)
  mov %r8, x86_emulation_registers+64(%rip)
  mov %r9, x86_emulation_registers+72(%rip)
  mov %r10, x86_emulation_registers+80(%rip)
  mov %r11, x86_emulation_registers+88(%rip)
  mov %r12, x86_emulation_registers+96(%rip)
  mov %r13, x86_emulation_registers+104(%rip)
  mov %r14, x86_emulation_registers+112(%rip)
  mov %r15, x86_emulation_registers+120(%rip)
  mov x86_emulation_stack(%rip), %rsp
  pushfq
  cld
  pop x86_emulation_flags(%rip)
  pop %rdi
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbp
  pop %rbx
  ret
)");

namespace {

constexpr uint64_t device_size = 256;
alignas(64) uint8_t device[device_size];
alignas(64) uint8_t memory[device_size];

// The instructions, by the assembler.
struct Case {
  const char *text;
  const uint8_t *begin, *end;
};
#define CASE(text)                                                                                  \
  [] {                                                                                              \
    const uint8_t *begin, *end;                                                                     \
    asm(".pushsection .rodata\n1: " text "\n2: .popsection\n lea 1b(%%rip), %0\n lea 2b(%%rip), %1" \
        : "=r"(begin), "=r"(end));                                                                  \
    return Case{text, begin, end};                                                                  \
  }()

vmp_x86_64_state start(uint64_t seed) {
  vmp_x86_64_state state{};
  for (unsigned i = 0; i < 16; ++i) state.gpr[i] = (seed + i) * 0x9e3779b97f4a7c15;
  state.gpr[3] = reinterpret_cast<uintptr_t>(device) + 64;
  state.gpr[1] = seed % 5 + 1;
  state.gpr[9] = 8;
  state.gpr[7] = reinterpret_cast<uintptr_t>(device) + 128;
  state.gpr[6] = reinterpret_cast<uintptr_t>(memory) + 128;
  state.gpr[13] = state.gpr[3] - 4;
  state.rflags = 0x202 | (seed & 1 ? 0x8d5 : 0);
  state.efer = 0x500;
  state.cs.attributes = 0xa09b;
  state.ss.attributes = 0xc093;
  return state;
}

void fill(uint64_t seed) {
  for (unsigned i = 0; i < device_size; ++i) {
    device[i] = static_cast<uint8_t>((seed * 31 + i * 7) ^ (seed >> 3));
    memory[i] = static_cast<uint8_t>(seed * 13 + i * 11);
  }
}

bool is_in(const uint8_t *area, uint64_t address, uint64_t size) {
  const auto base = reinterpret_cast<uintptr_t>(area);
  return address >= base && address + size <= base + device_size;
}

int32_t read_physical(void *, uint64_t address, void *bytes, uint64_t size) {
  if (is_in(device, address, size)) return 1;
  if (!is_in(memory, address, size)) return -1;
  std::memcpy(bytes, reinterpret_cast<const void *>(address), size);
  return 0;
}

int32_t write_physical(void *, uint64_t address, const void *bytes, uint64_t size) {
  if (is_in(device, address, size)) return 1;
  if (!is_in(memory, address, size)) return -1;
  std::memcpy(reinterpret_cast<void *>(address), bytes, size);
  return 0;
}

vmp_x86_emulator make_emulator(const uint8_t *begin, const uint8_t *end) {
  vmp_x86_emulator emulator{};
  emulator.read = read_physical;
  emulator.write = write_physical;
  emulator.count = static_cast<uint32_t>(end - begin);
  std::memcpy(emulator.bytes, begin, emulator.count);
  return emulator;
}

// The device's part of an exit.
bool serve(vmp_exit &exit) {
  if (exit.kind != VMP_EXIT_MMIO || !is_in(device, exit.u.io.address, exit.u.io.size)) return false;
  auto *at = reinterpret_cast<uint8_t *>(exit.u.io.address);
  if (exit.u.io.write != 0)
    std::memcpy(at, &exit.u.io.data, exit.u.io.size);
  else
    std::memcpy(&exit.u.io.data, at, exit.u.io.size);
  return true;
}

// To the end of the instruction, with every element of a repeated one. The number of accesses to the device; -1: it
// fails.
int emulate(const Case &one, vmp_x86_64_state &state) {
  const uint64_t rip = state.rip;
  int accesses = 0;
  while (state.rip == rip) {
    vmp_x86_emulator emulator = make_emulator(one.begin, one.end);
    const vmp_x86_64_state system = state;
    vmp_exit exit{};
    int32_t result = 0;
    while ((result = vmp_x86_emulate(&emulator, &system, &state, &exit)) == VMP_EMULATION_EXIT) {
      if (!serve(exit)) return -1;
      ++accesses;
    }
    if (result != VMP_EMULATION_DONE) return -1;
  }
  return accesses;
}

class Processor {
 public:
  Processor() {
    page_ = static_cast<uint8_t *>(
        ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  }
  ~Processor() { ::munmap(page_, 4096); }
  Processor(const Processor &) = delete;
  Processor &operator=(const Processor &) = delete;

  void run(const Case &one, vmp_x86_64_state &state) {
    const auto size = static_cast<size_t>(one.end - one.begin);
    std::memcpy(page_, one.begin, size);
    constexpr uint8_t jump[6] = {0xff, 0x25, 0, 0, 0, 0};  // jmp *0(%rip)
    std::memcpy(page_ + size, jump, sizeof jump);
    const char *leave = x86_emulation_leave;
    std::memcpy(page_ + size + sizeof jump, &leave, sizeof leave);
    std::memcpy(x86_emulation_registers, state.gpr, sizeof state.gpr);
    x86_emulation_flags = state.rflags;
    x86_emulation_enter(page_);
    const uint64_t stack_pointer = state.gpr[4];
    std::memcpy(state.gpr, x86_emulation_registers, sizeof state.gpr);
    state.gpr[4] = stack_pointer;
    state.rflags = x86_emulation_flags;
    state.rip += size;
  }

 private:
  uint8_t *page_;
};

// undefined: flags that the processor may leave as it likes (Intel SDM volume 2, of each instruction).
void compare(const Case &one, uint64_t undefined) {
  Processor processor;
  for (uint64_t seed = 0; seed < 64; ++seed) {
    vmp_x86_64_state expected = start(seed), found = start(seed);
    fill(seed);
    processor.run(one, expected);
    uint8_t expected_device[device_size], expected_memory[device_size];
    std::memcpy(expected_device, device, device_size);
    std::memcpy(expected_memory, memory, device_size);
    fill(seed);
    const bool is_emulated = emulate(one, found) > 0;
    const bool holds = is_emulated && std::memcmp(expected.gpr, found.gpr, sizeof found.gpr) == 0 &&
                       (expected.rflags & ~undefined) == (found.rflags & ~undefined) && expected.rip == found.rip &&
                       std::memcmp(expected_device, device, device_size) == 0 &&
                       std::memcmp(expected_memory, memory, device_size) == 0;
    if (holds) continue;
    std::printf("# %s, seed %llu: flags 0x%llx 0x%llx\n", one.text, static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(expected.rflags), static_cast<unsigned long long>(found.rflags));
    CHECK(holds);
    return;
  }
}

constexpr uint64_t adjust = 16, none = 0, all_but_carry = 0x8d4;

}  // namespace

TEST("moves to and from a device do what the processor does, of all sizes") {
  for (const Case &one :
       {CASE("movb %%al, (%%rbx)"),    CASE("movb %%ah, 1(%%rbx)"),          CASE("movb %%sil, (%%rbx)"),
        CASE("movb %%r8b, (%%rbx)"),   CASE("movw %%dx, (%%rbx)"),           CASE("movl %%edx, (%%rbx)"),
        CASE("movq %%rdx, (%%rbx)"),   CASE("movl %%r15d, 4(%%rbx,%%r9,4)"), CASE("movb (%%rbx), %%al"),
        CASE("movb (%%rbx), %%bh"),    CASE("movw (%%rbx), %%dx"),           CASE("movl (%%rbx), %%edx"),
        CASE("movq (%%rbx), %%r12"),   CASE("movl 4(%%r13), %%eax"),         CASE("movl -4(%%rbx,%%r9), %%ecx"),
        CASE("movb $0x5a, (%%rbx)"),   CASE("movw $0x1234, (%%rbx)"),        CASE("movl $0x12345678, (%%rbx)"),
        CASE("movq $-5, (%%rbx)"),     CASE("movzbl (%%rbx), %%eax"),        CASE("movzbw (%%rbx), %%ax"),
        CASE("movzwq (%%rbx), %%r10"), CASE("movsbl (%%rbx), %%eax"),        CASE("movsbq (%%rbx), %%rax"),
        CASE("movswl (%%rbx), %%eax"), CASE("movswq (%%rbx), %%r11"),        CASE("movslq (%%rbx), %%rax"),
        CASE("movnti %%rdx, (%%rbx)"), CASE("xchgb %%al, (%%rbx)"),          CASE("xchgw %%ax, (%%rbx)"),
        CASE("xchgl %%eax, (%%rbx)"),  CASE("xchgq %%r14, (%%rbx)")})
    compare(one, none);
}

TEST("arithmetic on a device does what the processor does, flags and all") {
  for (const Case &one : {CASE("addb %%al, (%%rbx)"),     CASE("addl %%eax, (%%rbx)"),
                          CASE("addq (%%rbx), %%rdx"),    CASE("adcw %%dx, (%%rbx)"),
                          CASE("adcq $-1, (%%rbx)"),      CASE("sbbl %%edx, (%%rbx)"),
                          CASE("sbbb (%%rbx), %%ah"),     CASE("subl $0x7fffffff, (%%rbx)"),
                          CASE("subq %%r8, (%%rbx)"),     CASE("subb (%%rbx), %%cl"),
                          CASE("cmpb $3, (%%rbx)"),       CASE("cmpl %%eax, (%%rbx)"),
                          CASE("cmpl (%%rbx), %%eax"),    CASE("cmpq $-7, (%%rbx)"),
                          CASE("cmpw %%dx, (%%rbx)"),     CASE("incb (%%rbx)"),
                          CASE("incq (%%rbx)"),           CASE("decl (%%rbx)"),
                          CASE("negw (%%rbx)"),           CASE("negq (%%rbx)"),
                          CASE("notl (%%rbx)"),           CASE("lock xaddl %%edx, (%%rbx)"),
                          CASE("xaddb %%al, (%%rbx)"),    CASE("lock cmpxchgl %%edx, (%%rbx)"),
                          CASE("cmpxchgq %%rdx, (%%rbx)")})
    compare(one, none);
  for (const Case &one : {CASE("andb $0xf, (%%rbx)"), CASE("andl %%eax, (%%rbx)"), CASE("andq (%%rbx), %%r9"),
                          CASE("orw $0x8001, (%%rbx)"), CASE("orl (%%rbx), %%eax"), CASE("orq %%rdx, (%%rbx)"),
                          CASE("xorb %%dl, (%%rbx)"), CASE("xorl $-1, (%%rbx)"), CASE("testb $0x80, (%%rbx)"),
                          CASE("testl %%eax, (%%rbx)"), CASE("testq $-2, (%%rbx)"), CASE("testw %%dx, (%%rbx)")})
    compare(one, adjust);
  for (const Case &one :
       {CASE("btl $3, (%%rbx)"), CASE("btsw $15, (%%rbx)"), CASE("btrq $63, (%%rbx)"), CASE("lock btcl $31, (%%rbx)")})
    compare(one, all_but_carry);
}

TEST("string instructions between a device and memory do what the processor does") {
  for (const Case &one :
       {CASE("stosb"), CASE("stosw"), CASE("stosl"), CASE("stosq"), CASE("rep stosb"), CASE("rep stosl"),
        CASE("rep stosq"), CASE("movsb"), CASE("movsl"), CASE("rep movsb"), CASE("rep movsq")})
    compare(one, none);
}

TEST("a compare-and-exchange that holds stores its operand") {
  const Case one = CASE("cmpxchgl %%edx, (%%rbx)");
  vmp_x86_64_state state = start(1);
  fill(1);
  uint32_t value = 0;
  std::memcpy(&value, device + 64, sizeof value);
  state.gpr[0] = value;
  CHECK(emulate(one, state) == 2);
  std::memcpy(&value, device + 64, sizeof value);
  CHECK(value == static_cast<uint32_t>(state.gpr[2]));
  CHECK((state.rflags & 64) != 0);
}

TEST("an instruction that reads and writes a device asks for both, and changes nothing before the second answer") {
  const Case one = CASE("addl %%eax, (%%rbx)");
  vmp_x86_64_state state = start(2);
  const vmp_x86_64_state before = state;
  vmp_x86_emulator emulator = make_emulator(one.begin, one.end);
  vmp_exit exit{};
  CHECK(vmp_x86_emulate(&emulator, &before, &state, &exit) == VMP_EMULATION_EXIT);
  CHECK(exit.kind == VMP_EXIT_MMIO && exit.u.io.write == 0 && exit.u.io.size == 4);
  CHECK(exit.u.io.address == before.gpr[3]);
  exit.u.io.data = 40;
  CHECK(vmp_x86_emulate(&emulator, &before, &state, &exit) == VMP_EMULATION_EXIT);
  CHECK(exit.u.io.write == 1 && exit.u.io.data == ((before.gpr[0] + 40) & 0xffffffff));
  CHECK(std::memcmp(&state, &before, sizeof state) == 0);
  CHECK(vmp_x86_emulate(&emulator, &before, &state, &exit) == VMP_EMULATION_DONE);
  CHECK(state.rip == before.rip + static_cast<uint64_t>(one.end - one.begin));
}

TEST("a port instruction leaves with its port and ends with the answer") {
  vmp_x86_64_state state = start(3);
  const vmp_x86_64_state before = state;
  const Case in = CASE("inb %%dx, %%al");
  vmp_x86_emulator emulator = make_emulator(in.begin, in.end);
  vmp_exit exit{};
  CHECK(vmp_x86_emulate(&emulator, &before, &state, &exit) == VMP_EMULATION_EXIT);
  CHECK(exit.kind == VMP_EXIT_PORT_IO && exit.u.io.address == (before.gpr[2] & 0xffff) && exit.u.io.size == 1);
  exit.u.io.data = 0xab;
  CHECK(vmp_x86_emulate(&emulator, &before, &state, &exit) == VMP_EMULATION_DONE);
  CHECK(state.gpr[0] == ((before.gpr[0] & ~uint64_t{255}) | 0xab) && state.rip == before.rip + 1);

  const Case strings = CASE("rep outsb");
  state = before;
  emulator = make_emulator(strings.begin, strings.end);
  CHECK(vmp_x86_emulate(&emulator, &before, &state, &exit) == VMP_EMULATION_EXIT);
  CHECK(exit.u.io.write == 1 && exit.u.io.data == memory[128] && exit.u.io.count == before.gpr[1]);
  CHECK(vmp_x86_emulate(&emulator, &before, &state, &exit) == VMP_EMULATION_DONE);
  CHECK(state.gpr[6] == before.gpr[6] + 1 && state.gpr[1] == before.gpr[1] - 1 && state.rip == before.rip);
}

TEST("every other instruction is refused, and bytes that end too early") {
  const Case one = CASE("cpuid");
  vmp_x86_64_state state = start(4);
  const vmp_x86_64_state before = state;
  vmp_exit exit{};
  vmp_x86_emulator emulator = make_emulator(one.begin, one.end);
  CHECK(vmp_x86_emulate(&emulator, &before, &state, &exit) == -22);
  const Case whole = CASE("movl $0x12345678, 0x100(%%rbx,%%rcx,4)");
  for (uint32_t count = 1; count < static_cast<uint32_t>(whole.end - whole.begin); ++count) {
    emulator = make_emulator(whole.begin, whole.begin + count);
    CHECK(vmp_x86_emulate(&emulator, &before, &state, &exit) == -22);
  }
}

TEST("an identity has no processor feature that needs more than the processor, and CPUID mirrors CR4") {
  vmp_identity_leaf leaves[256];
  uint32_t count = 256;
  CHECK(vmp_x86_identity(leaves, &count) == 0);
  vmp_x86_64_state state{};
  state.gpr[0] = 1;
  CHECK(vmp_x86_cpuid(leaves, count, 1u << 18, &state) == 0);
  CHECK((state.gpr[1] >> 5 & 1) == 0 && (state.gpr[1] >> 27 & 1) == 1 && (state.gpr[2] >> 25 & 1) == 1);
  state.gpr[0] = 0x7fffffff;
  CHECK(vmp_x86_cpuid(leaves, count, 0, &state) == 0);
  CHECK((state.gpr[0] | state.gpr[1] | state.gpr[2] | state.gpr[3]) == 0);
  uint32_t small = 1;
  CHECK(vmp_x86_identity(leaves, &small) < 0 && small == count);
}
#endif
