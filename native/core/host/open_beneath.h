// Opening a file below a folder of the host, as if that folder were the root of the file system.
#pragma once

#include <string>

namespace vmp {

// A read-only descriptor of `path`, resolved with `root` as "/" (links and ".." included); an empty root is the host's
// own. -1 with errno set. The caller closes it.
int open_beneath(const std::string &root, const std::string &path);

}  // namespace vmp
