// epoll(7): an interest list is the host's own, with one registration of the host's for each of the guest's.
#ifndef VMP_LINUX_FILES_EPOLL_H
#define VMP_LINUX_FILES_EPOLL_H

#include <sys/epoll.h>

#include <map>
#include <utility>
#include <vector>

#include "files/file_description.h"
#include "files/owned_descriptor.h"

namespace vmp_linux {

class Epoll final : public SpecialFile {
 public:
  static constexpr Kind kKind = Kind::epoll;

  // host: of its description, which is borrowed for as long as this lives.
  explicit Epoll(int host) : SpecialFile(kKind), host_(host) {}
  ~Epoll() override;

  // Any thread. A registration is known by the guest's descriptor and its description together, as in Linux. 0 or minus
  // an errno of epoll_ctl(2).
  int add(int descriptor, FileDescription &file, epoll_event event);
  int modify(int descriptor, FileDescription &file, epoll_event event);
  int remove(int descriptor, FileDescription &file);

  // A registration as a snapshot has it. `file` is alive as long as the interest list has it.
  struct Interest {
    FileDescription *file;
    int descriptor;
    epoll_event event;
    bool is_spent;  // by EPOLLONESHOT: nothing is told of it until it is modified
  };
  // 0 or minus an errno.
  int list(std::vector<Interest> &interests) const;
  int add(const Interest &interest);

  // The end of a description: it leaves every interest list, though a host descriptor may live on elsewhere.
  static void forget(FileDescription &file);

 private:
  // What the host knows the registration by: the description's host descriptor for the first of its descriptors, a
  // duplicate for every other.
  using Key = std::pair<FileDescription *, int>;
  struct Registration {
    OwnedDescriptor duplicate;
    int host(const FileDescription &file) const { return duplicate ? duplicate.get() : file.host; }
  };
  bool uses_own_descriptor(const FileDescription &file) const;
  int insert(int descriptor, FileDescription &file, epoll_event event, bool is_spent);

  const int host_;
  std::map<Key, Registration> registrations_;
};

}  // namespace vmp_linux
#endif
