// The only places that open paths of the host for a guest, and the rules of every mount: openat2(2) keeps each path
// below the directory that it starts in; no device nodes; none of the kernel's own file systems; nothing is written
// where a mount is read-only.
#ifndef VMP_LINUX_FILES_MOUNT_OPEN_H
#define VMP_LINUX_FILES_MOUNT_OPEN_H

#include <linux/openat2.h>
#include <sys/stat.h>

#include "files/mount_table.h"
#include "files/path.h"

namespace vmp_linux {

// A host descriptor, or minus an errno. resolve: RESOLVE_*; magic links are never followed. O_CLOEXEC is added.
int open_beneath(int base, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);

// As open_beneath with flags of open(2), for a directory of `mount`, and its rules. Fills status.
int open_in(const Mount &mount, int base, const char *path, int flags, mode_t mode, uint64_t resolve,
            struct stat &status);
// The file that was looked at, whose status this is, opened for good. A host descriptor, or minus an errno. mount: null
// for what lies in none (a pipe).
int open_seen(const Mount *mount, int seen, int flags, const struct stat &status);

// 0, or -EACCES for what a guest may not even see: the kernel's own file systems and the host's /dev.
int check_visible(const Mount &mount, int host, const struct stat &status);

// Where the host's kernel says that a descriptor's file lies. 0 or minus an errno.
int host_path(int host, char (&path)[kPathCapacity]);
// The path of a descriptor's file below the mount's root ("" for that itself, else with a slash before it). 0, or minus
// an errno: -ENOENT when it lies elsewhere or was removed.
int path_below(const Mount &mount, int host, std::string &path);

// A folder or file of the host as a mount. Null with *error set to an errno; EACCES: it is the kernel's own, or a
// device; EINVAL: neither folder nor file; ENOSYS: the host has no openat2.
std::unique_ptr<Mount> open_mount(const char *path, bool read_only, int *error);

}  // namespace vmp_linux
#endif
