#include "conformance/virtualization/machine.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iterator>

namespace vmp::conformance {
namespace {

constexpr std::align_val_t alignment{64};

}  // namespace

Memory::Memory(uint64_t size) : size_(size) {
  void *data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<uint8_t *>(data);
}

Memory::~Memory() { ::munmap(data_, size_); }

void Memory::protect(uint64_t offset, uint64_t size, int protection) {
  expect(::mprotect(data_ + offset, size, protection) == 0, "the host's mprotect has failed");
}

VirtualMachine::VirtualMachine(Context &context) : context_(context), error_(make_error()) {
  expect_status("vm_create", VMP_OK, context.table().vm_create(context.self(), &vm_, &error_), error_);
}

VirtualMachine::~VirtualMachine() { context_.table().vm_destroy(context_.self(), vm_); }

vmp_status VirtualMachine::try_map(uint64_t address, void *memory, uint64_t size, uint32_t flags) {
  error_ = make_error();
  return context_.table().memory_map(context_.self(), vm_, address, memory, size, flags, &error_);
}

vmp_status VirtualMachine::try_unmap(uint64_t address) {
  error_ = make_error();
  return context_.table().memory_unmap(context_.self(), vm_, address, &error_);
}

vmp_status VirtualMachine::try_dirty(uint64_t address, uint64_t *bits, uint64_t words) {
  error_ = make_error();
  return context_.table().memory_dirty(context_.self(), vm_, address, bits, words, &error_);
}

void VirtualMachine::map(uint64_t address, Memory &memory, uint32_t flags) {
  expect_status("memory_map", VMP_OK, try_map(address, memory.data(), memory.size(), flags), error_);
}

void VirtualMachine::unmap(uint64_t address) { expect_status("memory_unmap", VMP_OK, try_unmap(address), error_); }

void VirtualMachine::create_device(uint32_t device) {
  expect(VMP_HAS(&context_.table(), vmp_accel_virtualization, device_create),
         "the features name a device, and device_create is missing");
  expect_status("device_create", VMP_OK, context_.table().device_create(context_.self(), vm_, device, &error_), error_);
}

void VirtualMachine::set_line(uint32_t line, uint32_t level) {
  expect(VMP_HAS(&context_.table(), vmp_accel_virtualization, line_set),
         "the features name the interrupt controller, and line_set is missing");
  expect_status("line_set", VMP_OK, context_.table().line_set(context_.self(), vm_, line, level, &error_), error_);
}

VirtualCpu::VirtualCpu(VirtualMachine &machine, uint32_t index, const std::vector<vmp_identity_leaf> &leaves)
    : context_(machine.context()), error_(make_error()) {
  const uint32_t size = VMP_VCPU_STATE_OFFSET +
                        std::max<uint32_t>(sizeof(vmp_x86_64_state), context_.implementation.capabilities->state_size);
  block_ = static_cast<uint8_t *>(::operator new(size, alignment));
  std::memset(block_, 0, size);
  auto *layout = new (block_) vmp_vcpu{};
  layout->struct_size = size;
  layout->architecture = VMP_ARCHITECTURE_X86_64;
  layout->index = index;
  vmp_identity identity{};
  identity.struct_size = sizeof identity;
  identity.leaves = leaves.data();
  identity.count = leaves.size();
  const vmp_status status = context_.table().vcpu_create(context_.self(), machine.handle(), layout, &identity, &error_);
  if (status == VMP_OK) return;
  ::operator delete(block_, alignment);
  expect_status("vcpu_create", VMP_OK, status, error_);
}

VirtualCpu::~VirtualCpu() {
  context_.table().vcpu_destroy(context_.self(), &layout());
  ::operator delete(block_, alignment);
}

vmp_status VirtualCpu::try_read(uint32_t classes) {
  error_ = make_error();
  return context_.table().vcpu_read(context_.self(), &layout(), classes, &error_);
}

vmp_status VirtualCpu::try_write(uint32_t classes) {
  error_ = make_error();
  return context_.table().vcpu_write(context_.self(), &layout(), classes, &error_);
}

vmp_status VirtualCpu::try_interrupt(uint32_t vector) {
  error_ = make_error();
  return context_.table().vcpu_interrupt(context_.self(), &layout(), vector, &error_);
}

void VirtualCpu::read(uint32_t classes) { expect_status("vcpu_read", VMP_OK, try_read(classes), error_); }
void VirtualCpu::write(uint32_t classes) { expect_status("vcpu_write", VMP_OK, try_write(classes), error_); }
void VirtualCpu::run(uint32_t flags) { context_.table().run(context_.self(), &layout(), flags); }

void VirtualCpu::run_to(uint32_t kind, const char *what, uint32_t flags) {
  run(flags);
  expect(exit().kind == kind, "%s: the exit is %s instead of %s", what, describe_exit(exit()).c_str(),
         name_of_exit(kind));
}

void VirtualCpu::request(uint32_t bits) {
  layout().requests.fetch_or(bits, std::memory_order_seq_cst);
  kick();
}

void VirtualCpu::kick() { context_.table().kick(context_.self(), &layout()); }

const char *name_of_exit(uint32_t kind) {
  static constexpr const char *names[] = {
      "NONE",       "BUDGET",  "INTERRUPTED", "SYSTEM_CALL", "MEMORY_FAULT", "ILLEGAL_INSTRUCTION",
      "BREAKPOINT", "MMIO",    "PORT_IO",     "HALT",        "SHUTDOWN",     "MISALIGNED",
      "EXCEPTION",  "STEPPED", "ENGINE_ERROR"};
  return kind < std::size(names) ? names[kind] : "unknown";
}

std::string describe_exit(const vmp_exit &exit) {
  char text[200];
  const auto pc = static_cast<unsigned long long>(exit.pc);
  switch (exit.kind) {
    case VMP_EXIT_MMIO:
    case VMP_EXIT_PORT_IO:
      std::snprintf(text, sizeof text, "%s (%s of %u bytes at 0x%llx, data 0x%llx, count %u, pc 0x%llx)",
                    name_of_exit(exit.kind), exit.u.io.write != 0 ? "write" : "read", exit.u.io.size,
                    static_cast<unsigned long long>(exit.u.io.address), static_cast<unsigned long long>(exit.u.io.data),
                    exit.u.io.count, pc);
      break;
    case VMP_EXIT_ENGINE_ERROR:
      std::snprintf(text, sizeof text, "ENGINE_ERROR (%.*s)", static_cast<int>(sizeof exit.u.error.message),
                    exit.u.error.message);
      break;
    default:
      std::snprintf(text, sizeof text, "%s (pc 0x%llx)", name_of_exit(exit.kind), pc);
  }
  return text;
}

}  // namespace vmp::conformance
