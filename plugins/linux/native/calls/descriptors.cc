#include <fcntl.h>
#include <sys/resource.h>

#include "calls/calls.h"

namespace vmp_linux::calls {
namespace {

constexpr uint32_t kSettable = O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME;
constexpr uint32_t kOnHost = O_APPEND | O_DIRECT | O_NOATIME;

int64_t duplicate(Thread &thread, std::shared_ptr<FileDescription> file, uint64_t lowest, bool close_on_exec) {
  const uint64_t limit = thread.process.limits[RLIMIT_NOFILE].soft;
  if (lowest >= limit) return -EINVAL;
  return thread.process.descriptors.add(std::move(file), close_on_exec, limit, static_cast<int>(lowest));
}

// O_NONBLOCK is the guest's alone: the host's flag serves our own waiting.
int64_t set_flags(FileDescription &file, uint32_t flags) {
  if ((file.flags & O_PATH) != 0) return -EBADF;
  if (file.host >= 0 && ((flags ^ file.flags) & kOnHost) != 0) {
    const int host = ::fcntl(file.host, F_GETFL);
    if (host < 0 || ::fcntl(file.host, F_SETFL, (static_cast<uint32_t>(host) & ~kOnHost) | (flags & kOnHost)) != 0) {
      return -errno;
    }
  }
  file.flags = (file.flags & ~kSettable) | (flags & kSettable);
  return 0;
}

}  // namespace

int64_t dup(Thread &thread, int descriptor) {
  auto file = thread.process.descriptors.share(descriptor);
  if (file == nullptr) return -EBADF;
  return thread.process.descriptors.add(std::move(file), false, thread.process.limits[RLIMIT_NOFILE].soft);
}

int64_t dup3(Thread &thread, int descriptor, int to, uint32_t flags) {
  if ((flags & ~uint32_t{O_CLOEXEC}) != 0 || descriptor == to) return -EINVAL;
  auto file = thread.process.descriptors.share(descriptor);
  if (file == nullptr || static_cast<uint32_t>(to) >= thread.process.limits[RLIMIT_NOFILE].soft) return -EBADF;
  thread.process.descriptors.put(to, std::move(file), (flags & O_CLOEXEC) != 0);
  return to;
}

int64_t fcntl(Thread &thread, int descriptor, uint32_t command, uint64_t argument) {
  DescriptorTable &table = thread.process.descriptors;
  FileDescription *file = table.find(descriptor);
  if (file == nullptr) return -EBADF;
  switch (command) {
    case F_DUPFD:
      return duplicate(thread, table.share(descriptor), argument, false);
    case F_DUPFD_CLOEXEC:
      return duplicate(thread, table.share(descriptor), argument, true);
    case F_GETFD:
      return table.close_on_exec(descriptor) ? FD_CLOEXEC : 0;
    case F_SETFD:
      table.set_close_on_exec(descriptor, (argument & FD_CLOEXEC) != 0);
      return 0;
    case F_GETFL:
      return file->flags;
    case F_SETFL:
      return set_flags(*file, static_cast<uint32_t>(argument));
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_GETLK:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
      return lock_file(thread, *file, command, Ptr(argument));
    case F_GETPIPE_SZ:
    case F_SETPIPE_SZ:
      return errno_or(::fcntl(file->host, static_cast<int>(command), static_cast<int>(argument)));
    // SIGIO is for nobody.
    case F_GETOWN:
      return 0;
    case F_GETOWN_EX: {
      const f_owner_ex nobody = {F_OWNER_PID, 0};
      return thread.process.memory().put(Ptr(argument), nobody) ? 0 : -EFAULT;
    }
    default:
      return -EINVAL;
  }
}

}  // namespace vmp_linux::calls
