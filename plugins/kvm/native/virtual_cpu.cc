#include "virtual_cpu.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "exits.h"
#include "registers.h"

namespace vmp::kvm {
namespace {

// Real-time signals are the application's to use, and this one of the middle hardly anybody's.
int kick_signal() { return SIGRTMIN + 9; }

void do_nothing(int) {}

// The kernel's number of it, which stays.
pid_t this_thread() {
  thread_local const auto number = static_cast<pid_t>(::syscall(SYS_gettid));
  return number;
}

}  // namespace

void install_kick() {
  struct sigaction action {};
  action.sa_handler = do_nothing;
  action.sa_flags = SA_RESTART;  // a thread that has just left the kernel must not notice it
  sigaction(kick_signal(), &action, nullptr);
}

VirtualCpu *VirtualCpu::create(VirtualMachine &machine, vmp_vcpu *vcpu, const vmp_identity &identity,
                               vmp_error *error) {
  constexpr uint32_t least_size = VMP_VCPU_STATE_OFFSET + sizeof(vmp_x86_64_state);
  if (vcpu->architecture != VMP_ARCHITECTURE_X86_64 || vcpu->struct_size < least_size) {
    fail(error, VMP_ERROR_INVALID_ARGUMENT, "WRONG_ARCHITECTURE", "the virtual CPU is not an x86_64 one");
    return nullptr;
  }
  auto processor = machine.take_processor(identity, error);
  if (processor == nullptr) return nullptr;
  auto created = std::unique_ptr<VirtualCpu>(new VirtualCpu(machine, vcpu, std::move(processor)));
  if (const int32_t result = created->processor_->begin(created->state()); result < 0) {
    fail_call(error, "the state after a reset", result);
    return nullptr;
  }
  created->state().xsave_size = machine.backend().host.xsave_size;
  store_registers(created->state(), created->area_->s.regs.regs);
  vcpu->engine_data = created.get();
  return created.release();
}

VirtualCpu::~VirtualCpu() {
  vcpu_->engine_data = nullptr;
  complete();
  if (steps_) machine_.backend().calls->kvm_set_guest_debug(descriptor_, 0);
  machine_.give_processor(std::move(processor_));
}

vmp_status VirtualCpu::read(uint32_t classes, vmp_error *error) {
  const int32_t result = machine_.backend().calls->kvm_get_state(descriptor_, classes, &state());
  if (result < 0) return fail_call(error, "reading the state", result);
  if ((classes & VMP_STATE_GENERAL) != 0) store_registers(state(), area_->s.regs.regs);
  if ((classes & VMP_STATE_VECTOR) != 0) state().xsave_size = machine_.backend().host.xsave_size;
  return VMP_OK;
}

vmp_status VirtualCpu::write(uint32_t classes, vmp_error *error) {
  complete();  // or the kernel would finish the last exit's instruction with the new state
  const int32_t result = machine_.backend().calls->kvm_set_state(descriptor_, classes, &state());
  if (result == -EINVAL)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "STATE_INVALID", "no processor can be in this state");
  if (result < 0) return fail_call(error, "writing the state", result);
  if ((classes & VMP_STATE_GENERAL) != 0) store_registers(state(), area_->s.regs.regs);
  return VMP_OK;
}

vmp_status VirtualCpu::interrupt(uint32_t vector, vmp_error *error) {
  if (vector < 32 || vector > 255)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "VECTOR_INVALID", "external interrupts are 32 to 255");
  if (area_->ready_for_interrupt_injection == 0) {
    area_->request_interrupt_window = 1;
    return fail(error, VMP_ERROR_BUSY, "INTERRUPTS_OFF", "the guest takes no interrupt now");
  }
  area_->request_interrupt_window = 0;
  const int32_t result = machine_.backend().calls->kvm_interrupt(descriptor_, vector);
  return result < 0 ? fail_call(error, "KVM_INTERRUPT", result) : VMP_OK;
}

void VirtualCpu::kick() {
  // Before the signal: a thread that is not yet in the kernel comes out at once, and one that is gets the signal.
  __atomic_store_n(&area_->immediate_exit, 1, __ATOMIC_SEQ_CST);
  if (const pid_t thread = runs_in_.load(); thread != 0) ::syscall(SYS_tgkill, ::getpid(), thread, kick_signal());
}

// KVM_RUN with the layout's registers, of which the shared memory holds what they were when it left; minus an errno.
int32_t VirtualCpu::enter() {
  kvm_regs &shared = area_->s.regs.regs;
  if (!are_equal(state(), shared)) {
    kvm_regs wanted;
    store_registers(state(), wanted);
    // A register that is set while a read is under way makes the kernel lose what was read: the read is ended first.
    if (awaits_input()) {
      const kvm_regs before = shared;
      end_input();
      keep_changes(before, wanted, shared);
    } else {
      shared = wanted;
    }
    area_->kvm_dirty_regs = KVM_SYNC_X86_REGS;
  }
  const int32_t result = machine_.backend().calls->kvm_run(descriptor_);
  if (result == -EINTR) area_->exit_reason = KVM_EXIT_INTR;  // the kernel leaves the last one, which is completed now
  load_registers(shared, state());
  return result;
}

bool VirtualCpu::awaits_input() const {
  return (area_->exit_reason == KVM_EXIT_MMIO && area_->mmio.is_write == 0) ||
         (area_->exit_reason == KVM_EXIT_IO && area_->io.direction == KVM_EXIT_IO_IN);
}

// Only the instruction that reads; the wish to leave at once stays as it was.
void VirtualCpu::end_input() {
  const auto leaves_at_once = __atomic_exchange_n(&area_->immediate_exit, 1, __ATOMIC_SEQ_CST);
  machine_.backend().calls->kvm_run(descriptor_);
  area_->exit_reason = KVM_EXIT_INTR;
  __atomic_store_n(&area_->immediate_exit, leaves_at_once, __ATOMIC_SEQ_CST);
  if (vcpu_->requests.load(std::memory_order_seq_cst) != 0)
    __atomic_store_n(&area_->immediate_exit, 1, __ATOMIC_SEQ_CST);
}

// What a read was answered, into the shared memory. True when the instruction has more elements, of which the next is
// now the exit's.
bool VirtualCpu::finish_input() {
  vmp_exit &exit = vcpu_->exit;
  if (exit.kind == VMP_EXIT_MMIO && area_->exit_reason == KVM_EXIT_MMIO && area_->mmio.is_write == 0) {
    std::memcpy(area_->mmio.data, &exit.u.io.data, sizeof area_->mmio.data);
  }
  if (exit.kind != VMP_EXIT_PORT_IO || area_->exit_reason != KVM_EXIT_IO) return false;
  if (area_->io.direction == KVM_EXIT_IO_IN) std::memcpy(port_data(*area_, element_), &exit.u.io.data, area_->io.size);
  if (++element_ >= area_->io.count) return false;
  describe_port(*area_, element_, exit);
  return true;
}

// The kernel ends the instruction of an MMIO or port exit at the next KVM_RUN: one that runs nothing else.
void VirtualCpu::complete() {
  if (area_->exit_reason != KVM_EXIT_MMIO && area_->exit_reason != KVM_EXIT_IO) return;
  __atomic_store_n(&area_->immediate_exit, 1, __ATOMIC_SEQ_CST);
  enter();
  area_->exit_reason = KVM_EXIT_INTR;
}

void VirtualCpu::run(uint32_t flags) {
  vmp_exit &exit = vcpu_->exit;
  if (finish_input()) return;
  if (const bool steps = (flags & VMP_RUN_STEP) != 0; steps != steps_) {
    if (const int32_t result = machine_.backend().calls->kvm_set_guest_debug(descriptor_, steps ? 1 : 0); result < 0) {
      describe_failure(state().rip, "KVM_SET_GUEST_DEBUG", result, exit);
      return;
    }
    steps_ = steps;
  }
  runs_in_.store(this_thread());
  // Cleared before the requests are read: a kick sets a request first, so one of the two is seen.
  const bool only_completes = (flags & VMP_RUN_COMPLETE) != 0;
  __atomic_store_n(&area_->immediate_exit, only_completes ? 1 : 0, __ATOMIC_SEQ_CST);
  if (vcpu_->requests.load(std::memory_order_seq_cst) != 0)
    __atomic_store_n(&area_->immediate_exit, 1, __ATOMIC_SEQ_CST);
  const int32_t result = enter();
  runs_in_.store(0);
  element_ = 0;
  describe(*area_, result, steps_, state().rip, exit);
}

}  // namespace vmp::kvm
