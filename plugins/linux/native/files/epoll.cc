#include "files/epoll.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <string>

#include "files/descriptor_information.h"

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
  return insert(descriptor, file, event, false);
}

int Epoll::add(const Interest &interest) {
  return insert(interest.descriptor, *interest.file, interest.event, interest.is_spent);
}

// The host's list tells of errors even where no event is asked for, so what is spent is not in it at first.
int Epoll::insert(int descriptor, FileDescription &file, epoll_event event, bool is_spent) {
  std::lock_guard lock(registrations_mutex);
  const Key key = {&file, descriptor};
  if (registrations_.contains(key)) return -EEXIST;
  Registration registration;
  if (uses_own_descriptor(file)) {
    registration.duplicate = OwnedDescriptor(::fcntl(file.host, F_DUPFD_CLOEXEC, 3));
    if (!registration.duplicate) return -errno;
  }
  if (!is_spent && ::epoll_ctl(host_, EPOLL_CTL_ADD, registration.host(file), &event) != 0) return -errno;
  registrations_.emplace(key, std::move(registration));
  file.watchers.push_back(this);
  file.is_watched = true;
  return 0;
}

int Epoll::modify(int descriptor, FileDescription &file, epoll_event event) {
  std::lock_guard lock(registrations_mutex);
  const auto entry = registrations_.find({&file, descriptor});
  if (entry == registrations_.end()) return -ENOENT;
  const int host = entry->second.host(file);
  if (::epoll_ctl(host_, EPOLL_CTL_MOD, host, &event) == 0) return 0;
  return errno == ENOENT ? errno_or(::epoll_ctl(host_, EPOLL_CTL_ADD, host, &event)) : -errno;
}

// What the host's list holds is told by the kernel alone (proc(5), /proc/PID/fdinfo).
int Epoll::list(std::vector<Interest> &interests) const {
  std::string text;
  if (const int error = read_descriptor_information(host_, text); error != 0) return error;
  std::map<int, epoll_event> events;
  for (size_t at = text.find("tfd:"); at != std::string::npos; at = text.find("tfd:", at + 1)) {
    int host;
    unsigned mask;
    unsigned long long data;
    if (std::sscanf(text.c_str() + at, "tfd: %d events: %x data: %llx", &host, &mask, &data) != 3) return -EIO;
    events[host] = {mask, {.u64 = data}};
  }
  constexpr uint32_t kBehaviour = EPOLLONESHOT | EPOLLET | EPOLLEXCLUSIVE | EPOLLWAKEUP;
  std::lock_guard lock(registrations_mutex);
  for (const auto &[key, registration] : registrations_) {
    const auto found = events.find(registration.host(*key.first));
    Interest interest = {key.first, key.second, {EPOLLONESHOT, {}}, true};
    if (found != events.end()) {
      interest.event = found->second;
      interest.is_spent = (interest.event.events & EPOLLONESHOT) != 0 && (interest.event.events & ~kBehaviour) == 0;
    }
    interests.push_back(interest);
  }
  return 0;
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
