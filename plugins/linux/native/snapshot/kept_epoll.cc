#include "snapshot/kept_epoll.h"

#include "snapshot/file_restorer.h"

namespace vmp_linux {

int KeptEpoll::open(FileRestorer &, const KeptFile &, FileDescription &file) const {
  const int host = ::epoll_create1(EPOLL_CLOEXEC);
  if (host < 0) return -errno;
  file.host = host;
  file.special = std::make_shared<Epoll>(host);
  return 0;
}

// What was told of a ready file with EPOLLET is told once more, as epoll(7) allows.
int KeptEpoll::connect(FileRestorer &restorer, FileDescription &file) const {
  for (const auto &[index, kept] : interests_) {
    Epoll::Interest interest = kept;
    interest.file = restorer.file(index).get();
    if (const int error = file.special_as<Epoll>()->add(interest); error != 0) return error;
  }
  return 0;
}

}  // namespace vmp_linux
