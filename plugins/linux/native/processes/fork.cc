#include "processes/fork.h"

#include <sched.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

#include "personality.h"
#include "processes/answers.h"
#include "timers/clocks.h"

namespace vmp_linux {
namespace {

constexpr uint64_t kThreads = CLONE_THREAD | CLONE_SIGHAND | CLONE_FILES | CLONE_FS;
constexpr uint64_t kNameSpaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                                 CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME;
constexpr uint64_t kUnlimited = ~uint64_t{0};
constexpr uint64_t kClearSignalHandlers = 0x100000000;  // CLONE_CLEAR_SIGHAND
constexpr uint64_t kServed = CLONE_VM | CLONE_VFORK | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID |
                             CLONE_CHILD_CLEARTID | CLONE_PARENT | CLONE_SYSVSEM | CLONE_IO | CLONE_UNTRACED |
                             CLONE_DETACHED | kClearSignalHandlers;

int64_t refuse(Thread &thread, int error, const char *reason) {
  const auto before = thread.process.run->refusals[thread.call_number].fetch_add(1, std::memory_order_relaxed);
  if (before == 0) {
    log_line(thread.personality.services(), VMP_LOG_WARN, "system call %llu (clone) is refused (%s); the guest got %s",
             static_cast<unsigned long long>(thread.call_number), reason, strerrorname_np(error));
  }
  return -error;
}

// Who calls must be the only one to change what is copied here: it is its process's one thread.
void copy_process(const Process &parent, Process &child, uint64_t flags) {
  child.descriptors = parent.descriptors;
  child.working_directory = parent.working_directory;
  child.mode_mask = parent.mode_mask;
  child.executable = parent.executable;
  child.symbols = parent.symbols;
  child.arguments_start = parent.arguments_start;
  child.arguments_end = parent.arguments_end;
  child.environment_start = parent.environment_start;
  child.environment_end = parent.environment_end;
  child.trampoline = parent.trampoline;
  child.credentials = parent.credentials;
  child.family.user = parent.credentials.user;
  child.limits = parent.limits;
  child.nice = parent.nice.load();
  child.no_new_privileges = parent.no_new_privileges;
  child.actions = parent.actions;
  if ((flags & kClearSignalHandlers) != 0) {
    for (SignalAction &action : child.actions) {
      if (action.handler != kIgnoreHandler) action = {};
    }
  }
  child.facts = parent.public_facts();
  child.facts.start_nanoseconds = static_cast<uint64_t>(clock_now(CLOCK_BOOTTIME));
}

constexpr uint32_t kAllState = VMP_STATE_SYSTEM | VMP_STATE_VECTOR;

void copy_thread(Thread &parent, Thread &child, const CloneRequest &request) {
  const vmp_system_call_abi &abi = parent.personality.abi();
  const vmp_machine_service *machine = parent.personality.services().machine;
  machine->vcpu_load(parent.vcpu, kAllState, nullptr);
  std::memcpy(child.state, parent.state, parent.personality.state_size());
  machine->vcpu_store(child.vcpu, kAllState);
  child.reg(abi.result) = 0;
  if (request.stack != 0) child.reg(abi.stack_pointer) = request.stack;
  if ((request.flags & CLONE_SETTLS) != 0) child.reg(abi.thread_pointer) = request.thread_pointer;
  child.blocked_signals = parent.blocked_signals;
  // As Linux: not where the two run side by side in one memory.
  if ((request.flags & (CLONE_VM | CLONE_VFORK)) != CLONE_VM) child.alternate_stack = parent.alternate_stack;
  if ((request.flags & CLONE_CHILD_CLEARTID) != 0) child.clear_at_exit = request.child_id;
}

// One that does not run after all. Nobody may wake its virtual CPU from here on.
void abandon(Process &child, vmp_vcpu *vcpu) {
  {
    std::lock_guard lock(child.signal_mutex);
    child.ended = true;
  }
  child.threads.front()->keep.reset();
  child.personality.services().machine->vcpu_destroy(vcpu);
}

}  // namespace

// Until the child has a memory of its own. Only what ends the process comes before that.
bool wait_for_vfork(Thread &thread) {
  const vmp_machine_service *machine = thread.personality.services().machine;
  Process &process = thread.process;
  // Whatever comes meanwhile is seen to when the call is left.
  thread.attention.store(true, std::memory_order_relaxed);
  while (!process.vfork_done.load(std::memory_order_acquire)) {
    if (machine->wait(thread.vcpu, -1, 0, -1, nullptr) != VMP_ERROR_CANCELLED) break;
    const uint32_t requests = machine->vcpu_acknowledge(thread.vcpu);
    if ((requests & VMP_REQUEST_STOP) != 0) break;
    {
      std::lock_guard lock(process.signal_mutex);
      const uint64_t pending = thread.pending.pending() | process.pending.pending();
      if ((pending & signal_bit(SIGKILL)) != 0) break;
    }
    if ((requests & ~uint32_t{VMP_REQUEST_INTERRUPT}) != 0) return false;
  }
  thread.waits_for_vfork = false;
  offer_answers(process);  // alone in its memory again
  return true;
}

int64_t clone_process(Thread &thread, const CloneRequest &request) {
  Personality &personality = thread.personality;
  ProcessTable &table = personality.table();
  Process &parent = thread.process;
  const uint64_t flags = request.flags;
  if ((flags & CLONE_SIGHAND) != 0 && (flags & CLONE_VM) == 0) return -EINVAL;
  if ((flags & CLONE_THREAD) != 0 && (flags & CLONE_SIGHAND) == 0) return -EINVAL;
  if ((flags & kThreads) != 0) return refuse(thread, EAGAIN, "threads are not supported");
  if ((flags & kNameSpaces) != 0) return refuse(thread, EPERM, "name spaces are not supported");
  if ((flags & CLONE_SETTLS) != 0 && personality.architecture().id == VMP_ARCHITECTURE_X86_64 &&
      request.thread_pointer >= parent.map->end())
    return -EPERM;
  if ((flags & ~kServed) != 0 || request.exit_signal < 0 || request.exit_signal > kSignalCount) return -EINVAL;

  Run &run = *parent.run;
  // RLIMIT_NPROC is not for the superuser (getrlimit(2)).
  const Credentials &who = parent.credentials;
  const uint64_t most = parent.limits[RLIMIT_NPROC].soft;
  if (most != kUnlimited && who.user != 0 && who.effective_user != 0 && table.count_of(run, who.user) >= most)
    return -EAGAIN;
  const uint32_t id = table.reserve(run);
  if (id == 0) {
    if (run.process_limit != 0) {
      char detail[80];
      const int size = std::snprintf(detail, sizeof detail, "a process more than its limit of %u", run.process_limit);
      constexpr vmp_string kLimit = {"processes", 9};
      personality.services().machine->run_limit(personality.machine(), run.id, kLimit,
                                                vmp_string{detail, static_cast<uint64_t>(size)});
    }
    return -EAGAIN;
  }
  vmp_error error{};
  error.struct_size = sizeof error;
  auto child = std::make_shared<Process>(personality, parent.run, id);
  copy_process(parent, *child, flags);
  child->family.exit_signal = request.exit_signal;
  child->map = (flags & CLONE_VM) != 0 ? parent.map : parent.map->fork(&error);
  vmp_vcpu *vcpu = nullptr;
  const vmp_machine_service *machine = personality.services().machine;
  if (child->map == nullptr ||
      machine->vcpu_create(personality.machine(), run.id, child->memory().space(), &vcpu, &error) != VMP_OK) {
    table.release(run, id);
    // The memory of the guest is used up, or what the host gives: addresses, descriptors.
    return std::strcmp(error.code, "VMP_GUEST_MEMORY") == 0 ? -ENOMEM : -EAGAIN;
  }
  child->threads.push_back(std::make_unique<Thread>(child, vcpu, id));
  copy_thread(thread, *child->threads.front(), request);
  offer_answers(*child);
  if ((flags & CLONE_CHILD_SETTID) != 0) child->memory().put(GuestPointer(request.child_id), id);
  if ((flags & CLONE_PARENT_SETTID) != 0) parent.memory().put(GuestPointer(request.parent_id), id);
  if ((flags & CLONE_VFORK) != 0) {
    parent.vfork_done.store(false, std::memory_order_relaxed);
    child->vfork_parent = thread.keep;
  }
  if (!table.add_child(thread, child, (flags & CLONE_PARENT) != 0)) {
    table.release(run, id);
    abandon(*child, vcpu);
    return -kRestartAlways;
  }
  if (run.trace != nullptr) run.trace->began();
  if (machine->vcpu_start(vcpu, &error) != VMP_OK) {
    table.remove(id);
    abandon(*child, vcpu);
    return -EAGAIN;
  }
  if ((flags & CLONE_VFORK) != 0) {
    thread.waits_for_vfork = true;
    wait_for_vfork(thread);
  }
  return id;
}

}  // namespace vmp_linux
