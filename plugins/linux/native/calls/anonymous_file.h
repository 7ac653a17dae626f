// Files without a name: what eventfd(2) and its like open.
#ifndef VMP_LINUX_CALLS_ANONYMOUS_FILE_H
#define VMP_LINUX_CALLS_ANONYMOUS_FILE_H

#include "files/owned_descriptor.h"
#include "process.h"

namespace vmp_linux {

// Opens one as a new descriptor of the guest: on a host descriptor of its own, whose read and write never wait
// (Waiting::never: which have nothing to wait for). flags: as F_GETFL answers. The descriptor, or minus an errno, which
// a failed `host` holds.
int64_t open_anonymous(Thread &thread, OwnedDescriptor host, Waiting waiting, uint32_t flags, bool close_on_exec,
                       std::shared_ptr<SpecialFile> special = nullptr);

}  // namespace vmp_linux
#endif
