#include <fcntl.h>

#include <limits>

#include "calls/calls.h"
#include "files/memory_file.h"
#include "personality.h"

namespace vmp_linux::calls {
namespace {

constexpr uint32_t kSettable = O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME;
constexpr uint32_t kOnHost = O_APPEND | O_DIRECT | O_NOATIME;
constexpr uint64_t kLargestPipe = uint64_t{1} << 20;  // /proc/sys/fs/pipe-max-size, beyond which only root may go
constexpr uint32_t kMostBytes = 1u << 31;             // of any pipe: EINVAL above

int64_t duplicate(Thread &thread, std::shared_ptr<FileDescription> file, uint64_t lowest, bool close_on_exec) {
  lowest = static_cast<uint32_t>(lowest);
  if (lowest >= thread.process.descriptor_limit()) return -EINVAL;
  return thread.process.add_descriptor(std::move(file), close_on_exec, static_cast<int>(lowest));
}

// O_NONBLOCK is the guest's alone: the host's flag serves our own waiting.
int64_t set_flags(FileDescription &file, uint32_t flags) {
  uint32_t old = file.flags;
  if (file.host >= 0 && ((flags ^ old) & kOnHost) != 0) {
    const int host = ::fcntl(file.host, F_GETFL);
    if (host < 0 || ::fcntl(file.host, F_SETFL, (static_cast<uint32_t>(host) & ~kOnHost) | (flags & kOnHost)) != 0) {
      return -errno;
    }
  }
  while (!file.flags.compare_exchange_weak(old, (old & ~kSettable) | (flags & kSettable))) {
  }
  return 0;
}

// What fcntl(2) allows with O_PATH.
bool is_for_paths(uint32_t command) {
  return command == F_DUPFD || command == F_DUPFD_CLOEXEC || command == F_GETFD || command == F_SETFD ||
         command == F_GETFL;
}

int64_t set_pipe_size(const FileDescription &file, uint64_t size) {
  const auto bytes = static_cast<uint32_t>(size);
  if (bytes > kLargestPipe && bytes <= kMostBytes) return -EPERM;
  return errno_or(::fcntl(file.host, F_SETPIPE_SZ, static_cast<int>(bytes)));
}

// Only of files that the guest itself has made: other programs hold the rest.
int64_t seal(const FileDescription &file, uint32_t command, uint64_t argument) {
  if (file.special_as<MemoryFile>() == nullptr) return -EINVAL;
  return errno_or(::fcntl(file.host, static_cast<int>(command), static_cast<int>(argument)));
}

// SIGIO is for nobody: the owner is kept, and that is all.
int64_t set_owner(FileDescription &file, int32_t owner) {
  if (owner == std::numeric_limits<int32_t>::min()) return -EINVAL;
  file.owner = owner;
  return 0;
}

int64_t set_owner_of_type(Thread &thread, FileDescription &file, Ptr from) {
  f_owner_ex owner;
  if (!thread.process.memory().get(from, owner)) return -EFAULT;
  if (owner.type < F_OWNER_TID || owner.type > F_OWNER_PGRP || owner.pid < 0) return -EINVAL;
  return set_owner(file, owner.type == F_OWNER_PGRP ? -owner.pid : owner.pid);
}

int64_t get_owner_of_type(Thread &thread, const FileDescription &file, Ptr to) {
  const int32_t id = file.owner;
  const f_owner_ex owner = {id < 0 ? F_OWNER_PGRP : F_OWNER_PID, id < 0 ? -id : id};
  return thread.process.memory().put(to, owner) ? 0 : -EFAULT;
}

int64_t set_owner_signal(FileDescription &file, uint64_t signal) {
  if (signal > kSignalCount) return -EINVAL;
  file.owner_signal = static_cast<int32_t>(signal);
  return 0;
}

}  // namespace

int64_t dup(Thread &thread, int descriptor) {
  auto file = thread.process.descriptors.share(descriptor);
  if (file == nullptr) return -EBADF;
  return thread.process.add_descriptor(std::move(file), false);
}

int64_t dup3(Thread &thread, int descriptor, int to, uint32_t flags) {
  if ((flags & ~uint32_t{O_CLOEXEC}) != 0 || descriptor == to) return -EINVAL;
  auto file = thread.process.descriptors.share(descriptor);
  if (file == nullptr || static_cast<uint32_t>(to) >= thread.process.descriptor_limit()) return -EBADF;
  const auto replaced = thread.process.descriptors.share(to);
  thread.process.descriptors.put(to, std::move(file), (flags & O_CLOEXEC) != 0);
  if (replaced != nullptr) thread.personality.locks().closed(thread.process, *replaced);
  return to;
}

int64_t fcntl(Thread &thread, int descriptor, uint32_t command, uint64_t argument) {
  DescriptorTable &table = thread.process.descriptors;
  FileDescription *file = table.find(descriptor);
  if (file == nullptr || (file->is_path() && !is_for_paths(command))) return -EBADF;
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
      return errno_or(::fcntl(file->host, F_GETPIPE_SZ));
    case F_SETPIPE_SZ:
      return set_pipe_size(*file, argument);
    case F_ADD_SEALS:
    case F_GET_SEALS:
      return seal(*file, command, argument);
    case F_GETOWN:
      return file->owner;
    case F_SETOWN:
      return set_owner(*file, static_cast<int32_t>(argument));
    case F_GETOWN_EX:
      return get_owner_of_type(thread, *file, Ptr(argument));
    case F_SETOWN_EX:
      return set_owner_of_type(thread, *file, Ptr(argument));
    case F_GETSIG:
      return file->owner_signal;
    case F_SETSIG:
      return set_owner_signal(*file, argument);
    default:
      return -EINVAL;
  }
}

}  // namespace vmp_linux::calls
