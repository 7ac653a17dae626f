#include "core/machine/user_mode/user_vcpu.h"

#include <cstring>

#include "core/error.h"
#include "core/machine/user_mode/program_flags.h"

namespace vmp {
namespace {

constexpr uint64_t lowest_kernel_half = 0x0000800000000000;  // first address that is not canonical

bool is_canonical(uint64_t address) {
  return static_cast<uint64_t>(static_cast<int64_t>(address << 16) >> 16) == address;
}

}  // namespace

vmp_status UserVcpu::enter(std::shared_ptr<UserSpace> space, const vmp_identity &identity, vmp_error *error) {
  leave_space();
  const uint32_t index = space->take_index();
  if (index == SystemArea::largest_vcpus)
    return fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED", "64 threads share an address space: no more can");
  space_ = std::move(space);
  index_ = index;
  place_ = Place::program;
  pending_ &= VMP_STATE_VECTOR;  // of a program that goes on here
  root_ = cr3_ = SystemArea::root;
  knows_ring_ = false;
  // The backend begins with a processor's state after a reset; the program's own is there already.
  vmp_x86_64_state program;
  std::memcpy(&program, &state(), sizeof program);
  vmp_status status = create_processor(space_->vm(), identity, error);
  if (status == VMP_OK && !begin(error)) status = VMP_ERROR_UNSUPPORTED;
  std::memcpy(&state().gpr, &program.gpr, sizeof program.gpr);
  state().rip = program.rip;
  state().rflags = program.rflags;
  state().fs.base = program.fs.base;
  state().gs.base = program.gs.base;
  fs_base_ = gs_base_ = 0;
  if (pending_ != 0) {
    state().xsave_size = program.xsave_size;
    std::memcpy(&state().xsave, &program.xsave, sizeof program.xsave);
  }
  return status;
}

// As a program finds them (System V ABI, AMD64, section 3.4.1), in the layout.
void UserVcpu::begin_vectors() {
  constexpr uint16_t control_word = 0x37f;
  constexpr uint32_t vector_control = 0x1f80;
  constexpr uint64_t legacy_parts = 3;  // x87 and SSE; all others in their first state
  constexpr size_t vector_control_at = 24, parts_at = 512;
  auto &area = state().xsave;
  std::memset(&area, 0, sizeof area);
  std::memcpy(&area[0], &control_word, sizeof control_word);
  std::memcpy(&area[vector_control_at], &vector_control, sizeof vector_control);
  std::memcpy(&area[parts_at], &legacy_parts, sizeof legacy_parts);
  state().xsave_size = backend_.host.xsave_size;
  state().xcr0 = backend_.vector_components;
}

void UserVcpu::store(uint32_t classes) {
  pending_ |= classes;
  if ((classes & VMP_STATE_SYSTEM) == 0) return;
  // A program may have set them without a call: whatever the processor has, it is to have these.
  fs_base_ = ~state().fs.base;
  gs_base_ = ~state().gs.base;
}

// Whether its time stamps are the host's, which is how programs then tell the time.
bool UserVcpu::find_counter(vmp_error *error) {
  if (!GuestClock::is_steady()) return true;
  const uint64_t before = GuestClock::counter();
  if (backend_.vtable->vcpu_read(backend_.self, vcpu_, VMP_STATE_COUNTER, error) != VMP_OK) return false;
  space_->set_has_host_counter(state().tsc >= before && state().tsc <= GuestClock::counter());
  return true;
}

void UserVcpu::leave_space() {
  if (space_ == nullptr) return;
  destroy_processor();
  space_->give_index(index_);
  space_.reset();
}

UserVcpu::~UserVcpu() { leave_space(); }

bool UserVcpu::begin(vmp_error *error) {
  // Vectors only to let the program have more of them than after a reset.
  const uint32_t vectors = backend_.vector_components > 1 ? VMP_STATE_VECTOR : 0;
  const uint32_t classes = VMP_STATE_SYSTEM | VMP_STATE_MODEL | vectors;
  if (index_ == 0 && !find_counter(error)) return false;
  space_->area().initialize(state(), index_);
  state().cr4 |= backend_.control_bits;
  state().xcr0 = backend_.vector_components;
  return backend_.vtable->vcpu_write(backend_.self, vcpu_, classes, error) == VMP_OK;
}

vmp_status UserVcpu::load(uint32_t classes, vmp_error *error) {
  if (space_->base() != vcpu_->space->base) {
    // What the processor has is the last program's; this one has not run yet.
    if ((classes & VMP_STATE_VECTOR) != 0) begin_vectors();
    return VMP_OK;
  }
  classes &= VMP_STATE_SYSTEM | VMP_STATE_VECTOR;
  const vmp_x86_64_segment fs = state().fs, gs = state().gs;
  const vmp_status status = backend_.vtable->vcpu_read(backend_.self, vcpu_, classes & ~pending_, error);
  if (status != VMP_OK || (classes & VMP_STATE_SYSTEM) == 0) return status;
  // What the personality has set and the processor has not yet.
  if (fs.base != fs_base_)
    state().fs = fs;
  else
    fs_base_ = state().fs.base;
  if (gs.base != gs_base_)
    state().gs = gs;
  else
    gs_base_ = state().gs.base;
  return VMP_OK;
}

// The processor's registers for the program to go on, in the layout. False: the exit says why it cannot.
bool UserVcpu::enter_program() {
  vmp_x86_64_state &now = state();
  now.rflags = program_flags(now.rflags);
  // What the personality has set; otherwise they are as the program has them, which may set them without a call.
  const bool sets_fs = now.fs.base != fs_base_, sets_gs = now.gs.base != gs_base_;
  uint32_t classes = pending_;
  if (sets_fs || sets_gs || cr3_ != root_) classes |= VMP_STATE_SYSTEM;
  if (classes != 0) {
    vmp_error error{};
    error.struct_size = sizeof error;
    const vmp_x86_64_segment fs = now.fs, gs = now.gs;
    // The rest of the processor's own, which the layout may not show as it is now.
    if ((classes & VMP_STATE_SYSTEM) != 0) {
      if (backend_.vtable->vcpu_read(backend_.self, vcpu_, VMP_STATE_SYSTEM, &error) != VMP_OK) {
        describe_engine_error(error.message);
        return false;
      }
      if (sets_fs) now.fs.base = fs.base;
      if (sets_gs) now.gs.base = gs.base;
      now.cr3 = cr3_ = root_;
      if (!is_canonical(now.fs.base) || !is_canonical(now.gs.base)) {
        describe_engine_error("the base of fs or gs is no canonical address");
        return false;
      }
      fs_base_ = now.fs.base;
      gs_base_ = now.gs.base;
    }
    if (backend_.vtable->vcpu_write(backend_.self, vcpu_, classes, &error) != VMP_OK) {
      describe_engine_error(error.message);
      return false;
    }
    pending_ = 0;
  }
  if (now.rip >= lowest_kernel_half) {
    // No return to it is possible: as if the program had jumped there.
    vcpu_->exit.kind = VMP_EXIT_MEMORY_FAULT;
    vcpu_->exit.flags = 0;
    vcpu_->exit.pc = now.rip;
    vcpu_->exit.u.memory = {now.rip, 0, VMP_PROTECTION_EXECUTE};
    return false;
  }
  const bool returns =
      place_ == Place::handler ||
      (place_ == Place::system_call && space_->traits().call_ring.load(std::memory_order_relaxed) == UserTraits::zero);
  if (returns) {
    SystemArea::Frame &frame = space_->area().frame(index_);
    frame = {now.rip, SystemArea::user_code, now.rflags, now.gpr[4], SystemArea::user_data};
    now.rip = SystemArea::return_stub;
    now.rflags = 2;
    now.gpr[4] = SystemArea::frame_address(index_);
  }
  place_ = Place::program;
  space_->refresh_clock();
  return true;
}

// By a SYSCALL of the host's own, before any program runs. False: the exit says why it is not known yet.
bool UserVcpu::find_ring() {
  vmp_x86_64_state &now = state();
  vmp_exit &exit = vcpu_->exit;
  vmp_x86_64_state program;
  std::memcpy(&program.gpr, &now.gpr, sizeof program.gpr);
  program.rip = now.rip;
  program.rflags = now.rflags;
  const vmp_x86_64_segment fs = now.fs, gs = now.gs;
  now.rip = SystemArea::ring_test;
  now.rflags = fixed_flags;
  backend_.vtable->run(backend_.self, vcpu_, 0);
  const bool is_made = exit.kind == VMP_EXIT_PORT_IO && SystemArea::is_in_stub(now.rip);
  vmp_error error{};
  error.struct_size = sizeof error;
  bool is_found = is_made && backend_.vtable->vcpu_read(backend_.self, vcpu_, VMP_STATE_SYSTEM, &error) == VMP_OK;
  if (is_found) {
    const bool is_three = (now.cs.attributes >> 5 & 3) == 3;
    is_found = set_up(&error);  // out of the stub, where it may be in ring 0
    if (is_found) space_->traits().call_ring.store(is_three ? UserTraits::three : UserTraits::zero);
  }
  std::memcpy(&now.gpr, &program.gpr, sizeof program.gpr);
  now.rip = program.rip;
  now.rflags = program.rflags;
  now.fs = fs;
  now.gs = gs;
  if (!is_found && exit.kind != VMP_EXIT_INTERRUPTED)
    describe_engine_error(is_made ? error.message : "no system call leaves the processor");
  return is_found;
}

// The processor's own state as it is before a program begins.
bool UserVcpu::set_up(vmp_error *error) {
  const vmp_x86_64_segment fs = state().fs, gs = state().gs;
  space_->area().initialize(state(), index_);
  state().cr4 |= backend_.control_bits;
  const bool is_done = backend_.vtable->vcpu_write(backend_.self, vcpu_, VMP_STATE_SYSTEM, error) == VMP_OK;
  state().fs = fs;
  state().gs = gs;
  fs_base_ = gs_base_ = 0;
  return is_done;
}

// Before the first instruction of a program: where system calls run in ring 0, their stub is not for ring 3.
bool UserVcpu::settle_ring() {
  const auto &ring = space_->traits().call_ring;
  if (ring.load() == UserTraits::unknown && !find_ring()) return false;
  knows_ring_ = true;
  if (ring.load() == UserTraits::three || space_->area().stub_is_forbidden()) return true;
  space_->area().forbid_stub();
  vmp_error error{};
  error.struct_size = sizeof error;
  if (set_up(&error)) return true;
  describe_engine_error(error.message);
  return false;
}

void UserVcpu::run() {
  if (!knows_ring_ && !settle_ring()) return;
  while (enter_program()) {
    backend_.vtable->run(backend_.self, vcpu_, 0);
    if (leave_processor()) return;
  }
}

}  // namespace vmp
