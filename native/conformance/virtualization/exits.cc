#include <cstring>

#include "conformance/virtualization/guest.h"

namespace vmp::conformance {
namespace {

// What the device behind every unbacked byte answers.
uint8_t byte_at(uint64_t address) { return static_cast<uint8_t>(address * 7 + 3); }

uint64_t bytes_at(uint64_t address, uint32_t size) {
  uint64_t value = 0;
  for (uint32_t i = 0; i < size; ++i) value |= uint64_t{byte_at(address + i)} << (8 * i);
  return value;
}

void expect_read(Guest &guest, uint64_t from, uint32_t size) {
  guest.reg(rax) = 0;
  guest.reg(rbx) = from;
  guest.cpu.run();
  uint32_t exits = 0;
  // A backend may cut an access into several.
  for (; guest.cpu.exit().kind == VMP_EXIT_MMIO && exits < 8; ++exits) {
    vmp_exit_io &io = guest.cpu.exit().u.io;
    expect(io.write == 0 && io.count == 1 && io.address >= from && io.address + io.size <= from + size,
           "a load of %u bytes at 0x%llx is described as %s", size, static_cast<unsigned long long>(from),
           describe_exit(guest.cpu.exit()).c_str());
    io.data = bytes_at(io.address, io.size);
    guest.cpu.run();
  }
  expect(exits > 0, "a load of %u bytes is no exit: %s", size, describe_exit(guest.cpu.exit()).c_str());
  expect(guest.cpu.exit().kind == VMP_EXIT_HALT, "behind a load of %u bytes: %s", size,
         describe_exit(guest.cpu.exit()).c_str());
  expect(guest.reg(rax) == bytes_at(from, size), "a load of %u bytes gives 0x%llx instead of the answer 0x%llx", size,
         static_cast<unsigned long long>(guest.reg(rax)), static_cast<unsigned long long>(bytes_at(from, size)));
}

void mmio_read(Context &context) {
  const auto load = [&context](Guest::Code code, uint64_t from, uint32_t size) {
    Guest guest(context, Mode::long64, code);
    expect_read(guest, from, size);
  };
  load({0x8a, 0x03, 0xf4}, address::unbacked + 0x11, 1);        // mov al, [rbx]
  load({0x66, 0x8b, 0x03, 0xf4}, address::unbacked + 0x20, 2);  // mov ax, [rbx]
  load({0x8b, 0x03, 0xf4}, address::unbacked + 0x40, 4);        // mov eax, [rbx]
  load({0x48, 0x8b, 0x03, 0xf4}, address::unbacked + 0x80, 8);  // mov rax, [rbx]
}

void mmio_misaligned(Context &context) {
  Guest words(context, Mode::long64, {0x8b, 0x03, 0xf4});
  expect_read(words, address::unbacked + 0x101, 4);
  Guest long_words(context, Mode::long64, {0x48, 0x8b, 0x03, 0xf4});
  expect_read(long_words, address::unbacked + 0x203, 8);
}

void mmio_write(Context &context) {
  constexpr uint64_t value = 0x8877665544332211;
  const auto store = [&context](Guest::Code code, uint32_t size) {
    Guest guest(context, Mode::long64, code);
    guest.reg(rax) = value;
    guest.reg(rbx) = address::unbacked;
    guest.cpu.run_to(VMP_EXIT_MMIO, "a store where no memory is");
    const vmp_exit_io &io = guest.cpu.exit().u.io;
    const uint64_t expected = size == 8 ? value : value & ((uint64_t{1} << (8 * size)) - 1);
    expect(io.address == address::unbacked && io.size == size && io.write == 1 && io.data == expected && io.count == 1,
           "a store of %u bytes is described as %s", size, describe_exit(guest.cpu.exit()).c_str());
    guest.cpu.run_to(VMP_EXIT_HALT, "behind the store");
  };
  store({0x88, 0x03, 0xf4}, 1);
  store({0x66, 0x89, 0x03, 0xf4}, 2);
  store({0x89, 0x03, 0xf4}, 4);
  store({0x48, 0x89, 0x03, 0xf4}, 8);
}

void expect_port(Guest &guest, uint16_t port, uint32_t size, uint32_t is_write) {
  guest.cpu.run_to(VMP_EXIT_PORT_IO, is_write != 0 ? "OUT" : "IN");
  const vmp_exit_io &io = guest.cpu.exit().u.io;
  expect(io.address == port && io.size == size && io.write == is_write && io.count == 1,
         "%s of %u bytes at port 0x%x is described as %s", is_write != 0 ? "OUT" : "IN", size, port,
         describe_exit(guest.cpu.exit()).c_str());
}

void port_output(Context &context) {
  // out dx, al; out dx, ax; out dx, eax; hlt
  Guest guest(context, Mode::long64, {0xee, 0x66, 0xef, 0xef, 0xf4});
  guest.reg(rax) = 0xffffffff87654321;
  guest.reg(rdx) = 0x3f8;
  constexpr uint64_t data[] = {0x21, 0x4321, 0x87654321};
  for (uint32_t i = 0; i < 3; ++i) {
    expect_port(guest, 0x3f8, 1u << i, 1);
    expect(guest.cpu.exit().u.io.data == data[i], "OUT carries 0x%llx instead of 0x%llx",
           static_cast<unsigned long long>(guest.cpu.exit().u.io.data), static_cast<unsigned long long>(data[i]));
  }
  guest.cpu.run_to(VMP_EXIT_HALT, "behind OUT");
}

void port_input(Context &context) {
  // in al, dx; mov ecx, eax; in ax, dx; mov esi, eax; in eax, dx; hlt
  Guest guest(context, Mode::long64, {0xec, 0x89, 0xc1, 0x66, 0xed, 0x89, 0xc6, 0xed, 0xf4});
  guest.reg(rax) = 0xfffffffffffffff0;
  guest.reg(rdx) = 0x1234;
  constexpr uint64_t answers[] = {0x5a, 0xbeef, 0xdeadc0de};
  for (uint32_t i = 0; i < 3; ++i) {
    expect_port(guest, 0x1234, 1u << i, 0);
    guest.cpu.exit().u.io.data = answers[i];
  }
  guest.cpu.run_to(VMP_EXIT_HALT, "behind IN");
  const uint64_t results[] = {guest.reg(rcx), guest.reg(rsi), guest.reg(rax)};
  constexpr uint64_t expected[] = {0xffffff5a, 0xffffbeef, 0xdeadc0de};
  for (int i = 0; i < 3; ++i)
    expect(results[i] == expected[i], "IN of %d bytes gives 0x%llx instead of 0x%llx", 1 << i,
           static_cast<unsigned long long>(results[i]), static_cast<unsigned long long>(expected[i]));
}

void string_output(Context &context) {
  Guest guest(context, Mode::long64, {0xf3, 0x6e, 0xf4});  // rep outsb; hlt
  std::memcpy(guest.memory.data() + address::data, "hello", 5);
  guest.reg(rsi) = address::data;
  guest.reg(rcx) = 5;
  guest.reg(rdx) = 0xe9;
  for (uint32_t i = 0; i < 5; ++i) {
    guest.cpu.run_to(VMP_EXIT_PORT_IO, "an element of REP OUTSB");
    const vmp_exit_io &io = guest.cpu.exit().u.io;
    expect(io.address == 0xe9 && io.size == 1 && io.write == 1 && io.data == static_cast<uint8_t>("hello"[i]) &&
               io.count >= 1 && io.count <= 5 - i,
           "element %u of REP OUTSB is described as %s", i, describe_exit(guest.cpu.exit()).c_str());
  }
  guest.cpu.run_to(VMP_EXIT_HALT, "behind REP OUTSB");
  expect(guest.reg(rcx) == 0 && guest.reg(rsi) == address::data + 5, "REP OUTSB leaves wrong registers");
}

void string_input(Context &context) {
  Guest guest(context, Mode::long64, {0xf3, 0x6c, 0xf4});  // rep insb; hlt
  guest.reg(rdi) = address::data;
  guest.reg(rcx) = 5;
  guest.reg(rdx) = 0x60;
  for (uint32_t i = 0; i < 5; ++i) {
    guest.cpu.run_to(VMP_EXIT_PORT_IO, "an element of REP INSB");
    vmp_exit_io &io = guest.cpu.exit().u.io;
    expect(io.address == 0x60 && io.size == 1 && io.write == 0 && io.count >= 1 && io.count <= 5 - i,
           "element %u of REP INSB is described as %s", i, describe_exit(guest.cpu.exit()).c_str());
    io.data = static_cast<uint8_t>("world"[i]);
  }
  guest.cpu.run_to(VMP_EXIT_HALT, "behind REP INSB");
  expect(std::memcmp(guest.memory.data() + address::data, "world", 5) == 0, "REP INSB has stored other bytes");
  expect(guest.reg(rcx) == 0 && guest.reg(rdi) == address::data + 5, "REP INSB leaves wrong registers");
}

void expect_complete(Guest &guest, uint64_t answer, uint64_t behind, const char *what) {
  guest.cpu.exit().u.io.data = answer;
  guest.cpu.run(VMP_RUN_COMPLETE);
  expect(guest.reg(rax) == answer, "VMP_RUN_COMPLETE after %s: rax is 0x%llx instead of the answer", what,
         static_cast<unsigned long long>(guest.reg(rax)));
  expect(guest.cpu.state().rip == address::code + behind && guest.reg(rcx) == 0,
         "VMP_RUN_COMPLETE after %s: rip is 0x%llx instead of behind that instruction", what,
         static_cast<unsigned long long>(guest.cpu.state().rip));
  guest.cpu.run_to(VMP_EXIT_HALT, "the instructions behind");
  expect(guest.reg(rax) == answer && guest.reg(rcx) == 1, "after VMP_RUN_COMPLETE the guest goes on wrongly");
}

void completes(Context &context) {
  Guest load(context, Mode::long64, {0x8b, 0x03, 0xff, 0xc1, 0xf4});  // mov eax, [rbx]; inc ecx; hlt
  load.reg(rbx) = address::unbacked;
  load.cpu.run_to(VMP_EXIT_MMIO, "a load where no memory is");
  expect_complete(load, 0x1badb002, 2, "MMIO");
  Guest input(context, Mode::long64, {0xed, 0xff, 0xc1, 0xf4});  // in eax, dx; inc ecx; hlt
  input.reg(rdx) = 0x70;
  input.cpu.run_to(VMP_EXIT_PORT_IO, "IN");
  expect_complete(input, 0x2badb002, 1, "PORT_IO");
}

void halt(Context &context) {
  Guest guest(context, Mode::long64, {0xf4, 0xff, 0xc0, 0xf4});  // hlt; inc eax; hlt
  guest.cpu.run_to(VMP_EXIT_HALT, "HLT");
  expect(guest.reg(rax) == 0 && guest.cpu.state().rip == address::code + 1, "HLT leaves rip at 0x%llx",
         static_cast<unsigned long long>(guest.cpu.state().rip));
  guest.cpu.run_to(VMP_EXIT_HALT, "the second HLT");
  expect(guest.reg(rax) == 1, "the guest does not go on behind HLT");
}

void triple_fault(Context &context) {
  Guest guest(context, Mode::protected32, {0x0f, 0x0b});  // ud2
  guest.cpu.read(VMP_STATE_SYSTEM);
  guest.cpu.state().idt_limit = 0;
  guest.cpu.write(VMP_STATE_SYSTEM);
  guest.cpu.run_to(VMP_EXIT_SHUTDOWN, "an exception without a handler");
}

void every_mode(Context &context) {
  // Code that differs: 48 is a prefix in 64 bits and DEC eAX else; 66 B8 takes two bytes or four.
  for (const auto &[mode, expected] : {std::pair{Mode::real, 0xffffu}, {Mode::protected32, 0xffffffffu}}) {
    Guest guest(context, mode, {0x48, 0xf4});  // dec eax
    guest.cpu.run_to(VMP_EXIT_HALT, "DEC");
    expect(guest.reg(rax) == expected, "DEC eAX gives 0x%llx in %s mode",
           static_cast<unsigned long long>(guest.reg(rax)), mode == Mode::real ? "real" : "protected");
  }
  Guest guest(context, Mode::long64, {0x48, 0xff, 0xc8, 0xf4});  // dec rax
  guest.cpu.run_to(VMP_EXIT_HALT, "DEC");
  expect(guest.reg(rax) == ~uint64_t{0}, "DEC rax gives 0x%llx", static_cast<unsigned long long>(guest.reg(rax)));
}

void single_step(Context &context) {
  // inc eax; add ecx, eax; nop; hlt
  Guest guest(context, Mode::long64, {0xff, 0xc0, 0x01, 0xc1, 0x90, 0xf4});
  for (const uint64_t behind : {2, 4, 5}) {
    guest.cpu.run_to(VMP_EXIT_STEPPED, "VMP_RUN_STEP", VMP_RUN_STEP);
    expect(guest.cpu.state().rip == address::code + behind, "a step leads to 0x%llx instead of 0x%llx",
           static_cast<unsigned long long>(guest.cpu.state().rip),
           static_cast<unsigned long long>(address::code + behind));
  }
  expect(guest.reg(rax) == 1 && guest.reg(rcx) == 1, "the steps have not done what the instructions do");
  guest.cpu.run_to(VMP_EXIT_HALT, "a run behind the steps");
}

constexpr Case cases[] = {
    {"code runs in real, protected and long mode", 0, every_mode},
    {"a load where no memory is takes the answer, of every size", 0, mmio_read},
    {"a misaligned load where no memory is takes the answer", 0, mmio_misaligned},
    {"a store where no memory is tells address, size and data", 0, mmio_write},
    {"OUT tells port, size and data", 0, port_output},
    {"IN takes the answer", 0, port_input},
    {"REP OUTSB tells every element", 0, string_output},
    {"REP INSB takes an answer for every element", 0, string_input},
    {"COMPLETE ends the instruction of an exit and runs nothing more", 0, completes},
    {"HLT is a HALT, and the guest goes on behind it", 0, halt},
    {"an exception that cannot be delivered is a SHUTDOWN", 0, triple_fault},
    {"a step runs one instruction", VMP_VIRTUALIZATION_SINGLE_STEP, single_step},
};

}  // namespace

constinit const Group exit_cases = {"exits", cases};

}  // namespace vmp::conformance
