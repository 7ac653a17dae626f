// signalfd(2): a descriptor that is readable while a signal of its set is pending. On the host it is an eventfd, raised
// and lowered as signals come and go, so that poll(2) and epoll(7) see it as any other.
#ifndef VMP_LINUX_FILES_SIGNAL_FILE_H
#define VMP_LINUX_FILES_SIGNAL_FILE_H

#include <sys/uio.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "files/owned_descriptor.h"
#include "files/special_file.h"

namespace vmp_linux {

struct FileDescription;
struct Process;
struct Thread;

class SignalFile final : public SpecialFile {
 public:
  static constexpr Kind kKind = Kind::signals;

  // event: a non-blocking eventfd.
  SignalFile(OwnedDescriptor event, uint64_t set) : SpecialFile(kKind), mask(set), event_(std::move(event)) {}
  // A new one and its host descriptor: 0 or minus an errno.
  static int open(uint64_t set, OwnedDescriptor &host, std::shared_ptr<SignalFile> &file);

  // Any thread. Readable while any process says so: those that share the description after a fork.
  void show(uint32_t process, bool is_pending);

  std::atomic<uint64_t> mask;

 private:
  const OwnedDescriptor event_;
  std::mutex mutex_;
  std::vector<uint32_t> processes_;  // in which one is pending
};

// The signal files that a process uses. Under its signal_mutex.
class SignalFiles {
 public:
  explicit SignalFiles(uint32_t process) : process_(process) {}
  ~SignalFiles();
  void add(const std::shared_ptr<SignalFile> &file);
  // Those that still exist.
  std::vector<std::shared_ptr<SignalFile>> all() const;
  // After the set of pending signals has changed, or the set of a file.
  void refresh(uint64_t pending) {
    if (!files_.empty()) show(pending);
  }

 private:
  void show(uint64_t pending);

  const uint32_t process_;
  std::vector<std::weak_ptr<SignalFile>> files_;
};

// The signals that wait in a process and its threads, shown to its signal files. process.signal_mutex is held.
void refresh_signal_files(Process &process);
// vCPU thread. From now on the file shows the signals of this process too; a descriptor that is none is left alone.
void use_signal_file(Process &process, const FileDescription &file);
// vCPU thread. As read_vectors.
int64_t read_signals(Thread &thread, FileDescription &file, SignalFile &signals, const iovec *vectors, int count,
                     bool nonblocking);

}  // namespace vmp_linux
#endif
