// A process's descriptors. Used by the threads of one process only, of which there is one so far: a table that threads
// share will need a lock in every method and a counted reference from find.
#ifndef VMP_LINUX_FILES_DESCRIPTOR_TABLE_H
#define VMP_LINUX_FILES_DESCRIPTOR_TABLE_H

#include <cerrno>
#include <memory>
#include <vector>

#include "files/file_description.h"

namespace vmp_linux {

class DescriptorTable {
 public:
  // Null when `descriptor` is not open. Valid until it is closed.
  FileDescription *find(int descriptor) const {
    const auto index = static_cast<uint32_t>(descriptor);
    return index < slots_.size() ? slots_[index].file.get() : nullptr;
  }
  std::shared_ptr<FileDescription> share(int descriptor) const {
    const auto index = static_cast<uint32_t>(descriptor);
    return index < slots_.size() ? slots_[index].file : nullptr;
  }

  // The lowest free descriptor from `lowest` on, or -EMFILE at `limit` (RLIMIT_NOFILE).
  int add(std::shared_ptr<FileDescription> file, bool close_on_exec, uint64_t limit, int lowest = 0);
  // In place of whatever `descriptor` was; it is below the limit.
  void put(int descriptor, std::shared_ptr<FileDescription> file, bool close_on_exec);
  // 0 or -EBADF.
  int close(int descriptor);
  void close_all();
  void close_range(uint32_t first, uint32_t last);
  // What execve(2) does.
  void close_marked();

  bool close_on_exec(int descriptor) const { return slots_[static_cast<uint32_t>(descriptor)].close_on_exec; }
  void set_close_on_exec(int descriptor, bool value) {
    slots_[static_cast<uint32_t>(descriptor)].close_on_exec = value;
  }
  int size() const { return static_cast<int>(slots_.size()); }  // one above the greatest that may be open

 private:
  struct Slot {
    std::shared_ptr<FileDescription> file;
    bool close_on_exec = false;
  };
  void release(size_t index);

  std::vector<Slot> slots_;
  size_t lowest_free_ = 0;  // none below it is free
};

}  // namespace vmp_linux
#endif
