#include "calls/anonymous_file.h"

#include <sys/resource.h>

namespace vmp_linux {

int64_t open_anonymous(Thread &thread, OwnedDescriptor host, Waiting waiting, uint32_t flags, bool close_on_exec,
                       std::shared_ptr<SpecialFile> special) {
  if (!host) return host.get();
  auto file = std::make_shared<FileDescription>();
  file->host = host.release();
  file->waiting = waiting;
  file->is_frozen = true;  // the host's kernel has one inode for all files of such a kind
  file->flags = flags;
  file->special = std::move(special);
  Process &process = thread.process;
  return process.add_descriptor(std::move(file), close_on_exec);
}

}  // namespace vmp_linux
