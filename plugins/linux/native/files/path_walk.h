// A path of the guest, followed through mounts and what is synthesized: path_resolution(7). The host's kernel follows
// what lies in one mount with no mount point on the way; every other name is looked at one by one.
#ifndef VMP_LINUX_FILES_PATH_WALK_H
#define VMP_LINUX_FILES_PATH_WALK_H

#include <sys/stat.h>

#include <optional>
#include <string>

#include "files/mount_table.h"
#include "files/virtual_files.h"

namespace vmp_linux {

// A directory of the guest's tree.
struct Directory {
  const Mount *mount = nullptr;       // null: synthesized
  const MountPoint *point = nullptr;  // when it is one
  int host = -1;                      // of the mount; `owned`, or somebody else's
  std::string path;                   // of a synthesized one
  OwnedDescriptor owned;
};

// What a path leads to: a file of a mount, or a synthesized one.
struct Found {
  OwnedDescriptor host;
  struct stat status {};  // of the host's
  const Mount *mount = nullptr;
  const MountPoint *point = nullptr;  // of a directory
  std::optional<VirtualFile> file;
};

class Walk {
 public:
  // process: whose /proc/self is meant; null: /proc and /dev hold nothing. path: not empty.
  Walk(const MountTable &mounts, Process *process, Directory start, std::string_view path);

  // 0 or minus an errno. flags and mode: as open(2) on the host, without O_CREAT; a link at the end is followed unless
  // they have O_NOFOLLOW.
  int find(int flags, mode_t mode, Found &found);
  // Stops at the directory of the path's last name, which may have slashes behind it; "." for "/" and the like.
  // 0 or minus an errno.
  int find_parent(std::string &name);

  // After find_parent.
  const Directory &directory() const { return here_; }
  Directory take_directory() { return std::move(here_); }
  // Goes on as if the last name were a link to `target`. 0 or -ELOOP.
  int follow(std::string_view target);

 private:
  struct Name {
    std::string_view text;
    bool is_last;   // nothing but slashes behind it
    bool is_plain;  // and not even those
  };
  enum class Step { next, done };

  Name peek() const;
  void skip_slashes();
  bool is_above_mounts() const { return here_.point != nullptr && !here_.point->children.empty(); }
  bool has_parent_names(const char *path) const;

  // The host's kernel follows the rest of the path, or `path` of it. False: it cannot.
  bool leap(const char *path, int flags, mode_t mode, Found &found, int &result) const;
  int step(int flags, Found &found, Step &next);
  int step_up();
  int step_on_host(const Name &name, int flags, Found &found, Step &next);
  int step_synthesized(const Name &name, int flags, Found &found, Step &next);
  int pass_magic_link(const VirtualFile &link, const Name &name, Found &found, Step &next);
  int finish(int flags, mode_t mode, Found &found) const;
  // To the directory at a mount point or above one.
  int enter(const MountPoint &point);
  int enter_description(const FileDescription &directory);
  void enter_synthesized(std::string path, const MountPoint *point);
  // Replaces the name at the front by what its link holds.
  int replace(const Name &name, std::string_view target);

  const MountTable &mounts_;
  Process *process_;
  Directory here_;
  std::string path_;
  size_t at_ = 0;
  int links_ = 0;
};

// The directory that a description of it is; nothing when it is not one of the guest's tree. Borrows its descriptor.
std::optional<Directory> directory_of(const MountTable &mounts, const FileDescription &description);

}  // namespace vmp_linux
#endif
