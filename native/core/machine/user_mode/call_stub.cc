#include "core/machine/user_mode/call_stub.h"

#include <cstring>
#include <initializer_list>

namespace vmp {
namespace {

constexpr uint32_t largest_number = 1023;
constexpr uint64_t no_number = ~uint64_t{0};  // above it

// What only the host gives back as it was: TF, which must trap behind the call, and DF, NT and AC, which SYSCALL has
// cleared and which no instruction without a stack sets as they were (volume 1, section 3.4.3).
constexpr uint32_t flags_for_host = 0x44500;

class Writer {
 public:
  explicit Writer(uint8_t *memory) : memory_(memory) {}
  uint64_t at = 0;

  void bytes(std::initializer_list<uint8_t> given) {
    for (const uint8_t byte : given) memory_[at++] = byte;
  }
  void word(uint32_t value) {
    std::memcpy(memory_ + at, &value, sizeof value);
    at += sizeof value;
  }
  // The distance from behind itself, which ends the instruction.
  void relative(uint64_t target) { word(static_cast<uint32_t>(target - (at + 4))); }

 private:
  uint8_t *const memory_;
};

constexpr uint64_t number_place(uint32_t index) { return CallStub::table + index * sizeof(uint64_t); }
constexpr uint64_t result_place(uint32_t index) { return number_place(CallStub::most_answers + index); }

}  // namespace

void CallStub::write(uint8_t *memory, uint8_t port, bool in_ring_0) {
  Writer code(memory);
  code.bytes({0x41, 0xf7, 0xc3});  // test r11d, flags_for_host
  code.word(flags_for_host);
  code.bytes({0x0f, 0x85});  // jnz leave
  code.relative(leave);
  code.bytes({0x48, 0x3d});  // cmp rax, largest_number
  code.word(largest_number);
  code.bytes({0x0f, 0x87});  // ja leave
  code.relative(leave);
  for (uint32_t i = 0; i < most_answers; ++i) {
    code.bytes({0x48, 0x3b, 0x05});  // cmp rax, [number]
    code.relative(number_place(i));
    code.bytes({0x0f, 0x84});  // je its answer
    code.relative(answers + i * answer_size);
  }
  code.at = leave;
  code.bytes({0xe6, port, 0x48, 0x0f, 0x07});  // out imm8, al; sysretq

  for (uint32_t i = 0; i < most_answers; ++i) {
    code.at = answers + i * answer_size;
    if (!in_ring_0) {
      // OF, and then SF ZF AF PF CF, from where SYSCALL has put them; SYSRET would do that.
      code.bytes({0x44, 0x89, 0xd8});  // mov eax, r11d
      code.bytes({0xc1, 0xe8, 0x0b});  // shr eax, 11
      code.bytes({0x24, 0x01});        // and al, 1
      code.bytes({0x04, 0x7f});        // add al, 127: overflows for 1
      code.bytes({0x44, 0x89, 0xd8});  // mov eax, r11d
      code.bytes({0x88, 0xc4});        // mov ah, al
      code.bytes({0x9e});              // sahf
    }
    code.bytes({0x48, 0x8b, 0x05});  // mov rax, [result]
    code.relative(result_place(i));
    if (in_ring_0) {
      code.bytes({0x48, 0x0f, 0x07});  // sysretq
    } else {
      code.bytes({0xff, 0xe1});  // jmp rcx
    }
  }
}

void CallStub::set_answers(uint8_t *memory, std::span<const vmp_call_answer> given) {
  uint64_t numbers[most_answers], results[most_answers] = {};
  uint32_t count = 0;
  for (const vmp_call_answer &answer : given) {
    if (answer.number > largest_number || count == most_answers) continue;
    numbers[count] = answer.number;
    results[count++] = answer.result;
  }
  while (count < most_answers) numbers[count++] = no_number;
  std::memcpy(memory + number_place(0), numbers, sizeof numbers);
  std::memcpy(memory + result_place(0), results, sizeof results);
}

uint64_t CallStub::number_at(const uint8_t *memory, uint64_t offset, uint64_t rax) {
  if (offset < answers || offset >= code_size) return rax;
  uint64_t number;
  std::memcpy(&number, memory + number_place(static_cast<uint32_t>((offset - answers) / answer_size)), sizeof number);
  return number;
}

}  // namespace vmp
