#include "files/signal_file.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <cstring>

#include "files/transfer.h"
#include "personality.h"
#include "waiting.h"

namespace vmp_linux {
namespace {

static_assert(sizeof(signalfd_siginfo) == 128);

// The same on every 64-bit architecture, as siginfo_t is (fs/signalfd.c, signalfd_copyinfo).
signalfd_siginfo describe(const SignalInformation &from) {
  signalfd_siginfo to{};
  to.ssi_signo = static_cast<uint32_t>(from.number);
  to.ssi_errno = from.error;
  to.ssi_code = from.code;
  const bool is_kernels = from.code > 0 && from.code < SI_KERNEL;
  if (is_kernels && (from.number == SIGSEGV || from.number == SIGBUS || from.number == SIGILL ||
                     from.number == SIGFPE || from.number == SIGTRAP)) {
    to.ssi_addr = from.fault.address;
    return to;
  }
  struct {
    uint32_t process, user;
    union {
      struct {
        int32_t status;
        uint32_t padding;
        uint64_t user_time, system_time;
      } child;
      struct {
        uint64_t value;
      } queued;
    };
  } raw;
  std::memcpy(&raw, from.raw, sizeof raw);
  if (from.code == SI_TIMER) {
    to.ssi_tid = raw.process;
    to.ssi_overrun = raw.user;
  } else {
    to.ssi_pid = raw.process;
    to.ssi_uid = raw.user;
  }
  if (is_kernels && from.number == SIGCHLD) {
    to.ssi_status = raw.child.status;
    to.ssi_utime = raw.child.user_time;
    to.ssi_stime = raw.child.system_time;
  } else if (from.code == SI_TIMER || from.code == SI_QUEUE || from.code == SI_MESGQ) {
    to.ssi_ptr = raw.queued.value;
    to.ssi_int = static_cast<int32_t>(raw.queued.value);
  }
  return to;
}

constexpr int64_t kRetry = kSecond / 200;

// Until a signal may have come. The descriptor may be readable for another process's signals, since a fork: then
// nothing says when one of ours comes.
int64_t wait_for_signal(Thread &thread, int host) {
  const bool is_readable_for_others = wait_until(thread, host, POLLIN, 0) == 0;
  if (!is_readable_for_others) return wait_for(thread, host, POLLIN);
  const int64_t error = wait_until(thread, -1, 0, monotonic_nanoseconds() + kRetry);
  return error == -ETIMEDOUT ? 0 : error;
}

std::optional<SignalInformation> take(Thread &thread, uint64_t mask) {
  Process &process = thread.process;
  std::optional<SignalInformation> taken;
  {
    std::lock_guard lock(process.signal_mutex);
    taken = thread.pending.take(~mask);
    if (!taken) taken = process.pending.take(~mask);
    refresh_signal_files(process);
  }
  if (taken) thread.personality.timers().signal_taken(process, *taken);
  return taken;
}

}  // namespace

int SignalFile::open(uint64_t set, OwnedDescriptor &host, std::shared_ptr<SignalFile> &file) {
  host = OwnedDescriptor(errno_or(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)));
  if (!host) return host.get();
  OwnedDescriptor event(errno_or(::fcntl(host.get(), F_DUPFD_CLOEXEC, 3)));
  if (!event) return event.get();
  file = std::make_shared<SignalFile>(std::move(event), set);
  return 0;
}

void SignalFile::show(uint32_t process, bool is_pending) {
  std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(processes_, process);
  if ((found != processes_.end()) == is_pending) return;
  uint64_t count = 1;
  if (is_pending) {
    if (processes_.empty() && ::write(event_.get(), &count, sizeof count) < 0) return;
    processes_.push_back(process);
  } else {
    if (processes_.size() == 1 && ::read(event_.get(), &count, sizeof count) < 0) return;
    processes_.erase(found);
  }
}

SignalFiles::~SignalFiles() { show(0); }

void SignalFiles::add(const std::shared_ptr<SignalFile> &file) {
  const auto is_it = [&](const std::weak_ptr<SignalFile> &entry) { return entry.lock() == file; };
  if (std::ranges::none_of(files_, is_it)) files_.push_back(file);
}

std::vector<std::shared_ptr<SignalFile>> SignalFiles::all() const {
  std::vector<std::shared_ptr<SignalFile>> files;
  for (const auto &entry : files_) {
    if (auto file = entry.lock()) files.push_back(std::move(file));
  }
  return files;
}

void SignalFiles::show(uint64_t pending) {
  std::erase_if(files_, [&](const std::weak_ptr<SignalFile> &entry) {
    const auto file = entry.lock();
    if (file != nullptr) file->show(process_, (pending & file->mask) != 0);
    return file == nullptr;
  });
}

void refresh_signal_files(Process &process) {
  uint64_t pending = process.pending.pending();
  for (const auto &thread : process.threads) pending |= thread->pending.pending();
  process.signal_files.refresh(pending);
}

void use_signal_file(Process &process, const FileDescription &file) {
  if (file.special_as<SignalFile>() == nullptr) return;
  std::lock_guard lock(process.signal_mutex);
  process.signal_files.add(std::static_pointer_cast<SignalFile>(file.special));
  refresh_signal_files(process);
}

int64_t read_signals(Thread &thread, FileDescription &file, SignalFile &signals, const iovec *vectors, int count,
                     bool nonblocking) {
  const uint64_t room = size_of(vectors, count) / sizeof(signalfd_siginfo);
  if (room == 0) return -EINVAL;
  use_signal_file(thread.process, file);
  uint64_t done = 0;
  while (done < room) {
    if (const auto taken = take(thread, signals.mask)) {
      const signalfd_siginfo information = describe(*taken);
      if (!scatter(thread.process.memory(), vectors, count, done * sizeof information, &information,
                   sizeof information)) {
        return -EFAULT;
      }
      ++done;
      continue;
    }
    if (done > 0) break;
    if (nonblocking) return -EAGAIN;
    if (const int64_t error = wait_for_signal(thread, file.host); error != 0) return error;
  }
  return static_cast<int64_t>(done * sizeof(signalfd_siginfo));
}

}  // namespace vmp_linux
