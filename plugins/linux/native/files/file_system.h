// The guest's file system, one for each run: what the user granted at its mount points, and what is synthesized. All
// that a guest names is found here; mount_open.h has the rules by which files of the host are opened.
#ifndef VMP_LINUX_FILES_FILE_SYSTEM_H
#define VMP_LINUX_FILES_FILE_SYSTEM_H

#include <vm_plugin/os_personality.h>

#include <memory>
#include <string>

#include "files/path_walk.h"
#include "services.h"
#include "settings.h"

namespace vmp_linux {

// The directory that holds a path's last name, for calls that make or remove names.
struct Parent {
  Directory directory;
  std::string name;  // with any slashes behind it; may be "." or ".."
};

class FileSystem {
 public:
  FileSystem() : mounts_(std::make_shared<MountTable>()) {}
  // With the mounts of another, which are fixed by then.
  explicit FileSystem(std::shared_ptr<MountTable> mounts) : mounts_(std::move(mounts)) {}

  // [control] Of a run. The root is the request's, else the settings'; then come the request's mounts in order, each
  // hiding what the guest had at and below its path. Links on the way to a mount point are followed once, here; what is
  // missing there need not exist. Without a root there is an empty "/" with the program where the guest says it is.
  // ROOT_NOT_FOUND, ROOT_NOT_A_DIRECTORY, ROOT_DENIED, BIND_NOT_FOUND, BIND_DENIED, BIND_INVALID, OPENAT2_MISSING.
  vmp_status open(const Settings &settings, const vmp_spawn &request, vmp_error *error);
  // [control] The settings' root alone, if there is one: so that a machine with a wrong one is refused at once.
  vmp_status open_root(const Settings &settings, vmp_error *error);

  bool has_root() const { return mounts_->root().mount != nullptr; }
  const MountTable &mounts() const { return *mounts_; }
  const std::shared_ptr<MountTable> &share_mounts() const { return mounts_; }

  // The next three run on the thread of `process`. directory: AT_FDCWD or a descriptor of the guest, where a relative
  // path starts; path: not empty. 0 or minus an errno.
  // flags and mode: as open(2) on the host, without O_CREAT. Where a mount is read-only what would write is refused.
  int find(Process &process, int directory, std::string_view path, int flags, mode_t mode, Found &found) const;
  int find_parent(Process &process, int directory, std::string_view path, Parent &parent) const;
  // With O_CREAT. is_new: the file did not exist, and mode was used as the host's umask left it.
  int make(Process &process, int directory, std::string_view path, int flags, mode_t mode, Found &found,
           bool &is_new) const;

  // What was found as guests' descriptors share it; it is no synthesized file but perhaps such a directory.
  static std::shared_ptr<FileDescription> describe(Found found);
  // A directory as a working directory: 0, or minus an errno with its path (as find's).
  int open_directory(Process &process, std::string_view path, std::shared_ptr<FileDescription> &directory) const;
  // "/" as one.
  std::shared_ptr<FileDescription> open_root_directory() const;

  // The guest's path of an open directory or file of its tree. 0 or minus an errno; -ENOENT when it has none (more).
  int path_of(const FileDescription &file, std::string &path) const;
  // Lists what is mounted: /proc/PID/mounts, or with `full` /proc/PID/mountinfo.
  std::string mounts_text(bool full) const;
  // Writes back what was written below the mounts that may be written.
  void sync() const;

  // The host's device of that path, which is one of VirtualKind::device. A host descriptor, or minus an errno.
  static int open_device(const std::string &path, int flags);

 private:
  vmp_status mount_root(const std::string &path, bool read_only, vmp_error *error);
  void mount_program(const vmp_spawn &request);
  vmp_status mount_bind(const vmp_mount &request, vmp_error *error);
  void mount_synthesized();
  // The path without links, as far as it exists. 0, or -ENOTDIR when a file is in the way, or -ELOOP.
  int canonical_path(std::string_view path, std::string &canonical) const;
  // Where a relative path starts. 0 or minus an errno.
  int start(const Process &process, int directory, std::string_view path, Directory &start) const;

  std::shared_ptr<MountTable> mounts_;
};

}  // namespace vmp_linux
#endif
