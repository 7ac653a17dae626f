// memfd_create(2): a file of the host's memory. It counts against the memory of its run, by the size that it may have.
#ifndef VMP_LINUX_FILES_MEMORY_FILE_H
#define VMP_LINUX_FILES_MEMORY_FILE_H

#include <vm_plugin/machine.h>

#include <atomic>
#include <memory>
#include <mutex>

#include "files/special_file.h"

namespace vmp_linux {

struct FileDescription;

class MemoryFile final : public SpecialFile {
 public:
  static constexpr Kind kKind = Kind::memory;
  using Total = std::shared_ptr<std::atomic<uint64_t>>;  // bytes of every such file of the run

  MemoryFile(const vmp_guest_memory *memory, Total total)
      : SpecialFile(kKind), memory_(memory), total_(std::move(total)) {}
  ~MemoryFile() override { *total_ -= reserved_; }

  // Any thread. Room up to `end`: 0 or -ENOSPC.
  int reserve(uint64_t end);
  uint64_t reserved() {
    std::lock_guard lock(mutex_);
    return reserved_;
  }

 private:
  const vmp_guest_memory *const memory_;
  const Total total_;
  std::mutex mutex_;
  uint64_t reserved_ = 0;
};

// Before something is written to a file: 0 or -ENOSPC. Other files have their room from the host.
int reserve_end(const FileDescription &file, uint64_t end);
int reserve_at(const FileDescription &file, uint64_t offset, uint64_t size);
// At its position, or at its end.
int reserve_next(const FileDescription &file, uint64_t size, bool appends);

}  // namespace vmp_linux
#endif
