// The guest's file system: the host folder that the user granted, and the synthesized files. The only place that opens
// host paths for a guest: openat2(2) keeps every one below the root, but for the few devices that are synthesized.
#ifndef VMP_LINUX_FILES_FILE_SYSTEM_H
#define VMP_LINUX_FILES_FILE_SYSTEM_H

#include <fcntl.h>
#include <sys/stat.h>

#include <optional>
#include <string>

#include "files/owned_descriptor.h"
#include "files/virtual_files.h"
#include "services.h"
#include "settings.h"

namespace vmp_linux {

// What a guest's path names: a synthesized file, or a host path below the root, or nothing.
struct Place {
  std::optional<VirtualFile> file;
  int base = -1;  // where the path starts on the host; -1: nowhere
  bool from_root = false;
  const char *path = nullptr;  // borrowed
};

// The directory that holds a path's last component, for calls that make or remove names.
struct ParentPlace {
  int directory = -1;
  const char *name = nullptr;  // borrowed
  OwnedDescriptor owned;
};

class FileSystem {
 public:
  // Opens the root, if there is one. ROOT_NOT_FOUND, ROOT_NOT_A_DIRECTORY, ROOT_DENIED, OPENAT2_MISSING.
  vmp_status open_root(const Settings &settings, vmp_error *error);

  bool has_root() const { return static_cast<bool>(root_); }
  bool read_only() const { return read_only_; }

  // directory: AT_FDCWD or a descriptor of the guest; path: terminated, not empty. 0 or minus an errno.
  int locate(Process &process, int directory, const char *path, Place &place) const;
  // The synthesized file to which a place leads that `open` did not find or refused: by links, or by ".." from where it
  // starts. Links in the middle of a path do not count.
  std::optional<VirtualFile> find_linked(Process &process, const Place &place) const;
  // A host descriptor, or minus an errno. flags and mode: as open(2) on the host; O_CLOEXEC is added. Device nodes and
  // the kernel's own file systems are refused (EACCES).
  int open(const Place &place, int flags, mode_t mode, struct stat &status) const;
  // The file of a descriptor that `open` gave, opened once more. As `open`; O_NOFOLLOW says only that it is no link.
  int reopen(int host, int flags, mode_t mode, struct stat &status) const;
  // 0 or minus an errno; -EROFS where nothing can be made.
  int open_parent(const Place &place, ParentPlace &parent) const;
  // The guest's path of a host directory below the root. 0 or minus an errno.
  int path_of(int host, std::string &path) const;
  // An open file below the root, or a folder that is synthesized, as a guest's descriptors share it.
  std::shared_ptr<FileDescription> describe(OwnedDescriptor host, const struct stat &status) const;
  static std::shared_ptr<FileDescription> describe_virtual_directory(std::string path);
  // The host's device of that path, which is one of VirtualKind::device. A host descriptor, or minus an errno.
  static int open_device(const std::string &path, int flags);
  // The root, open for reading; -1 without one.
  int open_root_file() const { return root_ ? ::openat(root_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1; }
  // The root as a working directory.
  std::shared_ptr<FileDescription> open_root_directory() const;

 private:
  int resolve(const Place &place, uint64_t flags, uint64_t mode) const;
  // Where opening a device may already do something to it: the file that was looked at is the one that is opened.
  int resolve_beside_devices(const Place &place, int flags, mode_t mode) const;
  bool is_forbidden(int host, const struct stat &status) const;

  OwnedDescriptor root_;
  dev_t root_device_ = 0;
  ino_t root_inode_ = 0;
  dev_t devices_device_ = 0;    // of the host's /dev, when it is a file system of its own
  bool has_own_dev_ = false;    // below the root, a folder /dev that is not the host's
  bool holds_devices_ = false;  // below the root, the host's /dev
  bool read_only_ = false;
};

}  // namespace vmp_linux
#endif
