// Processes that come and go.
#include <sys/wait.h>

#include "personality.h"
#include "trace/kinds.h"

namespace vmp_linux::trace {
namespace {

void print_argument_strings(Printer &to, unsigned index, const Names *) {
  const uint64_t at = to.arguments[index];
  if (at == 0) return to.address(at);
  for (uint64_t i = 0;; ++i) {
    uint64_t string = 0;
    if (!to.read(at + i * sizeof string, &string, sizeof string)) {
      if (i == 0) return to.address(at);
      to.format(", ... /* %#llx */", static_cast<unsigned long long>(at + i * sizeof string));
      break;
    }
    if (i == 0) to.put("[");
    if (string == 0) break;
    if (i != 0) to.put(", ");
    if (i == kMostElements) {
      to.put("...");
      break;
    }
    to.string(string);
  }
  to.put("]");
}

void print_environment(Printer &to, unsigned index, const Names *) {
  constexpr unsigned kMostCounted = 1u << 20;
  const uint64_t at = to.arguments[index];
  to.address(at);
  if (at == 0) return;
  unsigned count = 0;
  bool readable = true;
  for (; count < kMostCounted; ++count) {
    uint64_t string = 0;
    readable = to.read(at + count * sizeof string, &string, sizeof string);
    if (!readable || string == 0) break;
  }
  if (!readable && count == 0) return;
  to.format(" /* %u var%s%s */", count, count == 1 ? "" : "s", readable ? "" : ", unterminated");
}

std::string status_text(uint32_t status) {
  const int whole = static_cast<int>(status);
  if (WIFSTOPPED(whole)) {
    const int number = WSTOPSIG(whole);
    return "{WIFSTOPPED(s) && WSTOPSIG(s) == " + signal_text(number & 0x7f) + ((number & 0x80) != 0 ? " | 0x80" : "") +
           "}";
  }
  if (WIFSIGNALED(whole)) {
    return "{WIFSIGNALED(s) && WTERMSIG(s) == " + signal_text(WTERMSIG(whole)) +
           (WCOREDUMP(whole) ? " && WCOREDUMP(s)" : "") + "}";
  }
  if (WIFEXITED(whole)) return "{WIFEXITED(s) && WEXITSTATUS(s) == " + std::to_string(WEXITSTATUS(whole)) + "}";
  if (WIFCONTINUED(whole)) return "{WIFCONTINUED(s)}";
  return std::to_string(status);
}

void print_wait_status(Printer &to, unsigned index, const Names *) {
  uint32_t status;
  if (to.result == 0) return to.address(to.arguments[index]);
  if (to.fetch(to.arguments[index], status)) to.put('[' + status_text(status) + ']');
}

constexpr Name kWaitNames[] = {
    {1, "WNOHANG"},         {4, "WEXITED"},           {2, "WSTOPPED"},        {8, "WCONTINUED"},
    {0x1000000, "WNOWAIT"}, {0x80000000, "__WCLONE"}, {0x40000000, "__WALL"}, {0x20000000, "__WNOTHREAD"}};
constexpr Names kWaitOptions = {kWaitNames, "W???"};
constexpr Name kWaitKindNames[] = {{0, "P_ALL"}, {1, "P_PID"}, {2, "P_PGID"}, {3, "P_PIDFD"}};
constexpr Names kWaitKinds = {kWaitKindNames, "P_???"};

void print_usage(Printer &to, unsigned index, const Names *) {
  int64_t times[4];  // what follows is left out
  if (!to.fetch(to.arguments[index], times)) return;
  const auto text = [](int64_t seconds, int64_t microseconds) {
    return "{tv_sec=" + std::to_string(seconds) + ", tv_usec=" + std::to_string(microseconds) + "}";
  };
  to.put("{ru_utime=" + text(times[0], times[1]) + ", ru_stime=" + text(times[2], times[3]) + ", ...}");
}

void print_usage_waited(Printer &to, unsigned index, const Names *names) {
  if (to.result <= 0) return to.address(to.arguments[index]);
  print_usage(to, index, names);
}

constexpr Name kCloneNames[] = {{0x100, "CLONE_VM"},
                                {0x200, "CLONE_FS"},
                                {0x400, "CLONE_FILES"},
                                {0x800, "CLONE_SIGHAND"},
                                {0x1000, "CLONE_PIDFD"},
                                {0x2000, "CLONE_PTRACE"},
                                {0x4000, "CLONE_VFORK"},
                                {0x8000, "CLONE_PARENT"},
                                {0x10000, "CLONE_THREAD"},
                                {0x20000, "CLONE_NEWNS"},
                                {0x40000, "CLONE_SYSVSEM"},
                                {0x80000, "CLONE_SETTLS"},
                                {0x100000, "CLONE_PARENT_SETTID"},
                                {0x200000, "CLONE_CHILD_CLEARTID"},
                                {0x800000, "CLONE_UNTRACED"},
                                {0x1000000, "CLONE_CHILD_SETTID"},
                                {0x2000000, "CLONE_NEWCGROUP"},
                                {0x4000000, "CLONE_NEWUTS"},
                                {0x8000000, "CLONE_NEWIPC"},
                                {0x10000000, "CLONE_NEWUSER"},
                                {0x20000000, "CLONE_NEWPID"},
                                {0x40000000, "CLONE_NEWNET"},
                                {0x80000000, "CLONE_IO"}};
constexpr Names kCloneFlags = {kCloneNames, "CLONE_???"};
constexpr uint64_t kSignalOfClone = 0xff, kPidfd = 0x1000, kSetTls = 0x80000, kParentTid = 0x100000;
constexpr uint64_t kChildTid = 0x200000 | 0x1000000;

void print_clone(Printer &to, unsigned, const Names *) {
  const uint64_t flags = to.arguments[0] & ~kSignalOfClone;
  const auto number = static_cast<int>(to.arguments[0] & kSignalOfClone);
  to.put("child_stack=");
  to.address(to.arguments[1]);
  to.put(", flags=");
  if (flags != 0) to.flags(kCloneFlags, flags);
  if (flags != 0 && number != 0) to.put("|");
  if (flags == 0 || number != 0) print_signal(to, number);
  if ((flags & (kParentTid | kPidfd)) != 0) {
    int32_t written;
    to.put(", parent_tid=");
    if (to.fetch(to.arguments[2], written)) to.format("[%d]", written);
  }
  // x86-64 has the last two the other way round.
  const bool swapped = to.thread.personality.architecture().id == VMP_ARCHITECTURE_X86_64;
  if ((flags & kSetTls) != 0) {
    to.put(", tls=");
    to.address(to.arguments[swapped ? 4 : 3]);
  }
  if ((flags & kChildTid) != 0) {
    to.put(", child_tidptr=");
    to.address(to.arguments[swapped ? 3 : 4]);
  }
}

struct CloneArguments {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

void print_clone_arguments(Printer &to, unsigned index, const Names *) {
  CloneArguments given;
  if (to.arguments[index + 1] < sizeof given) return to.address(to.arguments[index]);
  if (!to.fetch(to.arguments[index], given)) return;
  const auto pointer = [&to](const char *name, uint64_t value) {
    to.put(name);
    to.address(value);
  };
  to.put("{flags=");
  to.flags(kCloneFlags, given.flags);
  if ((given.flags & kPidfd) != 0) pointer(", pidfd=", given.pidfd);
  if ((given.flags & kChildTid) != 0) pointer(", child_tid=", given.child_tid);
  if ((given.flags & kParentTid) != 0) pointer(", parent_tid=", given.parent_tid);
  to.put(", exit_signal=");
  print_signal(to, static_cast<int>(given.exit_signal));
  pointer(", stack=", given.stack);
  to.format(", stack_size=%#llx", static_cast<unsigned long long>(given.stack_size));
  if ((given.flags & kSetTls) != 0) pointer(", tls=", given.tls);
  to.put("}");
}

constexpr Name kFutexNames[] = {{0, "FUTEX_WAIT"},
                                {1, "FUTEX_WAKE"},
                                {2, "FUTEX_FD"},
                                {3, "FUTEX_REQUEUE"},
                                {4, "FUTEX_CMP_REQUEUE"},
                                {5, "FUTEX_WAKE_OP"},
                                {6, "FUTEX_LOCK_PI"},
                                {7, "FUTEX_UNLOCK_PI"},
                                {8, "FUTEX_TRYLOCK_PI"},
                                {9, "FUTEX_WAIT_BITSET"},
                                {10, "FUTEX_WAKE_BITSET"},
                                {11, "FUTEX_WAIT_REQUEUE_PI"},
                                {12, "FUTEX_CMP_REQUEUE_PI"},
                                {13, "FUTEX_LOCK_PI2"}};
constexpr uint32_t kPrivate = 128, kRealTime = 256;

// What follows differs by operation: v value, t time limit, n number in the limit's place, a second word, b set of
// bits, x third number in hexadecimal.
constexpr const char *kFutexForms[] = {"vt", "v", "v",   "vna", "vnax", "vnax", "t",
                                       "",   "",  "vtb", "vb",  "vta",  "vnax", "t"};

void print_futex_part(Printer &to, char part) {
  switch (part) {
    case 'v':
      return to.put(std::to_string(static_cast<uint32_t>(to.arguments[2])));
    case 't':
      return print_timespec(to, to.arguments[3]);
    case 'n':
      return to.put(std::to_string(static_cast<uint32_t>(to.arguments[3])));
    case 'a':
      return to.address(to.arguments[4]);
    case 'b':
      if (static_cast<uint32_t>(to.arguments[5]) == ~uint32_t{0}) return to.put("FUTEX_BITSET_MATCH_ANY");
      [[fallthrough]];
    default:
      return to.format("%#x", static_cast<uint32_t>(to.arguments[5]));
  }
}

void print_futex_operation(Printer &to, unsigned index, const Names *) {
  const auto operation = static_cast<uint32_t>(to.arguments[index]);
  const uint32_t command = operation & ~(kPrivate | kRealTime);
  if (command >= std::size(kFutexForms)) {
    to.format("%#x /* FUTEX_??? */, %u", operation, static_cast<uint32_t>(to.arguments[2]));
    for (const uint64_t pointer : {to.arguments[3], to.arguments[4]}) {
      to.put(", ");
      to.address(pointer);
    }
    return to.format(", %#x", static_cast<uint32_t>(to.arguments[5]));
  }
  to.put(kFutexNames[command].name);
  if ((operation & kPrivate) != 0) to.put("_PRIVATE");
  if ((operation & kRealTime) != 0) to.put("|FUTEX_CLOCK_REALTIME");
  for (const char *part = kFutexForms[command]; *part != '\0'; ++part) {
    to.put(", ");
    print_futex_part(to, *part);
  }
}

}  // namespace

namespace kinds {

const Kind argument_strings = {print_argument_strings};
const Kind environment = {print_environment};
const Kind wait_status = {print_wait_status, nullptr, When::leaving};
const Kind wait_options = {print_flags, &kWaitOptions};
const Kind wait_kind = {print_symbol, &kWaitKinds};
const Kind usage = {print_usage, nullptr, When::leaving};
const Kind usage_waited = {print_usage_waited, nullptr, When::leaving};
const Kind clone_all = {print_clone, nullptr, When::leaving};
const Kind clone_arguments = {print_clone_arguments};
const Kind clone_flags = {print_flags, &kCloneFlags};
const Kind futex_operation = {print_futex_operation};

}  // namespace kinds
}  // namespace vmp_linux::trace
