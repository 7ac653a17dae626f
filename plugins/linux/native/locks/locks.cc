#include "locks/locks.h"

#include <algorithm>
#include <cerrno>
#include <set>

#include "personality.h"
#include "waiting.h"

namespace vmp_linux {
namespace {

constexpr size_t kMostRanges = 65536;  // of a machine: ENOLCK beyond

}  // namespace

int64_t Locks::wait(std::unique_lock<std::mutex> &lock, Waiter waiter, int64_t deadline) {
  waiters_.push_back(&waiter);
  lock.unlock();
  const int64_t result = wait_for_wake(*waiter.thread, deadline);
  lock.lock();
  std::erase(waiters_, &waiter);
  return result == -ETIMEDOUT ? 0 : result;
}

int Locks::try_range(FileDescription &file, const FileIdentity &identity, const RangeLock &wanted, bool &is_guests) {
  LockedFile &locked = files_[identity];
  is_guests = locked.ranges.has_conflict(wanted);
  const size_t before = locked.ranges.all().size();
  int error = is_guests ? -EAGAIN : 0;
  // A new lock within others makes two of one, and itself.
  if (error == 0 && range_count_.load(std::memory_order_relaxed) + 2 > kMostRanges) error = -ENOLCK;
  if (error == 0) error = locked.host.set(file, wanted, locked.ranges);
  if (error == 0) {
    locked.ranges.set(wanted);
    range_count_.fetch_add(locked.ranges.all().size() - before, std::memory_order_relaxed);
    if (wanted.owner.process == 0) keep(file, identity);
    wake_for_ranges(identity);  // it may have become one for reading only
  } else if (locked.ranges.all().empty()) {
    files_.erase(identity);
  }
  return error;
}

int64_t Locks::lock_range(Thread &thread, FileDescription &file, const RangeLock &wanted, bool waits) {
  const auto identity = identify(file.host);
  if (!identity) return -EBADF;
  std::unique_lock lock(mutex_);
  for (int64_t retry = kFirstRetry;; retry = std::min(retry * 2, kLastRetry)) {
    bool is_guests = false;
    const int error = try_range(file, *identity, wanted, is_guests);
    if (error != -EAGAIN || !waits) return error;
    if (is_guests && would_deadlock(*identity, wanted)) return -EDEADLK;
    const int64_t deadline = is_guests ? kForever : monotonic_nanoseconds() + retry;
    if (const int64_t ended = wait(lock, {&thread, *identity, wanted, false}, deadline); ended != 0) return ended;
  }
}

// Whether a process that stands against `wanted` waits, over however many others, for the one that wants it.
bool Locks::would_deadlock(const FileIdentity &identity, const RangeLock &wanted) const {
  if (wanted.owner.process == 0) return false;
  std::set<const void *> seen;
  std::vector<RangeLock> blockers = files_.at(identity).ranges.conflicts(wanted);
  while (!blockers.empty()) {
    const LockOwner owner = blockers.back().owner;
    blockers.pop_back();
    if (owner == wanted.owner) return true;
    if (!seen.insert(owner.identity).second) continue;
    for (const Waiter *waiter : waiters_) {
      if (waiter->for_whole_file || !(waiter->wanted.owner == owner)) continue;
      const auto found = files_.find(waiter->file);
      if (found == files_.end()) continue;
      const auto further = found->second.ranges.conflicts(waiter->wanted);
      blockers.insert(blockers.end(), further.begin(), further.end());
    }
  }
  return false;
}

void Locks::wake_for_ranges(const FileIdentity &identity) {
  const auto found = files_.find(identity);
  for (const Waiter *waiter : waiters_) {
    if (waiter->for_whole_file || waiter->file != identity) continue;
    if (found != files_.end() && found->second.ranges.has_conflict(waiter->wanted)) continue;
    waiter->thread->personality.services().machine->vcpu_interrupt(waiter->thread->vcpu);
  }
}

void Locks::release(const FileIdentity &identity, const LockOwner &owner, const LockRange &range) {
  const auto found = files_.find(identity);
  if (found == files_.end()) return;
  LockedFile &locked = found->second;
  const size_t before = locked.ranges.all().size();
  for (const LockRange &piece : locked.ranges.clear(owner, range)) locked.host.clear(piece);
  range_count_.fetch_add(locked.ranges.all().size() - before, std::memory_order_relaxed);
  if (locked.ranges.all().empty()) files_.erase(found);
  wake_for_ranges(identity);
}

int64_t Locks::unlock_range(FileDescription &file, const LockOwner &owner, const LockRange &range) {
  const auto identity = identify(file.host);
  if (!identity) return -EBADF;
  std::lock_guard lock(mutex_);
  release(*identity, owner, range);
  return 0;
}

int64_t Locks::find_conflict(const FileDescription &file, const RangeLock &wanted, struct flock &found) {
  const auto identity = identify(file.host);
  if (!identity) return -EBADF;
  found = {};
  std::lock_guard lock(mutex_);
  const auto locked = files_.find(*identity);
  std::vector<RangeLock> conflicts;
  if (locked != files_.end()) conflicts = locked->second.ranges.conflicts(wanted);
  if (!conflicts.empty()) {
    const RangeLock &first = conflicts.front();
    found.l_type = first.is_write ? F_WRLCK : F_RDLCK;
    found.l_whence = SEEK_SET;
    found.l_start = first.range.first;
    found.l_len = first.range.last == LockRange::kEnd ? 0 : first.range.last - first.range.first + 1;
    found.l_pid = first.owner.process != 0 ? static_cast<pid_t>(first.owner.process) : -1;
    return 0;
  }
  const HostLocks none;
  const HostLocks &host = locked != files_.end() ? locked->second.host : none;
  if (!host.find_conflict(file, wanted, found)) found.l_type = F_UNLCK;
  if (found.l_pid > 0) found.l_pid = 0;  // a process that the guest cannot see
  return 0;
}

void Locks::closed(const Process &process, const FileDescription &file) {
  if (range_count_.load(std::memory_order_relaxed) == 0) return;
  const auto identity = identify(file.host);
  if (!identity) return;
  std::lock_guard lock(mutex_);
  release(*identity, {&process, process.id}, {});
}

void Locks::process_ended(const Process &process) {
  if (range_count_.load(std::memory_order_relaxed) == 0) return;
  std::lock_guard lock(mutex_);
  const LockOwner owner = {&process, process.id};
  std::vector<FileIdentity> owned;
  for (const auto &[identity, locked] : files_) {
    if (locked.ranges.has_owner(owner)) owned.push_back(identity);
  }
  for (const FileIdentity &identity : owned) release(identity, owner, {});
}

}  // namespace vmp_linux
