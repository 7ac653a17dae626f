#include "terminal.h"

#include <asm/termbits.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "calls/calls.h"
#include "personality.h"

namespace vmp_linux::calls {
namespace {

// The kernel's struct termios is the same on every architecture that uses asm-generic's, riscv64 and x86-64 among them.
static_assert(sizeof(struct termios) == 36);

template <typename T>
int64_t get_from_host(Thread &thread, int host, uint64_t request, Ptr to) {
  T value{};
  if (::ioctl(host, request, &value) != 0) return -errno;
  return thread.process.memory().put(to, value) ? 0 : -EFAULT;
}

template <typename T>
int64_t set_on_host(Thread &thread, int host, uint64_t request, Ptr from) {
  T value;
  if (!thread.process.memory().get(from, value)) return -EFAULT;
  return errno_or(::ioctl(host, request, &value));
}

// Only what a program does with its own terminal; TIOCSTI and the like would reach the user's shell.
int64_t terminal_request(Thread &thread, int host, uint32_t request, uint64_t argument) {
  Process &process = thread.process;
  ProcessTable &table = thread.personality.table();
  const Ptr pointer(argument);
  switch (request) {
    case TCGETS:
      return get_from_host<struct termios>(thread, host, request, pointer);
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
      if (const int64_t error = check_terminal_change(thread); error != 0) return error;
      return set_on_host<struct termios>(thread, host, request, pointer);
    case TIOCGWINSZ:
      return get_from_host<winsize>(thread, host, request, pointer);
    case TIOCSWINSZ:
      return set_on_host<winsize>(thread, host, request, pointer);
    case TIOCOUTQ:
      return get_from_host<int>(thread, host, request, pointer);
    case TCSBRK:
    case TCXONC:
    case TCFLSH:
    case TCSBRKP:
      return errno_or(::ioctl(host, request, static_cast<int>(argument)));
    // Process groups are the guest's own, and so is which of them is in the foreground.
    case TIOCGPGRP: {
      const Terminal terminal = table.terminal(*process.run);
      if (terminal.session != table.family(process).session) return -ENOTTY;
      return process.memory().put(pointer, terminal.foreground_group) ? 0 : -EFAULT;
    }
    case TIOCSPGRP: {
      int32_t group;
      if (const int64_t error = check_terminal_change(thread); error != 0) return error;
      if (!process.memory().get(pointer, group)) return -EFAULT;
      return group < 0 ? -EINVAL : table.set_foreground(process, static_cast<uint32_t>(group));
    }
    case TIOCGSID: {
      const Terminal terminal = table.terminal(*process.run);
      if (terminal.session != table.family(process).session) return -ENOTTY;
      return process.memory().put(pointer, terminal.session) ? 0 : -EFAULT;
    }
    case TIOCSCTTY:
      return table.take_terminal(process);
    case TIOCNOTTY:
      return table.leave_terminal(process);
    default:
      return -ENOTTY;
  }
}

}  // namespace

int64_t ioctl(Thread &thread, int descriptor, uint32_t request, uint64_t argument) {
  FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || (file->flags & O_PATH) != 0) return -EBADF;
  switch (request) {
    case FIOCLEX:
      thread.process.descriptors.set_close_on_exec(descriptor, true);
      return 0;
    case FIONCLEX:
      thread.process.descriptors.set_close_on_exec(descriptor, false);
      return 0;
    case FIONBIO: {
      int32_t on;
      if (!thread.process.memory().get(Ptr(argument), on)) return -EFAULT;
      on != 0 ? file->flags.fetch_or(O_NONBLOCK) : file->flags.fetch_and(~uint32_t{O_NONBLOCK});
      return 0;
    }
    case FIONREAD:
      return file->host < 0 ? -ENOTTY : get_from_host<int>(thread, file->host, request, Ptr(argument));
    default:
      return file->is_terminal ? terminal_request(thread, file->host, request, argument) : -ENOTTY;
  }
}

}  // namespace vmp_linux::calls
