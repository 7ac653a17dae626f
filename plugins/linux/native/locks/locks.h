// The file locks of a machine's guests: ranges (fcntl(2)) in a table of our own, mirrored on the host; whole files
// (flock(2)) on the guests' own descriptions, which the host keeps apart already. A wait for a guest ends when that
// guest lets go; only a lock of somebody outside of the machine is tried again by time.
#ifndef VMP_LINUX_LOCKS_LOCKS_H
#define VMP_LINUX_LOCKS_LOCKS_H

#include <atomic>
#include <map>
#include <mutex>
#include <vector>

#include "locks/file_identity.h"
#include "locks/host_locks.h"
#include "locks/range_locks.h"

namespace vmp_linux {

struct Process;
struct Thread;

class Locks {
 public:
  // vCPU thread; file has a host descriptor. Errors and Restart as of fcntl(2) and flock(2). wait: until it is free.
  int64_t lock_range(Thread &thread, FileDescription &file, const RangeLock &wanted, bool wait);
  int64_t unlock_range(FileDescription &file, const LockOwner &owner, const LockRange &range);
  // Fills `found`, as F_GETLK does: F_UNLCK when nothing stands against it.
  int64_t find_conflict(const FileDescription &file, const RangeLock &wanted, struct flock &found);
  // operation: LOCK_SH, LOCK_EX or LOCK_UN.
  int64_t lock_file(Thread &thread, FileDescription &file, int operation, bool wait);

  // The process has closed a descriptor of the file, which is still open: its own locks on ranges of it are gone
  // (POSIX), whichever descriptor they were taken through.
  void closed(const Process &process, const FileDescription &file);
  void process_ended(const Process &process);

  // For a snapshot: every lock, and the same ones taken again, without waiting. 0 or minus an errno; -EAGAIN: somebody
  // outside has one that stands against it.
  struct HeldRange {
    FileIdentity file;
    RangeLock lock;
  };
  struct HeldFile {
    const FileDescription *file;
    int operation;  // LOCK_SH or LOCK_EX
  };
  std::vector<HeldRange> held_ranges();
  std::vector<HeldFile> held_files();
  int take_range(FileDescription &file, const RangeLock &lock);
  int take_file(FileDescription &file, int operation);

 private:
  struct Waiter {
    Thread *thread;
    FileIdentity file;
    RangeLock wanted;
    bool for_whole_file;
  };
  struct LockedFile {
    RangeLocks ranges;
    HostLocks host;
  };
  struct Token;  // what a description keeps of the locks that end with it

  // How soon a lock that somebody outside holds is tried again, ever less often: nothing says when it is free.
  static constexpr int64_t kFirstRetry = 1'000'000, kLastRetry = 50'000'000;

  // All with mutex_ held.
  int try_file(FileDescription &file, const FileIdentity &identity, int operation);
  void keep(FileDescription &file, const FileIdentity &identity);
  int try_range(FileDescription &file, const FileIdentity &identity, const RangeLock &wanted, bool &is_guests);
  bool would_deadlock(const FileIdentity &identity, const RangeLock &wanted) const;
  void release(const FileIdentity &identity, const LockOwner &owner, const LockRange &range);
  void wake_for_ranges(const FileIdentity &identity);
  void let_go(const FileIdentity &identity, const FileDescription *holder);

  void description_ended(const FileIdentity &identity, const FileDescription *file);
  // Without it: until the lock may be free, or the deadline. 0, or minus a Restart or errno.
  int64_t wait(std::unique_lock<std::mutex> &lock, Waiter waiter, int64_t deadline);

  std::mutex mutex_;
  std::map<FileIdentity, LockedFile> files_;
  std::atomic<size_t> range_count_{0};
  std::multimap<FileIdentity, HeldFile> holders_;  // of locks on whole files
  std::vector<const Waiter *> waiters_;
};

}  // namespace vmp_linux
#endif
