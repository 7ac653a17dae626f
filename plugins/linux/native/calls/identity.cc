// Who a process is. What the guest is told is the configuration's; the host's own checks always apply to the host's
// user.
#include "calls/calls.h"
#include "personality.h"
#include "processes/answers.h"

namespace vmp_linux::calls {
namespace {

constexpr uint32_t kUnchanged = 0xffffffff;

struct Identity {
  uint32_t &real, &effective, &saved;
};

Identity user_of(Thread &thread) {
  Credentials &c = thread.process.credentials;
  return {c.user, c.effective_user, c.saved_user};
}

Identity group_of(Thread &thread) {
  Credentials &c = thread.process.credentials;
  return {c.group, c.effective_group, c.saved_group};
}

bool is_privileged(const Thread &thread) { return thread.process.credentials.effective_user == 0; }

// setresuid(2): an unprivileged process may choose among the three that it has.
int64_t set_three(Thread &thread, Identity id, uint32_t real, uint32_t effective, uint32_t saved) {
  const auto allowed = [&](uint32_t value) {
    return value == kUnchanged || is_privileged(thread) || value == id.real || value == id.effective ||
           value == id.saved;
  };
  if (!allowed(real) || !allowed(effective) || !allowed(saved)) return -EPERM;
  if (real != kUnchanged) id.real = real;
  thread.personality.table().set_user(thread.process, thread.process.credentials.user);
  if (effective != kUnchanged) id.effective = effective;
  if (saved != kUnchanged) id.saved = saved;
  offer_answers(thread.process);
  return 0;
}

int64_t set_one(Thread &thread, Identity id, uint32_t value) {
  if (value == kUnchanged) return -EINVAL;
  return is_privileged(thread) ? set_three(thread, id, value, value, value)
                               : set_three(thread, id, kUnchanged, value, kUnchanged);
}

int64_t set_two(Thread &thread, Identity id, uint32_t real, uint32_t effective) {
  const bool moves_saved = real != kUnchanged || (effective != kUnchanged && effective != id.real);
  const int64_t result = set_three(thread, id, real, effective, kUnchanged);
  if (result == 0 && moves_saved) id.saved = id.effective;
  return result;
}

int64_t get_three(Thread &thread, Identity id, Ptr real, Ptr effective, Ptr saved) {
  const GuestMemory &memory = thread.process.memory();
  return memory.put(real, id.real) && memory.put(effective, id.effective) && memory.put(saved, id.saved) ? 0 : -EFAULT;
}

}  // namespace

int64_t getpid(Thread &thread) { return thread.process.id; }
int64_t getppid(Thread &thread) { return thread.personality.table().family(thread.process).parent; }
int64_t getpgrp(Thread &thread) { return getpgid(thread, 0); }
int64_t gettid(Thread &thread) { return thread.id; }
int64_t getuid(Thread &thread) { return thread.process.credentials.user; }
int64_t geteuid(Thread &thread) { return thread.process.credentials.effective_user; }
int64_t getgid(Thread &thread) { return thread.process.credentials.group; }
int64_t getegid(Thread &thread) { return thread.process.credentials.effective_group; }

int64_t getresuid(Thread &thread, Ptr real, Ptr effective, Ptr saved) {
  return get_three(thread, user_of(thread), real, effective, saved);
}
int64_t getresgid(Thread &thread, Ptr real, Ptr effective, Ptr saved) {
  return get_three(thread, group_of(thread), real, effective, saved);
}

int64_t getgroups(Thread &thread, int size, Ptr groups) {
  if (size < 0) return -EINVAL;
  if (size == 0) return 1;
  return thread.process.memory().put(groups, thread.process.credentials.effective_group) ? 1 : -EFAULT;
}

int64_t setuid(Thread &thread, uint32_t user) { return set_one(thread, user_of(thread), user); }
int64_t setgid(Thread &thread, uint32_t group) { return set_one(thread, group_of(thread), group); }
int64_t setreuid(Thread &thread, uint32_t real, uint32_t effective) {
  return set_two(thread, user_of(thread), real, effective);
}
int64_t setregid(Thread &thread, uint32_t real, uint32_t effective) {
  return set_two(thread, group_of(thread), real, effective);
}
int64_t setresuid(Thread &thread, uint32_t real, uint32_t effective, uint32_t saved) {
  return set_three(thread, user_of(thread), real, effective, saved);
}
int64_t setresgid(Thread &thread, uint32_t real, uint32_t effective, uint32_t saved) {
  return set_three(thread, group_of(thread), real, effective, saved);
}
// They answer what was, whatever they do.
int64_t setfsuid(Thread &thread, uint32_t) { return thread.process.credentials.effective_user; }
int64_t setfsgid(Thread &thread, uint32_t) { return thread.process.credentials.effective_group; }

int64_t getpgid(Thread &thread, int process) {
  return process < 0 ? -ESRCH : thread.personality.table().group_of(thread.process, static_cast<uint32_t>(process));
}

int64_t setpgid(Thread &thread, int process, int group) {
  if (group < 0) return -EINVAL;
  if (process < 0) return -ESRCH;
  return thread.personality.table().set_group(thread.process, static_cast<uint32_t>(process),
                                              static_cast<uint32_t>(group));
}

int64_t getsid(Thread &thread, int process) {
  return process < 0 ? -ESRCH : thread.personality.table().session_of(thread.process, static_cast<uint32_t>(process));
}

int64_t setsid(Thread &thread) { return thread.personality.table().make_session(thread.process); }

}  // namespace vmp_linux::calls
