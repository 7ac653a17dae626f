#include "files/epoll.h"

#include <algorithm>
#include <limits>

namespace vmp_linux {
namespace {

// Every registration of every machine: an interest list and a description that end at the same moment on two threads
// must not miss each other, and neither is where calls spend their time.
std::mutex registrations_mutex;

constexpr int kLowest = std::numeric_limits<int>::min();

}  // namespace

Epoll::~Epoll() {
  std::lock_guard lock(registrations_mutex);
  for (auto &[key, registration] : registrations_) {
    auto &watchers = key.first->watchers;
    watchers.erase(std::ranges::find(watchers, this));
  }
}

bool Epoll::uses_own_descriptor(const FileDescription &file) const {
  auto entry = registrations_.lower_bound({const_cast<FileDescription *>(&file), kLowest});
  for (; entry != registrations_.end() && entry->first.first == &file; ++entry) {
    if (!entry->second.duplicate) return true;
  }
  return false;
}

int Epoll::add(int descriptor, FileDescription &file, epoll_event event) {
  std::lock_guard lock(registrations_mutex);
  const Key key = {&file, descriptor};
  if (registrations_.contains(key)) return -EEXIST;
  Registration registration;
  if (uses_own_descriptor(file)) {
    registration.duplicate = OwnedDescriptor(::fcntl(file.host, F_DUPFD_CLOEXEC, 3));
    if (!registration.duplicate) return -errno;
  }
  if (::epoll_ctl(host_, EPOLL_CTL_ADD, registration.host(file), &event) != 0) return -errno;
  registrations_.emplace(key, std::move(registration));
  file.watchers.push_back(this);
  file.is_watched = true;
  return 0;
}

int Epoll::modify(int descriptor, FileDescription &file, epoll_event event) {
  std::lock_guard lock(registrations_mutex);
  const auto entry = registrations_.find({&file, descriptor});
  if (entry == registrations_.end()) return -ENOENT;
  return errno_or(::epoll_ctl(host_, EPOLL_CTL_MOD, entry->second.host(file), &event));
}

int Epoll::remove(int descriptor, FileDescription &file) {
  std::lock_guard lock(registrations_mutex);
  const auto entry = registrations_.find({&file, descriptor});
  if (entry == registrations_.end()) return -ENOENT;
  ::epoll_ctl(host_, EPOLL_CTL_DEL, entry->second.host(file), nullptr);
  registrations_.erase(entry);
  file.watchers.erase(std::ranges::find(file.watchers, this));
  return 0;
}

void Epoll::forget(FileDescription &file) {
  std::lock_guard lock(registrations_mutex);
  for (Epoll *epoll : file.watchers) {
    const auto entry = epoll->registrations_.lower_bound({&file, kLowest});
    ::epoll_ctl(epoll->host_, EPOLL_CTL_DEL, entry->second.host(file), nullptr);
    epoll->registrations_.erase(entry);
  }
  file.watchers.clear();
}

}  // namespace vmp_linux
