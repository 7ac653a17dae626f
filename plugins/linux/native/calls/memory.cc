#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>

#include "calls/calls.h"
#include "files/memory_file.h"
#include "memory/growth.h"
#include "personality.h"

namespace vmp_linux::calls {
namespace {

// The values of asm-generic/mman-common.h, which riscv64 and x86-64 share.
static_assert(PROT_READ == VMP_PROTECTION_READ && PROT_WRITE == VMP_PROTECTION_WRITE &&
              PROT_EXEC == VMP_PROTECTION_EXECUTE);
constexpr uint64_t kProtections = PROT_READ | PROT_WRITE | PROT_EXEC;

constexpr int kLastAdvice = 25;  // MADV_COLLAPSE; behind it only the privileged injection of memory errors

bool is_aligned(uint64_t address) { return address % kPage == 0; }

bool is_zero_device(const struct stat &status) { return S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 5); }

// Whether this file may be mapped so: 0, or minus an errno. A device of zeros counts as no file.
int check_file(Thread &thread, int descriptor, uint64_t protection, bool shared, FileDescription *&file,
               struct stat &status) {
  file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || file->is_path()) return -EBADF;
  if (!file->readable()) return -EACCES;
  if (file->host < 0 || ::fstat(file->host, &status) != 0) return -ENODEV;
  if (is_zero_device(status)) return 0;
  if (!S_ISREG(status.st_mode)) return -ENODEV;
  return shared && (protection & PROT_WRITE) != 0 && !file->writable() ? -EACCES : 0;
}

// The file's bytes into pages that are mapped; what lies wholly behind its end becomes an area of SIGBUS.
int64_t fill_from_file(Process &process, uint64_t address, uint64_t size, uint64_t protection,
                       const FileDescription &file, uint64_t offset, uint64_t file_size) {
  const uint64_t available = file_size > offset ? std::min(size, file_size - offset) : 0;
  if (const int64_t got = process.map->fill(address, available, file.host, offset); got < 0) return got;
  const uint64_t whole = page_ceiling(available);
  if (protection == PROT_NONE && whole != 0) {
    if (const int error = process.map->protect(address, whole, PROT_NONE); error != 0) return error;
  }
  if (whole < size) process.map->map(address + whole, size - whole, 0, kBeyondFileArea);
  if ((protection & PROT_EXEC) != 0)
    process.memory().service()->invalidate_code(process.memory().space(), address, size);
  return 0;
}

// Where a mapping goes: an address, or minus an errno.
int64_t choose_address(const MemoryMap &map, uint64_t address, uint64_t size, uint64_t flags) {
  if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0) {
    if (!is_aligned(address)) return -EINVAL;
    if (!map.inside(address, size)) return -ENOMEM;
    if (address < kLowestAddress) return -EPERM;
    if ((flags & MAP_FIXED_NOREPLACE) != 0 && !map.is_free(address, size)) return -EEXIST;
    return static_cast<int64_t>(address);
  }
  address = page_ceiling(address);
  if (address >= kLowestAddress && map.inside(address, size) && address + size <= map.mapping_top() &&
      map.is_free(address, size)) {
    return static_cast<int64_t>(address);
  }
  const auto gap = map.gap(size);
  return gap ? static_cast<int64_t>(*gap) : -ENOMEM;
}

// A range of whole pages that is mapped: 0 or -ENOMEM or -EINVAL.
int check_mapped(Thread &thread, uint64_t address, uint64_t &size) {
  if (!is_aligned(address)) return -EINVAL;
  if (size > thread.process.map->end()) return -ENOMEM;
  size = page_ceiling(size);
  if (!thread.process.map->inside(address, size)) return -ENOMEM;
  return thread.process.map->is_mapped(address, size) ? 0 : -ENOMEM;
}

}  // namespace

int64_t brk(Thread &thread, uint64_t end) {
  MemoryMap &map = *thread.process.map;
  std::lock_guard lock(map.placing());
  const uint64_t old_end = map.heap_end();
  constexpr uint32_t kProtection = VMP_PROTECTION_READ | VMP_PROTECTION_WRITE;
  const uint64_t old_pages = page_ceiling(old_end);
  if (end > old_pages && end < map.end() &&
      check_growth(thread, old_pages, page_ceiling(end) - old_pages, kProtection, kHeapArea, true) != 0) {
    return static_cast<int64_t>(old_end);
  }
  return static_cast<int64_t>(map.set_heap_end(end));
}

int64_t mmap(Thread &thread, uint64_t address, uint64_t size, uint64_t protection, uint64_t flags, int descriptor,
             uint64_t offset) {
  MemoryMap &map = *thread.process.map;
  const uint64_t type = flags & MAP_TYPE;
  if (size == 0 || !is_aligned(offset) || (type != MAP_SHARED && type != MAP_PRIVATE && type != MAP_SHARED_VALIDATE)) {
    return -EINVAL;
  }
  if (size > map.end()) return -ENOMEM;
  size = page_ceiling(size);
  if (offset + size < offset) return -EOVERFLOW;
  protection &= kProtections;
  const bool shared = type != MAP_PRIVATE;
  FileDescription *file = nullptr;
  struct stat status {};
  if ((flags & MAP_ANONYMOUS) == 0) {
    if (const int error = check_file(thread, descriptor, protection, shared, file, status); error != 0) return error;
    if (is_zero_device(status)) file = nullptr;
  }
  std::lock_guard lock(map.placing());
  const int64_t chosen = choose_address(map, address, size, flags);
  if (chosen < 0) return chosen;
  address = static_cast<uint64_t>(chosen);
  const AreaTag tag = file != nullptr ? (shared ? kSharedFileArea : kFileArea)
                      : shared        ? kSharedAnonymousArea
                                      : kAnonymousArea;
  const bool is_reserved = tag == kAnonymousArea && (flags & MAP_NORESERVE) == 0;
  if (const int error = check_growth(thread, address, size, static_cast<uint32_t>(protection), tag, is_reserved);
      error != 0) {
    return error;
  }
  if (file != nullptr && shared) {
    const int error = map.map_file(address, size, static_cast<uint32_t>(protection), file->host, offset);
    if (error == 0 && file->special_as<MemoryFile>() != nullptr) map.note_memory_file();
    if (error == 0 && (protection & PROT_EXEC) != 0)
      map.memory().service()->invalidate_code(map.memory().space(), address, size);
    return error != 0 ? error : chosen;
  }
  // Pages without any protection hold nothing, so those of a file get theirs once they are filled.
  const uint64_t first = file != nullptr && protection == PROT_NONE ? PROT_READ : protection;
  if (const int error = map.map(address, size, static_cast<uint32_t>(first), tag); error != 0) return error;
  if (file != nullptr) {
    const int64_t error =
        fill_from_file(thread.process, address, size, protection, *file, offset, static_cast<uint64_t>(status.st_size));
    if (error != 0) {
      map.unmap(address, size);
      return error;
    }
  }
  return chosen;
}

int64_t munmap(Thread &thread, uint64_t address, uint64_t size) {
  MemoryMap &map = *thread.process.map;
  if (!is_aligned(address) || size == 0 || size > map.end() || !map.inside(address, page_ceiling(size))) return -EINVAL;
  std::lock_guard lock(map.placing());
  return map.unmap(address, page_ceiling(size));
}

int64_t mprotect(Thread &thread, uint64_t address, uint64_t size, uint64_t protection) {
  if (!is_aligned(address) || (protection & ~(kProtections | 8)) != 0) return -EINVAL;  // 8: PROT_SEM
  if (size == 0) return 0;
  std::lock_guard lock(thread.process.map->placing());
  if (const int error = check_mapped(thread, address, size); error != 0) return error;
  return thread.process.map->protect(address, size, static_cast<uint32_t>(protection & kProtections));
}

int64_t madvise(Thread &thread, uint64_t address, uint64_t size, int advice) {
  const bool is_known =
      (advice >= MADV_NORMAL && advice <= MADV_DONTNEED) || (advice >= MADV_FREE && advice <= kLastAdvice);
  if (!is_known) return -EINVAL;
  MemoryMap &map = *thread.process.map;
  std::lock_guard lock(map.placing());
  if (const int error = check_mapped(thread, address, size); error != 0) return error;
  if (advice != MADV_DONTNEED) return 0;
  for (const uint64_t end = address + size; address < end;) {
    const vmp_area area = *map.area_at(address);
    const uint64_t stop = std::min(end, area.address + area.size);
    const bool is_zeroed = area.tag == kAnonymousArea || area.tag == kHeapArea || area.tag == kStackArea;
    if (is_zeroed && area.protection != 0) {
      const int error = map.map(address, stop - address, area.protection, static_cast<AreaTag>(area.tag));
      if (error != 0) return error;
    }
    address = stop;
  }
  return 0;
}

int64_t msync(Thread &thread, uint64_t address, uint64_t size, int flags) {
  if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) != 0) return -EINVAL;
  return check_mapped(thread, address, size);
}

int64_t mincore(Thread &thread, uint64_t address, uint64_t size, Ptr vector) {
  if (const int error = check_mapped(thread, address, size); error != 0) return error;
  const std::vector<uint8_t> resident(size / kPage, 1);
  return thread.process.memory().write(vector, resident.data(), resident.size()) ? 0 : -EFAULT;
}

int64_t mlock(Thread &thread, uint64_t address, uint64_t size) {
  size += address % kPage;
  return check_mapped(thread, page_floor(address), size);
}

int64_t mlock2(Thread &thread, uint64_t address, uint64_t size, int) { return mlock(thread, address, size); }
int64_t munlock(Thread &thread, uint64_t address, uint64_t size) { return mlock(thread, address, size); }
int64_t mlockall(Thread &, int) { return 0; }
int64_t munlockall(Thread &) { return 0; }

int64_t riscv_flush_icache(Thread &thread, uint64_t start, uint64_t end, uint64_t flags) {
  constexpr uint64_t kLocal = 1;
  if ((flags & ~kLocal) != 0) return -EINVAL;
  const GuestMemory &memory = thread.process.memory();
  memory.service()->invalidate_code(memory.space(), start, end > start ? end - start : 0);
  return 0;
}

}  // namespace vmp_linux::calls
