// flock(2), and what ends with an open file description.
#include <sys/file.h>

#include <algorithm>
#include <cerrno>

#include "errno_or.h"
#include "locks/locks.h"
#include "personality.h"
#include "waiting.h"

namespace vmp_linux {

// A description's member, so that it goes when the host's descriptor has been closed.
struct Locks::Token {
  Token(Locks &its_locks, const FileIdentity &of, const FileDescription *its_file)
      : locks(its_locks), identity(of), file(its_file) {}
  Token(const Token &) = delete;
  Token &operator=(const Token &) = delete;
  ~Token() { locks.description_ended(identity, file); }

  Locks &locks;
  const FileIdentity identity;
  const FileDescription *const file;
};

void Locks::keep(FileDescription &file, const FileIdentity &identity) {
  if (file.locks == nullptr) file.locks = std::make_shared<Token>(*this, identity, &file);
}

void Locks::description_ended(const FileIdentity &identity, const FileDescription *file) {
  std::lock_guard lock(mutex_);
  release(identity, {file, 0}, {});
  let_go(identity, file);
}

// The description has no lock on the whole file any longer, or a weaker one: those that wait try again.
void Locks::let_go(const FileIdentity &identity, const FileDescription *holder) {
  const auto [first, end] = holders_.equal_range(identity);
  const auto found = std::find_if(first, end, [&](const auto &entry) { return entry.second.file == holder; });
  if (found == end) return;
  holders_.erase(found);
  for (const Waiter *waiter : waiters_) {
    if (!waiter->for_whole_file || waiter->file != identity) continue;
    waiter->thread->personality.services().machine->vcpu_interrupt(waiter->thread->vcpu);
  }
}

int Locks::try_file(FileDescription &file, const FileIdentity &identity, int operation) {
  const int error = errno_or(::flock(file.host, operation | LOCK_NB));
  // Where it fails to turn one lock into another, the first one is lost.
  let_go(identity, &file);
  if (error == 0 && operation != LOCK_UN) {
    keep(file, identity);
    holders_.emplace(identity, HeldFile{&file, operation});
  }
  return error;
}

int64_t Locks::lock_file(Thread &thread, FileDescription &file, int operation, bool waits) {
  const auto identity = identify(file.host);
  if (!identity) return -EBADF;
  std::unique_lock lock(mutex_);
  for (int64_t retry = kFirstRetry;; retry = std::min(retry * 2, kLastRetry)) {
    const int error = try_file(file, *identity, operation);
    if (error != -EWOULDBLOCK || !waits) return error;
    const auto [first, end] = holders_.equal_range(*identity);
    const int64_t deadline = first != end ? kForever : monotonic_nanoseconds() + retry;
    if (const int64_t ended = wait(lock, {&thread, *identity, {}, true}, deadline); ended != 0) return ended;
  }
}

}  // namespace vmp_linux
