#include <sched.h>
#include <sys/resource.h>

#include <algorithm>

#include "calls/calls.h"

namespace vmp_linux::calls {
namespace {

constexpr int kLowestNice = -20, kHighestNice = 19;

bool is_own_thread(const Thread &thread, int id) {
  return id == 0 || id == static_cast<int>(thread.process.id) || id == static_cast<int>(thread.id);
}

int64_t change_limit(Process &process, uint32_t resource, const ResourceLimit &wanted) {
  ResourceLimit &limit = process.limits[resource];
  if (wanted.soft > wanted.hard) return -EINVAL;
  // No privilege raises a hard limit: the host's stand behind them.
  if (wanted.hard > limit.hard) return -EPERM;
  limit = wanted;
  return 0;
}

}  // namespace

int64_t prlimit64(Thread &thread, int process, uint32_t resource, Ptr new_limit, Ptr old_limit) {
  if (resource >= kResourceCount) return -EINVAL;
  if (!is_own_thread(thread, process)) return -ESRCH;
  const ResourceLimit old = thread.process.limits[resource];
  ResourceLimit wanted;
  if (new_limit) {
    if (!thread.process.memory().get(new_limit, wanted)) return -EFAULT;
    if (const int64_t error = change_limit(thread.process, resource, wanted); error != 0) return error;
  }
  return !old_limit || thread.process.memory().put(old_limit, old) ? 0 : -EFAULT;
}

int64_t getrlimit(Thread &thread, uint32_t resource, Ptr limit) {
  return limit ? prlimit64(thread, 0, resource, Ptr(), limit) : -EFAULT;
}

int64_t setrlimit(Thread &thread, uint32_t resource, Ptr limit) {
  return limit ? prlimit64(thread, 0, resource, limit, Ptr()) : -EFAULT;
}

int64_t getpriority(Thread &thread, int which, int who) {
  if (which < PRIO_PROCESS || which > PRIO_USER) return -EINVAL;
  if (which == PRIO_PROCESS && !is_own_thread(thread, who)) return -ESRCH;
  return 20 - thread.process.nice;  // the system call's own encoding
}

int64_t setpriority(Thread &thread, int which, int who, int nice) {
  if (which < PRIO_PROCESS || which > PRIO_USER) return -EINVAL;
  if (which == PRIO_PROCESS && !is_own_thread(thread, who)) return -ESRCH;
  nice = std::clamp(nice, kLowestNice, kHighestNice);
  if (nice < thread.process.nice && thread.process.credentials.effective_user != 0) return -EACCES;
  thread.process.nice = nice;
  return 0;
}

// A guest sees one processor: its thread's virtual CPU.
int64_t sched_getaffinity(Thread &thread, int process, uint32_t size, Ptr mask) {
  if (!is_own_thread(thread, process)) return -ESRCH;
  if (size < sizeof(uint64_t) || size % sizeof(uint64_t) != 0) return -EINVAL;
  const uint64_t first = 1;
  return thread.process.memory().put(mask, first) ? static_cast<int64_t>(sizeof first) : -EFAULT;
}

int64_t sched_setaffinity(Thread &thread, int process, uint32_t size, Ptr mask) {
  if (!is_own_thread(thread, process)) return -ESRCH;
  uint64_t wanted = 0;
  if (!thread.process.memory().read(mask, &wanted, std::min<uint64_t>(size, sizeof wanted))) return -EFAULT;
  return (wanted & 1) != 0 ? 0 : -EINVAL;
}

int64_t sched_getscheduler(Thread &thread, int process) {
  return is_own_thread(thread, process) ? SCHED_OTHER : -ESRCH;
}

int64_t sched_getparam(Thread &thread, int process, Ptr parameter) {
  if (!is_own_thread(thread, process)) return -ESRCH;
  const int32_t priority = 0;
  return thread.process.memory().put(parameter, priority) ? 0 : -EFAULT;
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
