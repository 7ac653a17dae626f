#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "conformance/virtualization/guest.h"

namespace vmp::conformance {
namespace {

constexpr uint64_t elsewhere = 0x200000;

// mov eax, [rbx]; hlt -- in 32 and 64 bits alike
constexpr std::initializer_list<uint8_t> load = {0x8b, 0x03, 0xf4};
// mov [rbx], eax; hlt
constexpr std::initializer_list<uint8_t> store = {0x89, 0x03, 0xf4};

// Runs the guest's two instructions again, at an address.
void again(Guest &guest, uint64_t at, const char *what) {
  guest.cpu.state().rip = address::code;
  guest.reg(rbx) = at;
  guest.cpu.run_to(VMP_EXIT_HALT, what);
}

void shows_memory(Context &context) {
  Guest guest(context, Mode::protected32, {0x8b, 0x03, 0x89, 0x43, 0x04, 0xf4});  // mov eax,[ebx]; mov [ebx+4],eax; hlt
  Memory other(2 * page);
  guest.machine.map(elsewhere, other);
  other.word(page) = 0x12345678;
  again(guest, elsewhere + page, "a load and a store in the slot");
  expect(guest.reg(rax) == 0x12345678, "a load gives 0x%llx, not what lies in the host's memory",
         static_cast<unsigned long long>(guest.reg(rax)));
  expect(other.word(page + 4) == 0x12345678, "a store has not reached the host's memory");
}

void refuses_overlaps(Context &context) {
  VirtualMachine machine(context);
  Memory first(4 * page), second(8 * page);
  constexpr uint64_t begin = 0x100000;
  machine.map(begin, first);
  const struct {
    const char *what;
    uint64_t address, size;
  } overlaps[] = {{"the same slot", begin, 4 * page},
                  {"its first page", begin - page, 2 * page},
                  {"its last page", begin + 3 * page, 2 * page},
                  {"a page inside", begin + page, page},
                  {"all of it and more", begin - page, 8 * page}};
  for (const auto &[what, at, size] : overlaps)
    expect_status(what, VMP_ERROR_INVALID_ARGUMENT, machine.try_map(at, second.data(), size), machine.error());
  expect_status("the neighbour behind", VMP_OK, machine.try_map(begin + 4 * page, second.data(), page),
                machine.error());
  expect_status("the neighbour before", VMP_OK, machine.try_map(begin - page, second.data() + page, page),
                machine.error());
}

void refuses_invalid(Context &context) {
  VirtualMachine machine(context);
  Memory memory(4 * page);
  const auto refused = [&machine](const char *what, uint64_t at, uint8_t *from, uint64_t size, uint32_t flags = 0) {
    expect_status(what, VMP_ERROR_INVALID_ARGUMENT, machine.try_map(at, from, size, flags), machine.error());
  };
  refused("an address inside a page", page + 1, memory.data(), page);
  refused("host memory inside a page", page, memory.data() + 8, page);
  refused("half a page", page, memory.data(), page / 2);
  refused("no page", page, memory.data(), 0);
  refused("a slot that wraps around", ~(page - 1), memory.data(), 2 * page);
  refused("an unknown flag", page, memory.data(), page, 1u << 31);
  if (context.host.physical_bits < 64)
    refused("an address beyond physical_bits", uint64_t{1} << context.host.physical_bits, memory.data(), page);
  expect_status("a valid slot", VMP_OK, machine.try_map(page, memory.data(), page), machine.error());
}

void unmap_unknown(Context &context) {
  VirtualMachine machine(context);
  Memory memory(2 * page);
  expect_status("memory_unmap of nothing", VMP_ERROR_NOT_FOUND, machine.try_unmap(page), machine.error());
  machine.map(page, memory);
  expect_status("memory_unmap inside a slot", VMP_ERROR_NOT_FOUND, machine.try_unmap(2 * page), machine.error());
  machine.unmap(page);
  expect_status("memory_unmap of an unmapped slot", VMP_ERROR_NOT_FOUND, machine.try_unmap(page), machine.error());
}

void unmapped_is_gone(Context &context) {
  Guest guest(context, Mode::protected32, load);
  Memory other(page);
  guest.machine.map(elsewhere, other);
  again(guest, elsewhere, "a load before memory_unmap");
  guest.machine.unmap(elsewhere);
  guest.cpu.state().rip = address::code;
  guest.cpu.run_to(VMP_EXIT_MMIO, "a load after memory_unmap");
}

void remap(Context &context) {
  Guest guest(context, Mode::protected32, load);
  Memory first(page), second(page);
  first.word(0) = 1;
  second.word(0) = 2;
  guest.machine.map(elsewhere, first);
  again(guest, elsewhere, "a load of the first memory");
  guest.machine.unmap(elsewhere);
  guest.machine.map(elsewhere, second);
  again(guest, elsewhere, "a load of the second memory");
  expect(guest.reg(rax) == 2, "a load gives %u, what lay there before the slot was mapped anew",
         static_cast<unsigned>(guest.reg(rax)));
}

void many_slots(Context &context) {
  // add eax, [ebx]; add ebx, 0x2000; dec ecx; jnz back; hlt
  Guest guest(context, Mode::protected32, {0x03, 0x03, 0x81, 0xc3, 0x00, 0x20, 0x00, 0x00, 0x49, 0x75, 0xf5, 0xf4});
  const uint32_t count = std::min<uint32_t>(context.host.slots - 1, 200);
  Memory other(count * page);
  uint32_t sum = 0;
  for (uint32_t i = 0; i < count; ++i) {
    other.word(i * page) = i * i + 1;
    sum += i * i + 1;
    expect_status("memory_map of one of many", VMP_OK,
                  guest.machine.try_map(elsewhere + i * 2 * page, other.data() + i * page, page),
                  guest.machine.error());
  }
  guest.reg(rcx) = count;
  again(guest, elsewhere, "loads from all slots");
  expect(guest.reg(rax) == sum, "the words of %u slots add up to %u instead of %u", count,
         static_cast<unsigned>(guest.reg(rax)), sum);
  for (uint32_t i = 0; i < count; ++i) guest.machine.unmap(elsewhere + i * 2 * page);
}

// In ring 3: some hypervisors emulate ring 0, and an emulated access to such a page is one where no memory is.
void host_protection(Context &context) {
  // mov eax, [rbx]; out 10h, al
  Guest guest(context, Mode::user64, {0x8b, 0x03, 0xe6, 0x10});
  constexpr uint64_t at = address::data;
  guest.memory.word(at) = 77;
  guest.reg(rbx) = at;
  guest.cpu.run_to(VMP_EXIT_PORT_IO, "a load from a page that may be read");
  expect(guest.reg(rax) == 77, "a load gives another value than the memory has");
  guest.cpu.run(VMP_RUN_COMPLETE);
  guest.reg(rax) = 0;
  guest.memory.protect(at, page, PROT_NONE);
  guest.cpu.state().rip = address::code;
  guest.cpu.run_to(VMP_EXIT_MEMORY_FAULT, "a load from a page of PROT_NONE");
  const uint64_t named = guest.cpu.exit().u.memory.address;
  expect(named == ~uint64_t{0} || named / page == at / page, "the fault names address 0x%llx",
         static_cast<unsigned long long>(named));
  expect(guest.cpu.state().rip == address::code, "the state is not as before the instruction");
  guest.memory.protect(at, page, PROT_READ | PROT_WRITE);
  guest.cpu.run_to(VMP_EXIT_PORT_IO, "the same load once the page may be read");
  expect(guest.reg(rax) == 77, "the load gives another value once the page may be read");
}

void read_only(Context &context) {
  Guest guest(context, Mode::protected32, store);
  Memory other(page);
  other.word(16) = 5;
  guest.machine.map(elsewhere, other, VMP_SLOT_READ_ONLY);
  guest.reg(rax) = 0xa1b2c3d4;
  guest.reg(rbx) = elsewhere + 16;
  guest.cpu.run_to(VMP_EXIT_MMIO, "a store into a read-only slot");
  const vmp_exit_io &io = guest.cpu.exit().u.io;
  expect(io.address == elsewhere + 16 && io.size == 4 && io.write == 1 && (io.data & 0xffffffff) == 0xa1b2c3d4,
         "the exit does not describe the store: %s", describe_exit(guest.cpu.exit()).c_str());
  guest.cpu.run_to(VMP_EXIT_HALT, "behind the store");
  expect(other.word(16) == 5, "the store has changed the memory");
  guest.place(address::code, load);
  again(guest, elsewhere + 16, "a load from a read-only slot");
  expect(guest.reg(rax) == 5, "a load from a read-only slot gives another value");
}

void two_machines(Context &context) {
  Guest first(context, Mode::protected32, store), second(context, Mode::protected32, load);
  first.reg(rax) = 99;
  again(first, address::data, "a store in one machine");
  again(second, address::data, "a load in the other");
  expect(second.reg(rax) == 0, "one virtual machine sees the other's memory");
}

constexpr Case cases[] = {
    {"a slot shows the host's memory at its address", 0, shows_memory},
    {"a slot that overlaps another is refused", 0, refuses_overlaps},
    {"an unaligned, empty or out-of-range slot is refused", 0, refuses_invalid},
    {"unmapping where no slot begins is refused", 0, unmap_unknown},
    {"an unmapped slot is gone", 0, unmapped_is_gone},
    {"a slot mapped anew shows the new memory", 0, remap},
    {"many slots at a time show their own memory each", 0, many_slots},
    {"the host's protection of a page decides at once", 0, host_protection},
    {"a read-only slot makes a write an exit", VMP_VIRTUALIZATION_READ_ONLY_MEMORY, read_only},
    {"two virtual machines share nothing", 0, two_machines},
};

}  // namespace

constinit const Group memory_cases = {"memory", cases};

}  // namespace vmp::conformance
