// The stub of system calls, run by the processor that the test runs on: to its end, and an instruction at a time, since
// it may be interrupted behind each.
#include "core/machine/user_mode/call_stub.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <cstdint>
#include <vector>

#include "check.h"

#if defined(__x86_64__)
extern "C" {
uint64_t call_stub_number, call_stub_given_flags;  // in
uint64_t call_stub_result, call_stub_flags, call_stub_way, call_stub_r11;
uint64_t call_stub_trap;  // the trap flag, or 0
void call_stub_enter(const void *stub);
extern const char call_stub_back[], call_stub_left[];
}
// As SYSCALL would get there; back by the stub's own jump, or to call_stub_left, with 1 in r11's place.
asm(R"(
.text
call_stub_enter:
  mov call_stub_number(%rip), %rax
  mov call_stub_given_flags(%rip), %r11
  lea call_stub_back(%rip), %rcx
  pushfq
  pop %rdx
  or call_stub_trap(%rip), %rdx
  push %rdx
  popfq
  jmp *%rdi
call_stub_back:
  pushfq
  pop call_stub_flags(%rip)
  mov %rcx, call_stub_way(%rip)
  mov %r11, call_stub_r11(%rip)
  mov %rax, call_stub_result(%rip)
  cld
  ret
call_stub_left:
  movq $1, call_stub_r11(%rip)
  mov %rcx, call_stub_way(%rip)
  mov %rax, call_stub_result(%rip)
  ret
)");

namespace {

constexpr uint64_t trap_flag = 0x100, arithmetic_flags = 0x8d5;

uint8_t *memory = nullptr;
int steps = 0;
bool is_number_known = true;

void step(int, siginfo_t *, void *raw) {
  greg_t *registers = static_cast<ucontext_t *>(raw)->uc_mcontext.gregs;
  const auto rip = static_cast<uint64_t>(registers[REG_RIP]);
  const uint64_t offset = rip - reinterpret_cast<uint64_t>(memory);
  if (rip == reinterpret_cast<uint64_t>(call_stub_back)) registers[REG_EFL] &= ~static_cast<greg_t>(trap_flag);
  if (offset >= vmp::CallStub::code_size) return;
  ++steps;
  const auto rax = static_cast<uint64_t>(registers[REG_RAX]);
  is_number_known = is_number_known && vmp::CallStub::number_at(memory, offset, rax) == call_stub_number;
  if (offset != vmp::CallStub::leave) return;
  registers[REG_RIP] = reinterpret_cast<greg_t>(call_stub_left);
  registers[REG_EFL] &= ~static_cast<greg_t>(trap_flag);
}

struct Stub {
  Stub() {
    void *pages = mmap(nullptr, 0x1000, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
      check::skip("no executable memory");
      return;
    }
    memory = static_cast<uint8_t *>(pages);
    vmp::CallStub::write(memory, 0x40, false);
    vmp::CallStub::set_answers(memory, {});
    struct sigaction action {};
    action.sa_sigaction = step;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGTRAP, &action, &before);
  }
  ~Stub() {
    if (memory == nullptr) return;
    sigaction(SIGTRAP, &before, nullptr);
    munmap(memory, 0x1000);
    memory = nullptr;
  }
  // True when the stub answers by itself.
  bool call(uint64_t number, uint64_t flags, bool stepped) {
    call_stub_number = number;
    call_stub_given_flags = flags;
    call_stub_trap = stepped ? trap_flag : 0;
    call_stub_enter(memory);
    return call_stub_r11 == flags;
  }
  struct sigaction before {};
};

// The least significant bits of `combination` on the arithmetic flags, over what every program has.
uint64_t flags_of(unsigned combination) {
  constexpr uint64_t bits[] = {1, 4, 0x10, 0x40, 0x80, 0x800};
  uint64_t flags = 0x202;
  for (unsigned i = 0; i < 6; ++i) {
    if ((combination >> i & 1) != 0) flags |= bits[i];
  }
  return flags;
}

}  // namespace

TEST("the stub of system calls answers what it is given, and all flags are those of the program") {
  Stub stub;
  if (memory == nullptr) return;
  const vmp_call_answer answers[] = {{39, 7},          {102, ~uint64_t{0}}, {104, 0}, {0, 1},
                                     {1023, 1u << 31}, {511, 12345678901},  {12, 39}, {186, 102}};
  vmp::CallStub::set_answers(memory, answers);
  for (const bool stepped : {false, true}) {
    for (const auto &answer : answers) {
      for (unsigned combination = 0; combination < 64; ++combination) {
        const uint64_t flags = flags_of(combination);
        CHECK(stub.call(answer.number, flags, stepped));
        CHECK(call_stub_result == answer.result);
        CHECK((call_stub_flags & arithmetic_flags) == (flags & arithmetic_flags));
        CHECK(call_stub_way == reinterpret_cast<uint64_t>(call_stub_back));
      }
    }
  }
  CHECK(steps > 64 * 8 * 15);
  CHECK(is_number_known);
}

TEST("the stub of system calls leaves every other call to the host, with its number") {
  Stub stub;
  if (memory == nullptr) return;
  const std::vector<vmp_call_answer> few = {{39, 7}, {5000, 8}};
  vmp::CallStub::set_answers(memory, few);
  for (const uint64_t number : {uint64_t{0}, uint64_t{40}, uint64_t{1023}, uint64_t{1024}, uint64_t{5000},
                                (uint64_t{1} << 32) + 39, ~uint64_t{0}, ~uint64_t{0} - 38}) {
    CHECK(!stub.call(number, 0x202, true));
    CHECK(call_stub_result == number);
  }
  // TF, DF, NT and AC, which the host alone gives back.
  for (const uint64_t flag : {0x100, 0x400, 0x4000, 0x40000}) {
    CHECK(!stub.call(39, 0x202 | flag, true));
    CHECK(call_stub_result == 39);
  }
  std::vector<vmp_call_answer> many;
  for (uint64_t number = 0; number < 20; ++number) many.push_back({number, number + 1});
  vmp::CallStub::set_answers(memory, many);
  for (const auto &answer : many) {
    CHECK(stub.call(answer.number, 0x202, true) == (answer.number < vmp::CallStub::most_answers));
  }
  vmp::CallStub::set_answers(memory, {});
  CHECK(!stub.call(0, 0x202, true));
  CHECK(is_number_known);
}
#endif
