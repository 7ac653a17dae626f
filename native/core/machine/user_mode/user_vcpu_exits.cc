// How a program's virtual CPU leaves the processor: what an exit, which may be in a stub, means for the program.
#include <cstring>

#include "core/machine/user_mode/program_flags.h"
#include "core/machine/user_mode/user_vcpu.h"

namespace vmp {
namespace {

constexpr uint32_t page_fault = 14, general_protection = 13, breakpoint = 3, invalid_opcode = 6;

bool has_error_code(uint32_t vector) {  // volume 3, table 6-1
  return vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21;
}

}  // namespace

// From the processor's state at an exit to the program's. False: nothing that concerns the program; it goes on.
bool UserVcpu::leave_processor() {
  vmp_exit &exit = vcpu_->exit;
  const uint64_t raw = state().rip;
  if (exit.kind == VMP_EXIT_PORT_IO) return leave_stub(raw);
  if (exit.kind == VMP_EXIT_MMIO) return refuse_device();
  const bool is_in_call = exit.kind == VMP_EXIT_INTERRUPTED && SystemArea::is_in_call_stub(raw);
  if (is_in_call || SystemArea::is_in_stub(raw)) {
    const uint64_t from_handlers = raw - SystemArea::handlers;
    // Delivered, and interrupted before the handler told of it: a trap would not come again.
    if (exit.kind == VMP_EXIT_INTERRUPTED && raw >= SystemArea::handlers &&
        from_handlers < SystemArea::vectors * SystemArea::handler_size && from_handlers % SystemArea::handler_size == 0)
      return take_exception(static_cast<uint32_t>(from_handlers / SystemArea::handler_size));
    leave_where_interrupted();
  }
  exit.pc = state().rip;
  return exit.kind != VMP_EXIT_MEMORY_FAULT || probing_ || take_forbidden_access();
}

// Out of a run in the middle of a stub, for a request: the program is where it was before it got there.
void UserVcpu::leave_where_interrupted() {
  vmp_x86_64_state &now = state();
  const uint64_t raw = now.rip;
  if (raw >= SystemArea::system_call_stub) {
    constexpr uint64_t call_size = 2, out_size = 2;
    const bool is_served = raw == SystemArea::system_call_exit + out_size;  // SYSRET is next; else the call is to come
    place_ = Place::system_call;
    now.rip = is_served ? now.gpr[1] : now.gpr[1] - call_size;
    if (!is_served) now.gpr[0] = space_->area().interrupted_call(raw, now.gpr[0]);
    now.rflags = program_flags(now.gpr[11]);
    return;
  }
  place_ = Place::handler;
  read_frame();
}

// The bases of fs and gs are then what the program has made of them. False: the exit says why not.
bool UserVcpu::read_system(vmp_error &error) {
  if (backend_.vtable->vcpu_read(backend_.self, vcpu_, VMP_STATE_SYSTEM, &error) != VMP_OK) {
    describe_engine_error(error.message);
    return false;
  }
  fs_base_ = state().fs.base;
  gs_base_ = state().gs.base;
  return true;
}

void UserVcpu::read_frame() {
  const SystemArea::Frame frame = space_->area().frame(index_);
  state().rip = frame.rip;
  state().rflags = program_flags(frame.rflags);
  state().gpr[4] = frame.rsp;
}

// A port was written: by a stub, or by the program itself, which may not.
bool UserVcpu::leave_stub(uint64_t raw) {
  vmp_exit &exit = vcpu_->exit;
  vmp_x86_64_state &now = state();
  if (exit.u.io.write == 0) return refuse_port(raw);
  const uint64_t port = exit.u.io.address;
  constexpr uint64_t out_size = 2;
  // Backends leave rip at the instruction or behind it.
  const auto is_at = [raw](uint64_t stub) { return raw == stub || raw == stub + out_size; };
  if (port == SystemArea::system_call_port && is_at(SystemArea::system_call_exit)) {
    place_ = Place::system_call;
    now.rip = now.gpr[1];
    now.rflags = program_flags(now.gpr[11]);
    exit.kind = VMP_EXIT_SYSTEM_CALL;
    exit.flags = 0;
    exit.pc = now.rip - 2;
    return true;
  }
  const uint64_t vector = port - SystemArea::exception_port;
  if (port >= SystemArea::exception_port && vector < SystemArea::vectors &&
      is_at(SystemArea::handlers + vector * SystemArea::handler_size)) {
    return take_exception(static_cast<uint32_t>(vector));
  }
  return refuse_port(raw);
}

// The kernel ends the instruction of a port or a device, with registers of its own, before it takes any that are set.
// The program is at the instruction again.
void UserVcpu::complete_instruction(uint64_t raw) {
  vmp_exit &exit = vcpu_->exit;
  vmp_x86_64_state before;
  std::memcpy(&before.gpr, &state().gpr, sizeof before.gpr);
  before.rflags = state().rflags;
  while (exit.kind == VMP_EXIT_PORT_IO || exit.kind == VMP_EXIT_MMIO)
    backend_.vtable->run(backend_.self, vcpu_, VMP_RUN_COMPLETE);
  place_ = Place::program;
  std::memcpy(&state().gpr, &before.gpr, sizeof before.gpr);
  state().rip = raw;
  state().rflags = before.rflags;
  exit.flags = 0;
  exit.pc = raw;
}

// The program's own port instruction, which an operating system would have refused.
bool UserVcpu::refuse_port(uint64_t raw) {
  complete_instruction(raw);
  vcpu_->exit.kind = VMP_EXIT_EXCEPTION;
  vcpu_->exit.u.exception = {general_protection, 1, 0, 0};
  return true;
}

// An access that a hypervisor emulates, at a page that the host's mappings forbid to be written: programs have no
// devices.
bool UserVcpu::refuse_device() {
  const vmp_exit_io access = vcpu_->exit.u.io;
  complete_instruction(state().rip);
  vcpu_->exit.kind = VMP_EXIT_MEMORY_FAULT;
  vcpu_->exit.u.memory = {access.address, 0,
                          static_cast<uint32_t>(access.write != 0 ? VMP_PROTECTION_WRITE : VMP_PROTECTION_READ)};
  return true;
}

bool UserVcpu::take_exception(uint32_t vector) {
  vmp_exit &exit = vcpu_->exit;
  place_ = Place::handler;
  uint64_t error_code = 0;
  if (has_error_code(vector))
    std::memcpy(&error_code, reinterpret_cast<uint8_t *>(&space_->area().frame(index_)) - 8, 8);
  const SystemArea::Frame frame = space_->area().frame(index_);
  read_frame();
  exit.flags = 0;
  exit.pc = frame.rip;
  if ((frame.cs & 3) != 3) {
    describe_engine_error("a stub of the system area has failed");
    return true;
  }
  switch (vector) {
    case page_fault:
      return take_page_fault(error_code);
    case invalid_opcode: {
      exit.kind = VMP_EXIT_ILLEGAL_INSTRUCTION;
      exit.u.instruction = {};
      return true;
    }
    case breakpoint:
      exit.kind = VMP_EXIT_BREAKPOINT;
      exit.pc -= 1;  // INT3 is a trap: the state is behind it
      return true;
    default:
      exit.kind = VMP_EXIT_EXCEPTION;
      exit.u.exception = {vector, has_error_code(vector) ? 1u : 0u, error_code, 0};
      return true;
  }
}

// Volume 3, section 4.7. The program sees none for a part of the arena that has only to be covered.
bool UserVcpu::take_page_fault(uint64_t error_code) {
  vmp_exit &exit = vcpu_->exit;
  vmp_error error{};
  error.struct_size = sizeof error;
  vmp_x86_64_state &now = state();
  if (!read_system(error)) return true;
  const uint64_t address = now.cr2;
  if (address < vcpu_->space->size && !space_->is_covered(address)) {
    if (space_->cover(address, &error) != VMP_OK) {
      describe_engine_error(error.message);
      return true;
    }
    if (!probing_) return false;
  }
  constexpr uint64_t is_write = 2, is_fetch = 16;
  exit.kind = VMP_EXIT_MEMORY_FAULT;
  exit.u.memory = {address, 0,
                   static_cast<uint32_t>((error_code & is_fetch) != 0   ? VMP_PROTECTION_EXECUTE
                                         : (error_code & is_write) != 0 ? VMP_PROTECTION_WRITE
                                                                        : VMP_PROTECTION_READ)};
  return true;
}

}  // namespace vmp
