#include "run.h"

#include "device_access.h"
#include "exits.h"
#include "float_host.h"

namespace vmp::riscv {
namespace {

constexpr uint64_t no_bound = ~uint64_t{0};

// Whether execute() can start here; else the exit is described.
bool can_start(vmp_vcpu *vcpu) {
  const uint64_t pc = state_of(vcpu)->pc;
  if (vcpu->space->kind != VMP_SPACE_ARENA) {
    describe_engine_error(vcpu, pc, "the address space is of a kind unknown to this engine");
    return false;
  }
  if (vcpu->space->size < page_size) {
    describe_engine_error(vcpu, pc, "the address space is smaller than a page");
    return false;
  }
  if (pc % 2 != 0) {
    describe_fetch(vcpu, VMP_EXIT_MISALIGNED, pc, pc);
    return false;
  }
  return true;
}

}  // namespace

void refresh_code(Context &context, const vmp_address_space *space) {
  const uint64_t generation = space->code_generation.load(std::memory_order_acquire);
  if (generation != context.code_generation || space->id != context.space_id) {
    context.cache.clear();
    context.code_generation = generation;
    context.space_id = space->id;
  }
}

void run(Context &context, vmp_vcpu *vcpu, uint64_t budget) {
  const uint32_t left_by = vcpu->exit.kind;
  if (!can_start(vcpu)) {
    return;
  }
  if (left_by == VMP_EXIT_MEMORY_FAULT && (vcpu->exit.flags & VMP_EXIT_FLAG_DESCRIBE) != 0) {
    describe_device_access(context, vcpu);
    return;
  }
  if (left_by == VMP_EXIT_MMIO && !complete_device_access(context, vcpu)) {
    return;
  }
  vcpu->exit.kind = VMP_EXIT_NONE;
  state_of(vcpu)->x[0] = 0;
  const uint64_t limit = budget >= no_bound - vcpu->instructions ? no_bound : vcpu->instructions + budget;
  // A fault leaves with the control that the kernel gives to signal handlers, which is the default one.
  const uint32_t control = host_control();
  set_host_control(host_default_control);
  execute(context, vcpu, limit);
  set_host_control(control);
}

}  // namespace vmp::riscv
