#include "files/memory_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <limits>

#include "files/file_description.h"

namespace vmp_linux {

int MemoryFile::reserve(uint64_t end) {
  constexpr uint64_t kPageMask = VMP_PAGE_SIZE - 1;
  if (end > std::numeric_limits<int64_t>::max() - kPageMask) return -EFBIG;
  end = (end + kPageMask) & ~kPageMask;
  std::lock_guard lock(mutex_);
  if (end <= reserved_) return 0;
  const uint64_t more = end - reserved_;
  const uint64_t used = memory_->allocated + total_->fetch_add(more);
  if (used > memory_->size || more > memory_->size - used) {
    *total_ -= more;
    return -ENOSPC;
  }
  reserved_ = end;
  return 0;
}

int reserve_end(const FileDescription &file, uint64_t end) {
  MemoryFile *memory = file.special_as<MemoryFile>();
  return memory == nullptr ? 0 : memory->reserve(end);
}

int reserve_at(const FileDescription &file, uint64_t offset, uint64_t size) {
  return reserve_end(file, offset > std::numeric_limits<uint64_t>::max() - size ? ~uint64_t{0} : offset + size);
}

int reserve_next(const FileDescription &file, uint64_t size, bool appends) {
  if (file.special_as<MemoryFile>() == nullptr) return 0;
  struct stat status;
  const off_t at = !appends ? ::lseek(file.host, 0, SEEK_CUR) : ::fstat(file.host, &status) == 0 ? status.st_size : -1;
  return at < 0 ? -errno : reserve_at(file, static_cast<uint64_t>(at), size);
}

}  // namespace vmp_linux
