// epoll(7): a new interest list with the same registrations, of the new descriptions.
#ifndef VMP_LINUX_SNAPSHOT_KEPT_EPOLL_H
#define VMP_LINUX_SNAPSHOT_KEPT_EPOLL_H

#include "files/epoll.h"
#include "snapshot/kept_file.h"

namespace vmp_linux {

class KeptEpoll final : public KeptContents {
 public:
  // file: the watched description's place in SnapshotState::files.
  void add(size_t file, const Epoll::Interest &interest) { interests_.emplace_back(file, interest); }

  int open(FileRestorer &restorer, const KeptFile &kept, FileDescription &file) const override;
  int connect(FileRestorer &restorer, FileDescription &file) const override;

 private:
  std::vector<std::pair<size_t, Epoll::Interest>> interests_;  // without their `file`
};

}  // namespace vmp_linux
#endif
