// sched(7): every process is scheduled as the host schedules threads, by SCHED_OTHER on one processor.
#include <sched.h>

#include <algorithm>

#include "calls/calls.h"
#include "personality.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

constexpr int kResetOnFork = 0x40000000;
constexpr int64_t kSlice = kSecond / 250;

// struct sched_attr (include/uapi/linux/sched/types.h), its first version.
struct Attributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
};
static_assert(sizeof(Attributes) == 48);

// 0, -EINVAL or -ESRCH.
int check_process(Thread &thread, int id) {
  if (id < 0) return -EINVAL;
  if (id == 0 || id == static_cast<int>(thread.id)) return 0;
  const auto process = thread.personality.table().find(static_cast<uint32_t>(id));
  return process != nullptr && process->run == thread.process.run ? 0 : -ESRCH;
}

// Whether a policy may be had: real time is for the privileged.
int check_policy(int policy, int priority) {
  switch (policy & ~kResetOnFork) {
    case SCHED_OTHER:
    case SCHED_BATCH:
    case SCHED_IDLE:
      return priority == 0 ? 0 : -EINVAL;
    case SCHED_FIFO:
    case SCHED_RR:
      return priority >= 1 && priority <= 99 ? -EPERM : -EINVAL;
    default:
      return -EINVAL;
  }
}

}  // namespace

int64_t sched_getaffinity(Thread &thread, int process, uint32_t size, Ptr mask) {
  if (const int error = check_process(thread, process); error != 0) return error == -EINVAL ? -ESRCH : error;
  if (size < sizeof(uint64_t) || size % sizeof(uint64_t) != 0) return -EINVAL;
  const uint64_t first = 1;
  return thread.process.memory().put(mask, first) ? static_cast<int64_t>(sizeof first) : -EFAULT;
}

int64_t sched_setaffinity(Thread &thread, int process, uint32_t size, Ptr mask) {
  uint64_t wanted = 0;
  if (!thread.process.memory().read(mask, &wanted, std::min<uint64_t>(size, sizeof wanted))) return -EFAULT;
  if (const int error = check_process(thread, process); error != 0) return error == -EINVAL ? -ESRCH : error;
  return (wanted & 1) != 0 ? 0 : -EINVAL;
}

int64_t sched_getscheduler(Thread &thread, int process) {
  const int error = check_process(thread, process);
  return error != 0 ? error : SCHED_OTHER;
}

int64_t sched_setscheduler(Thread &thread, int process, int policy, Ptr parameter) {
  int32_t priority;
  if (!parameter || policy < 0) return -EINVAL;
  if (!thread.process.memory().get(parameter, priority)) return -EFAULT;
  if (const int error = check_process(thread, process); error != 0) return error;
  return check_policy(policy, priority);
}

int64_t sched_getparam(Thread &thread, int process, Ptr parameter) {
  if (!parameter) return -EINVAL;
  if (const int error = check_process(thread, process); error != 0) return error;
  const int32_t priority = 0;
  return thread.process.memory().put(parameter, priority) ? 0 : -EFAULT;
}

int64_t sched_setparam(Thread &thread, int process, Ptr parameter) {
  return sched_setscheduler(thread, process, SCHED_OTHER, parameter);
}

int64_t sched_getattr(Thread &thread, int process, Ptr attributes, uint32_t size, uint32_t flags) {
  if (!attributes || flags != 0 || size < sizeof(Attributes) || size > VMP_PAGE_SIZE) return -EINVAL;
  if (const int error = check_process(thread, process); error != 0) return error;
  Attributes answer{};
  answer.size = sizeof answer;
  answer.nice = thread.process.nice;
  return thread.process.memory().put(attributes, answer) ? 0 : -EFAULT;
}

int64_t sched_setattr(Thread &thread, int process, Ptr attributes, uint32_t flags) {
  Attributes wanted;
  if (!attributes || flags != 0) return -EINVAL;
  if (!thread.process.memory().get(attributes, wanted)) return -EFAULT;
  if (wanted.size < sizeof wanted) return -EINVAL;
  if (const int error = check_process(thread, process); error != 0) return error;
  return check_policy(static_cast<int>(wanted.policy), static_cast<int>(wanted.priority));
}

int64_t sched_rr_get_interval(Thread &thread, int process, Ptr interval) {
  if (const int error = check_process(thread, process); error != 0) return error;
  const int64_t time[2] = {0, kSlice};
  return thread.process.memory().put(interval, time) ? 0 : -EFAULT;
}

int64_t sched_get_priority_max(Thread &, int policy) { return errno_or(::sched_get_priority_max(policy)); }

int64_t sched_get_priority_min(Thread &, int policy) { return errno_or(::sched_get_priority_min(policy)); }

int64_t sched_yield(Thread &) {
  ::sched_yield();
  return 0;
}

int64_t getcpu(Thread &thread, Ptr processor, Ptr node, Ptr) {
  const uint32_t first = 0;
  const GuestMemory &memory = thread.process.memory();
  return (!processor || memory.put(processor, first)) && (!node || memory.put(node, first)) ? 0 : -EFAULT;
}

}  // namespace vmp_linux::calls
