// eventfd(2), timerfd_create(2) and signalfd(2): new ones with the same count, time to go, and set.
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>

#include <ctime>

#include "files/descriptor_information.h"
#include "files/signal_file.h"
#include "snapshot/file_keeper.h"
#include "timers/clocks.h"
#include "waiting.h"

#ifndef TFD_IOC_SET_TICKS
#define TFD_IOC_SET_TICKS _IOW('T', 0, uint64_t)  // linux/timerfd.h, which glibc's header stands against
#endif

namespace vmp_linux {
namespace {

class KeptEventFile final : public KeptContents {
 public:
  explicit KeptEventFile(uint64_t count) : count_(count) {}

  int open(FileRestorer &, const KeptFile &kept, FileDescription &file) const override {
    const int host = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | (kept.attributes.is_semaphore ? EFD_SEMAPHORE : 0));
    if (host < 0) return -errno;
    file.host = host;
    return count_ != 0 && ::write(host, &count_, sizeof count_) < 0 ? -errno : 0;
  }

 private:
  const uint64_t count_;
};

class KeptTimerFile final : public KeptContents {
 public:
  KeptTimerFile(int clock, int flags, itimerspec time, uint64_t expirations)
      : clock_(clock), flags_(flags), time_(time), expirations_(expirations) {}

  int open(FileRestorer &, const KeptFile &, FileDescription &file) const override {
    const int host = ::timerfd_create(clock_, TFD_CLOEXEC | TFD_NONBLOCK);
    if (host < 0) return -errno;
    file.host = host;
    const bool is_armed = time_.it_value.tv_sec != 0 || time_.it_value.tv_nsec != 0;
    if (is_armed && ::timerfd_settime(host, flags_, &time_, nullptr) != 0) return -errno;
    return expirations_ != 0 && ::ioctl(host, TFD_IOC_SET_TICKS, &expirations_) != 0 ? -errno : 0;
  }

 private:
  const int clock_;
  const int flags_;
  const itimerspec time_;
  const uint64_t expirations_;  // that were not read
};

class KeptSignalFile final : public KeptContents {
 public:
  explicit KeptSignalFile(uint64_t mask) : mask_(mask) {}

  int open(FileRestorer &, const KeptFile &, FileDescription &file) const override {
    OwnedDescriptor host;
    std::shared_ptr<SignalFile> signals;
    if (const int error = SignalFile::open(mask_, host, signals); error != 0) return error;
    file.host = host.release();
    file.special = std::move(signals);
    return 0;
  }

 private:
  const uint64_t mask_;
};

}  // namespace

std::unique_ptr<const KeptContents> keep_event_file(const FileDescription &file, KeepingProblem &problem) {
  std::string text;
  if (const int error = read_descriptor_information(file.host, text); error != 0) return problem.fail(-error);
  const auto count = number_in(text, "eventfd-count", 16);
  if (!count) return problem.refuse("an eventfd of which the host does not tell the count");
  return std::make_unique<KeptEventFile>(*count);
}

std::unique_ptr<const KeptContents> keep_timer_file(const FileDescription &file, KeepingProblem &problem) {
  itimerspec time;
  // A periodic one that has expired goes on by this, as by a read; what was not read is counted up to now.
  if (::timerfd_gettime(file.host, &time) != 0) return problem.fail(errno);
  std::string text;
  if (const int error = read_descriptor_information(file.host, text); error != 0) return problem.fail(-error);
  const auto clock = number_in(text, "clockid"), expirations = number_in(text, "ticks");
  const auto flags = number_in(text, "settime flags", 8);
  if (!clock || !expirations || !flags) return problem.refuse("a timerfd of which the host does not tell the state");
  // Can it be given the expirations? Not without CONFIG_CHECKPOINT_RESTORE.
  if (*expirations != 0) {
    const OwnedDescriptor trial(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (!trial || ::ioctl(trial.get(), TFD_IOC_SET_TICKS, &*expirations) != 0)
      return problem.refuse("a timerfd that has expired and was not read");
  }
  // A time of day stays one; every other is a span from now on.
  int kept_flags = 0;
  if (*clock == CLOCK_REALTIME && (*flags & TFD_TIMER_ABSTIME) != 0) {
    kept_flags = static_cast<int>(*flags);
    const int64_t left = time.it_value.tv_sec * kSecond + time.it_value.tv_nsec;
    const int64_t moment = left == 0 ? 0 : saturating_sum(clock_now(CLOCK_REALTIME), left);
    time.it_value = {moment / kSecond, moment % kSecond};
  }
  return std::make_unique<KeptTimerFile>(static_cast<int>(*clock), kept_flags, time, *expirations);
}

std::unique_ptr<const KeptContents> keep_signal_file(const FileDescription &file) {
  return std::make_unique<KeptSignalFile>(file.special_as<SignalFile>()->mask);
}

}  // namespace vmp_linux
