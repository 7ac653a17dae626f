// eventfd(2), timerfd_create(2), signalfd(2), inotify(7), memfd_create(2).
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include "calls/anonymous_file.h"
#include "calls/calls.h"
#include "calls/path_argument.h"
#include "files/memory_file.h"
#include "files/signal_file.h"

namespace vmp_linux::calls {
namespace {

// Every one of these calls has flags of its own with these values.
constexpr uint32_t kFlags = O_NONBLOCK | O_CLOEXEC;
static_assert(EFD_NONBLOCK == O_NONBLOCK && TFD_NONBLOCK == O_NONBLOCK && SFD_NONBLOCK == O_NONBLOCK &&
              IN_NONBLOCK == O_NONBLOCK);
static_assert(EFD_CLOEXEC == O_CLOEXEC && TFD_CLOEXEC == O_CLOEXEC && SFD_CLOEXEC == O_CLOEXEC &&
              IN_CLOEXEC == O_CLOEXEC);
static_assert(sizeof(itimerspec) == 32);  // on every 64-bit architecture

constexpr uint32_t kLargeFile = 0100000;
constexpr uint64_t kLongestName = 249;  // of memfd_create(2)

// The host's descriptor of an open file, or minus an errno.
int host_of(Thread &thread, int descriptor) {
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || file->is_path()) return -EBADF;
  return file->host < 0 ? -EINVAL : file->host;
}

int64_t open_event_file(Thread &thread, int host, uint32_t access, uint32_t flags,
                        std::shared_ptr<SpecialFile> special = nullptr) {
  return open_anonymous(thread, OwnedDescriptor(errno_or(host)), Waiting::nonblocking, access | (flags & O_NONBLOCK),
                        (flags & O_CLOEXEC) != 0, std::move(special));
}

}  // namespace

int64_t eventfd2(Thread &thread, uint32_t count, uint32_t flags) {
  if ((flags & ~(kFlags | EFD_SEMAPHORE)) != 0) return -EINVAL;
  const int host = ::eventfd(count, EFD_CLOEXEC | EFD_NONBLOCK | static_cast<int>(flags & EFD_SEMAPHORE));
  const int64_t descriptor = open_event_file(thread, host, O_RDWR, flags);
  if (descriptor >= 0)
    thread.process.descriptors.find(static_cast<int>(descriptor))->is_semaphore = (flags & EFD_SEMAPHORE) != 0;
  return descriptor;
}

int64_t eventfd(Thread &thread, uint32_t count) { return eventfd2(thread, count, 0); }

int64_t timerfd_create(Thread &thread, int clock, uint32_t flags) {
  if ((flags & ~kFlags) != 0) return -EINVAL;
  if (clock == CLOCK_REALTIME_ALARM || clock == CLOCK_BOOTTIME_ALARM) return -EPERM;  // would wake the host
  return open_event_file(thread, ::timerfd_create(clock, TFD_CLOEXEC | TFD_NONBLOCK), O_RDWR, flags);
}

int64_t timerfd_settime(Thread &thread, int descriptor, int flags, Ptr time, Ptr old) {
  itimerspec wanted, before;
  if (!thread.process.memory().get(time, wanted)) return -EFAULT;
  const int host = host_of(thread, descriptor);
  if (host < 0) return host;
  if (::timerfd_settime(host, flags, &wanted, &before) != 0) return -errno;
  return !old || thread.process.memory().put(old, before) ? 0 : -EFAULT;
}

int64_t timerfd_gettime(Thread &thread, int descriptor, Ptr time) {
  itimerspec now;
  const int host = host_of(thread, descriptor);
  if (host < 0) return host;
  if (::timerfd_gettime(host, &now) != 0) return -errno;
  return thread.process.memory().put(time, now) ? 0 : -EFAULT;
}

int64_t signalfd4(Thread &thread, int descriptor, Ptr mask, uint64_t mask_size, uint32_t flags) {
  uint64_t set;
  if ((flags & ~kFlags) != 0 || mask_size != kSignalMaskSize) return -EINVAL;
  if (!thread.process.memory().get(mask, set)) return -EFAULT;
  set &= ~kUnblockable;
  if (descriptor == -1) {
    OwnedDescriptor host;
    std::shared_ptr<SignalFile> file;
    if (const int error = SignalFile::open(set, host, file); error != 0) return error;
    descriptor = static_cast<int>(open_event_file(thread, host.release(), O_RDWR, flags, std::move(file)));
    if (descriptor < 0) return descriptor;
  }
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr) return -EBADF;
  SignalFile *signals = file->special_as<SignalFile>();
  if (signals == nullptr) return -EINVAL;
  signals->mask = set;
  use_signal_file(thread.process, *file);
  return descriptor;
}

int64_t signalfd(Thread &thread, int descriptor, Ptr mask, uint64_t mask_size) {
  return signalfd4(thread, descriptor, mask, mask_size, 0);
}

int64_t inotify_init1(Thread &thread, uint32_t flags) {
  if ((flags & ~kFlags) != 0) return -EINVAL;
  return open_event_file(thread, ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK), O_RDONLY, flags);
}

int64_t inotify_init(Thread &thread) { return inotify_init1(thread, 0); }

int64_t inotify_add_watch(Thread &thread, int descriptor, Ptr path, uint32_t mask) {
  const int host = host_of(thread, descriptor);
  if (host < 0) return host;
  const bool follow = (mask & IN_DONT_FOLLOW) == 0;
  Target target;
  const int error = target.find(thread, AT_FDCWD, path, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  if (error != 0) return error;
  if (target.host < 0) return -EACCES;  // nothing happens to a synthesized file
  // The link in /proc leads to the very file that was found, be it a link itself.
  return errno_or(::inotify_add_watch(host, DescriptorLink(target.host).path(), mask & ~uint32_t{IN_DONT_FOLLOW}));
}

int64_t inotify_rm_watch(Thread &thread, int descriptor, int watch) {
  const int host = host_of(thread, descriptor);
  return host < 0 ? host : errno_or(::inotify_rm_watch(host, watch));
}

int64_t memfd_create(Thread &thread, Ptr name, uint32_t flags) {
  if ((flags & ~uint32_t{MFD_CLOEXEC | MFD_ALLOW_SEALING}) != 0) return -EINVAL;  // no huge pages: the host's are few
  char text[kLongestName + 1];
  const int error = thread.process.memory().read_string(name, text, sizeof text);
  if (error != 0) return error == -ENAMETOOLONG ? -EINVAL : error;
  const Personality &personality = thread.personality;
  OwnedDescriptor host(errno_or(::memfd_create(text, MFD_CLOEXEC | (flags & MFD_ALLOW_SEALING))));
  return open_anonymous(thread, std::move(host), Waiting::never, O_RDWR | kLargeFile, (flags & MFD_CLOEXEC) != 0,
                        std::make_shared<MemoryFile>(personality.services().machine->memory(personality.machine()),
                                                     thread.process.run->memory_file_bytes));
}

}  // namespace vmp_linux::calls
