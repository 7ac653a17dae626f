// What the guest's tree of files is put together from: trees and files of the host at mount points, and what is
// synthesized. Fixed once a run begins, so any thread may read it.
#ifndef VMP_LINUX_FILES_MOUNT_TABLE_H
#define VMP_LINUX_FILES_MOUNT_TABLE_H

#include <sys/stat.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "files/owned_descriptor.h"

namespace vmp_linux {

struct MountPoint;

// A folder or a single file of the host.
struct Mount {
  OwnedDescriptor root;  // O_PATH
  const MountPoint *point = nullptr;
  dev_t device = 0;
  ino_t inode = 0;
  bool is_directory = false;
  bool read_only = false;
  bool is_program = false;     // the run's own program, where there is no root
  bool holds_devices = false;  // the host's /dev lies below it

  bool is_root(const struct stat &status) const { return status.st_dev == device && status.st_ino == inode; }
};

// A path at which something is mounted, or above such a one. A guest can neither rename nor remove what lies there, so
// that the paths stay true.
struct MountPoint {
  std::string path;
  const MountPoint *parent = nullptr;  // null: "/"
  std::map<std::string, std::unique_ptr<MountPoint>, std::less<>> children;
  std::unique_ptr<Mount> mount;
  const char *synthesized = nullptr;  // the type of a synthesized file system
  bool is_listed = true;              // in its parent, even where nothing of that name is

  const MountPoint *child(std::string_view name) const {
    const auto found = children.find(name);
    return found == children.end() ? nullptr : found->second.get();
  }
};

class MountTable {
 public:
  MountTable() { root_.path = "/"; }
  MountTable(const MountTable &) = delete;
  MountTable &operator=(const MountTable &) = delete;

  const MountPoint &root() const { return root_; }
  // path: as normalize_path gives it. The point there, made where it was none; what was mounted there or below is gone.
  MountPoint &make(std::string_view path);
  // What makes a mount the one of a point.
  static void put(MountPoint &point, std::unique_ptr<Mount> mount);
  // The point at a path below `from`, which is relative and normalized; null where there is none.
  static const MountPoint *find(const MountPoint &from, std::string_view path);

 private:
  MountPoint root_;
};

}  // namespace vmp_linux
#endif
