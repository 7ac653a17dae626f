// Where processes begin, go on in another program, end, and are waited for.
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>

#include <algorithm>

#include "calls/calls.h"
#include "calls/path_argument.h"
#include "calls/time_values.h"
#include "personality.h"
#include "processes/execute.h"
#include "processes/fork.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

constexpr uint64_t kExitSignalMask = 0xff;  // CSIGNAL
constexpr uint64_t kLargestArguments = uint64_t{2} << 20;
constexpr uint64_t kLongestArgument = uint64_t{128} << 10;  // MAX_ARG_STRLEN

// A null-terminated array of strings. 0 or minus an errno. room: bytes that are left for all of them.
int read_strings(const GuestMemory &memory, Ptr array, std::vector<std::string> &strings, uint64_t &room) {
  const auto buffer = std::make_unique_for_overwrite<char[]>(kLongestArgument);
  for (; array; array = array + sizeof(uint64_t)) {
    uint64_t pointer;
    if (!memory.get(array, pointer)) return -EFAULT;
    if (pointer == 0) return 0;
    const int error = memory.read_string(Ptr(pointer), buffer.get(), kLongestArgument);
    if (error != 0) return error == -ENAMETOOLONG ? -E2BIG : error;
    strings.emplace_back(buffer.get());
    const uint64_t taken = strings.back().size() + 1 + sizeof(uint64_t);
    if (taken > room) return -E2BIG;
    room -= taken;
  }
  return 0;  // Linux takes a null array for an empty one
}

int64_t execute_at(Thread &thread, int directory, Ptr path, Ptr arguments, Ptr environment, uint32_t flags) {
  Process &process = thread.process;
  if ((flags & ~uint32_t{AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW}) != 0) return -EINVAL;
  char text[kPathCapacity];
  if (const int error = process.memory().read_string(path, text, sizeof text); error != 0) return error;
  ProgramRequest request;
  request.path = text;
  if (text[0] == '\0') {
    if ((flags & AT_EMPTY_PATH) == 0) return -ENOENT;
    const auto file = process.descriptors.share(directory);
    if (file == nullptr) return -EBADF;
    if (file->host < 0) return -EACCES;
    if (const int error = check_executable(file->host); error != 0) return error == -EISDIR ? -EACCES : error;
    request.executable = file;
    if (file->is_path() || !file->readable()) {
      // Opened again, since it is to be read.
      request.executable = std::make_shared<FileDescription>();
      request.executable->host = open_again(file->host, O_RDONLY | O_NONBLOCK | O_NOCTTY);
      if (request.executable->host < 0) return request.executable->host;
      request.executable->mount = file->mount;
    }
    request.path = "/dev/fd/" + std::to_string(directory);
  } else {
    const bool follow = (flags & AT_SYMLINK_NOFOLLOW) == 0;
    const int error = open_executable(process, directory, text, follow, request.executable);
    if (error != 0) return error == -EISDIR ? -EACCES : error;
    if (directory != AT_FDCWD && text[0] != '/')
      request.path = "/dev/fd/" + std::to_string(directory) + "/" + text;  // as Linux's bprm->fdpath
  }
  uint64_t room = kLargestArguments;
  if (const int error = read_strings(process.memory(), arguments, request.arguments, room); error != 0) return error;
  if (const int error = read_strings(process.memory(), environment, request.environment, room); error != 0)
    return error;
  if (request.arguments.empty()) request.arguments.emplace_back();  // as Linux since 5.18
  const int64_t result = execute(thread, std::move(request));
  if (result == 0) thread.in_call = false;  // the registers are the program's now
  return result;
}

int64_t put_usage(Thread &thread, Ptr pointer, const Usage &usage) {
  if (!pointer) return 0;
  return write_usage(thread, pointer, usage) ? 0 : -EFAULT;
}

// Until `report` names a process, no child is left to wait for, or the options say not to wait.
int64_t wait_for_child(Thread &thread, WaitTarget target, int options, WaitReport &report) {
  ProcessTable &table = thread.personality.table();
  for (int64_t waited = 0;; waited = wait_for_wake(thread, kForever)) {
    // What woke it may be a child's end, whose SIGCHLD is pending too: the child comes first, as in Linux.
    const int error = table.wait(thread.process, target, options, report);
    if (error != 0 || report.process != 0 || (options & WNOHANG) != 0) return error;
    if (waited != 0) return waited;
  }
}

}  // namespace

int64_t exit(Thread &thread, int code) {
  // The last thread of its process, so far.
  return exit_group(thread, code);
}

int64_t exit_group(Thread &thread, int code) {
  thread.personality.end_process(thread, code & 0xff, 0, "", "");
  return 0;
}

int64_t wait4(Thread &thread, int process, Ptr status, int options, Ptr usage) {
  constexpr int kKnown = WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WALL | static_cast<int>(__WCLONE);
  if ((options & ~kKnown) != 0) return -EINVAL;
  if (process == std::numeric_limits<int>::min()) return -ESRCH;
  WaitTarget target;
  if (process > 0) target = {WaitTarget::Kind::process, static_cast<uint32_t>(process)};
  if (process < -1) target = {WaitTarget::Kind::group, static_cast<uint32_t>(-process)};
  if (process == 0) target = {WaitTarget::Kind::group, thread.personality.table().family(thread.process).group};
  WaitReport report;
  if (const int64_t error = wait_for_child(thread, target, options | WEXITED, report); error != 0) return error;
  if (report.process == 0) return 0;
  if (status && !thread.process.memory().put(status, report.status)) return -EFAULT;
  if (const int64_t error = put_usage(thread, usage, report.usage); error != 0) return error;
  return report.process;
}

int64_t waitid(Thread &thread, int which, int id, Ptr information_pointer, int options, Ptr usage) {
  constexpr int kKnown =
      WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED | __WNOTHREAD | __WALL | static_cast<int>(__WCLONE);
  if ((options & ~kKnown) != 0 || (options & (WEXITED | WSTOPPED | WCONTINUED)) == 0) return -EINVAL;
  WaitTarget target;
  switch (which) {
    case P_ALL:
      break;
    case P_PID:
      if (id <= 0) return -EINVAL;
      target = {WaitTarget::Kind::process, static_cast<uint32_t>(id)};
      break;
    case P_PGID:
      if (id < 0) return -EINVAL;
      target = {WaitTarget::Kind::group,
                id == 0 ? thread.personality.table().family(thread.process).group : static_cast<uint32_t>(id)};
      break;
    case P_PIDFD:
      return -EBADF;  // there are none
    default:
      return -EINVAL;
  }
  WaitReport report;
  if (const int64_t error = wait_for_child(thread, target, options, report); error != 0) return error;
  if (const int64_t error = put_usage(thread, usage, report.usage); error != 0 && report.process != 0) return error;
  if (!information_pointer) return 0;
  struct {
    int32_t number, error, code, padding;
    int32_t process;
    uint32_t user;
    int32_t status;
  } information{};
  if (report.process != 0) {
    const int value = WIFEXITED(report.status)     ? WEXITSTATUS(report.status)
                      : WIFSIGNALED(report.status) ? WTERMSIG(report.status)
                      : WIFSTOPPED(report.status)  ? WSTOPSIG(report.status)
                                                   : SIGCONT;
    information = {SIGCHLD, 0, report.code, 0, static_cast<int32_t>(report.process), report.user, value};
  }
  return thread.process.memory().put(information_pointer, information) ? 0 : -EFAULT;
}

int64_t clone(Thread &thread, uint64_t flags, uint64_t stack, uint64_t parent_id, uint64_t fourth, uint64_t fifth) {
  const bool pointer_first = thread.personality.architecture().clone_thread_pointer_first;
  CloneRequest request;
  request.flags = flags & ~kExitSignalMask & 0xffffffff;
  request.exit_signal = static_cast<int>(flags & kExitSignalMask);
  request.stack = stack;
  request.parent_id = parent_id;
  request.thread_pointer = pointer_first ? fourth : fifth;
  request.child_id = pointer_first ? fifth : fourth;
  return clone_process(thread, request);
}

int64_t clone3(Thread &thread, Ptr pointer, uint64_t size) {
  struct {
    uint64_t flags, pidfd, child_id, parent_id, exit_signal, stack, stack_size, thread_pointer;
    uint64_t set_tid, set_tid_size, cgroup;
  } arguments{};
  constexpr uint64_t kFirstSize = 64;  // CLONE_ARGS_SIZE_VER0
  if (size < kFirstSize || size > kPage) return size < kFirstSize ? -EINVAL : -E2BIG;
  if (!thread.process.memory().read(pointer, &arguments, std::min<uint64_t>(size, sizeof arguments))) return -EFAULT;
  // What a newer version has beyond ours must not be asked for.
  std::vector<uint8_t> beyond(size - std::min<uint64_t>(size, sizeof arguments));
  if (!thread.process.memory().read(pointer + sizeof arguments, beyond.data(), beyond.size())) return -EFAULT;
  if (std::ranges::any_of(beyond, [](uint8_t byte) { return byte != 0; })) return -E2BIG;
  if (arguments.exit_signal > static_cast<uint64_t>(kSignalCount)) return -EINVAL;
  if ((arguments.flags & (kExitSignalMask | CLONE_PIDFD)) != 0 || arguments.set_tid_size != 0) return -EINVAL;
  if ((arguments.stack == 0) != (arguments.stack_size == 0)) return -EINVAL;
  CloneRequest request;
  request.flags = arguments.flags;
  request.exit_signal = static_cast<int>(arguments.exit_signal);
  request.stack = arguments.stack + arguments.stack_size;
  request.parent_id = arguments.parent_id;
  request.child_id = arguments.child_id;
  request.thread_pointer = arguments.thread_pointer;
  return clone_process(thread, request);
}

int64_t fork(Thread &thread) {
  CloneRequest request;
  request.exit_signal = SIGCHLD;
  return clone_process(thread, request);
}

int64_t vfork(Thread &thread) {
  CloneRequest request;
  request.flags = CLONE_VM | CLONE_VFORK;
  request.exit_signal = SIGCHLD;
  return clone_process(thread, request);
}

int64_t execve(Thread &thread, Ptr path, Ptr arguments, Ptr environment) {
  return execute_at(thread, AT_FDCWD, path, arguments, environment, 0);
}

int64_t execveat(Thread &thread, int directory, Ptr path, Ptr arguments, Ptr environment, uint32_t flags) {
  return execute_at(thread, directory, path, arguments, environment, flags);
}

int64_t set_tid_address(Thread &thread, Ptr word) {
  thread.clear_at_exit = word.address;
  return thread.id;
}

// The list matters to other threads when this one dies: there are none.
int64_t set_robust_list(Thread &, Ptr, uint64_t size) {
  constexpr uint64_t kHeadSize = 24;
  return size == kHeadSize ? 0 : -EINVAL;
}

}  // namespace vmp_linux::calls
