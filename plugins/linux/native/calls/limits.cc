#include <sys/resource.h>

#include <algorithm>

#include "calls/calls.h"
#include "personality.h"

namespace vmp_linux::calls {
namespace {

constexpr int kLowestNice = -20, kHighestNice = 19;

int64_t change_limit(Thread &thread, uint32_t resource, const ResourceLimit &wanted) {
  ResourceLimit &limit = thread.process.limits[resource];
  if (wanted.soft > wanted.hard) return -EINVAL;
  // No privilege raises a hard limit: the host's stand behind them.
  if (wanted.hard > limit.hard) return -EPERM;
  const ResourceLimit old = limit;
  limit = wanted;
  if (resource != RLIMIT_CPU) return 0;
  const int error = thread.personality.timers().watch_processor_limit(thread);
  if (error != 0) limit = old;
  return error;
}

// The processes of the run that `which` and `who` mean, or none.
std::vector<std::shared_ptr<Process>> processes_meant(Thread &thread, int which, int who) {
  const Process &self = thread.process;
  ProcessTable &table = thread.personality.table();
  const auto id = static_cast<uint32_t>(who);
  std::vector<std::shared_ptr<Process>> found;
  if (who < 0) return found;
  if (which == PRIO_PROCESS) {
    auto process = table.find(id == 0 ? self.id : id);
    if (process != nullptr && process->run == self.run) found.push_back(std::move(process));
  } else if (which == PRIO_PGRP) {
    found = table.group(*self.run, id == 0 ? table.family(self).group : id);
  } else if (id == 0 || id == self.credentials.user) {
    found = table.processes_of(*self.run);  // a run has one user
  }
  return found;
}

}  // namespace

int64_t prlimit64(Thread &thread, int process, uint32_t resource, Ptr new_limit, Ptr old_limit) {
  if (resource >= kResourceCount) return -EINVAL;
  if (process != 0 && process != static_cast<int>(thread.process.id)) {
    // A process's limits are its own: nobody else reads or changes them.
    return processes_meant(thread, PRIO_PROCESS, process).empty() ? -ESRCH : -EPERM;
  }
  const ResourceLimit old = thread.process.limits[resource];
  ResourceLimit wanted;
  if (new_limit) {
    if (!thread.process.memory().get(new_limit, wanted)) return -EFAULT;
    if (const int64_t error = change_limit(thread, resource, wanted); error != 0) return error;
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
  const auto processes = processes_meant(thread, which, who);
  if (processes.empty()) return -ESRCH;
  int lowest = kHighestNice;
  for (const auto &process : processes) lowest = std::min<int>(lowest, process->nice);
  return 20 - lowest;  // the system call's own encoding
}

// What the guest asked for is kept and told; all of a machine's threads run alike.
int64_t setpriority(Thread &thread, int which, int who, int nice) {
  if (which < PRIO_PROCESS || which > PRIO_USER) return -EINVAL;
  nice = std::clamp(nice, kLowestNice, kHighestNice);
  const auto processes = processes_meant(thread, which, who);
  if (processes.empty()) return -ESRCH;
  int64_t error = 0;
  for (const auto &process : processes) {
    if (nice < process->nice && thread.process.credentials.effective_user != 0) {
      error = -EACCES;
    } else {
      process->nice = nice;
    }
  }
  return error;
}

}  // namespace vmp_linux::calls
