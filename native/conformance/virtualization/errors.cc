#include <cstring>
#include <memory>

#include "conformance/virtualization/guest.h"

namespace vmp::conformance {
namespace {

template <size_t size>
bool is_text(const char (&text)[size]) {
  return text[0] != '\0' && std::memchr(text, '\0', size) != nullptr;
}

void explained(Context &context) {
  VirtualMachine machine(context);
  Memory memory(page);
  const auto check = [&machine](const char *what, vmp_status status) {
    const vmp_error &error = machine.error();
    expect(status != VMP_OK && error.status == status, "%s answers %d, and its error says %d", what, status,
           error.status);
    expect(is_text(error.code) && is_text(error.message), "%s is refused without a code and a message", what);
  };
  check("memory_map of half a page", machine.try_map(0, memory.data(), page / 2));
  check("memory_unmap of nothing", machine.try_unmap(page));
  uint64_t bits = 0;
  check("memory_dirty of nothing", machine.try_dirty(page, &bits, 1));
}

void without_error(Context &context) {
  VirtualMachine machine(context);
  Memory memory(page);
  const vmp_accel_virtualization &table = context.table();
  expect(table.memory_map(context.self(), machine.handle(), 1, memory.data(), page, 0, nullptr) ==
             VMP_ERROR_INVALID_ARGUMENT,
         "memory_map answers otherwise to a caller without an error");
  expect(table.memory_unmap(context.self(), machine.handle(), page, nullptr) == VMP_ERROR_NOT_FOUND,
         "memory_unmap answers otherwise to a caller without an error");
  uint32_t count = 0;
  expect(table.identity(context.self(), nullptr, &count, nullptr) == VMP_ERROR_TOO_SMALL,
         "identity answers otherwise to a caller without an error");
}

void wrong_layout(Context &context) {
  VirtualMachine machine(context);
  constexpr size_t size = VMP_VCPU_STATE_OFFSET + sizeof(vmp_x86_64_state);
  const std::unique_ptr<uint64_t[]> block(new uint64_t[size / sizeof(uint64_t) + 1]());
  auto *layout = new (block.get()) vmp_vcpu{};
  vmp_identity identity{};
  identity.struct_size = sizeof identity;
  identity.leaves = context.leaves.data();
  identity.count = context.leaves.size();
  const auto refused = [&](const char *what) {
    vmp_error error = make_error();
    expect_status(what, VMP_ERROR_INVALID_ARGUMENT,
                  context.table().vcpu_create(context.self(), machine.handle(), layout, &identity, &error), error);
  };
  layout->struct_size = size;
  layout->architecture = VMP_ARCHITECTURE_RISCV64;
  refused("vcpu_create of another architecture");
  layout->struct_size = VMP_VCPU_STATE_OFFSET + 64;
  layout->architecture = VMP_ARCHITECTURE_X86_64;
  refused("vcpu_create with too little room for the state");
}

void goes_on(Context &context) {
  Guest guest(context, Mode::long64, {0xff, 0xc0, 0xf4});  // inc eax; hlt
  Memory memory(page);
  guest.machine.try_map(0, memory.data(), page);
  guest.machine.try_unmap(0x123000);
  guest.cpu.state().cr4 |= uint64_t{1} << 40;
  guest.cpu.try_write(VMP_STATE_SYSTEM);
  guest.cpu.run_to(VMP_EXIT_HALT, "a run behind refused calls");
  expect(guest.reg(rax) == 1, "a refused call has changed what the guest does");
}

constexpr Case cases[] = {
    {"a refusal has a status, a code and a message", 0, explained},
    {"a caller may leave the error out", 0, without_error},
    {"a layout of another architecture, or without room, is refused", 0, wrong_layout},
    {"a virtual machine goes on after refused calls", 0, goes_on},
};

}  // namespace

constinit const Group error_cases = {"errors", cases};

}  // namespace vmp::conformance
