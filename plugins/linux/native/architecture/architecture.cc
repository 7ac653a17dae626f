#include "architecture/architecture.h"

#include <cstring>

namespace vmp_linux {

const Architecture *find_architecture(uint32_t id) {
  for (const Architecture *one : {&kRiscv64, &kX86_64}) {
    if (one->id == id) return one;
  }
  return nullptr;
}

void encode_stat(const StatLayout &layout, const struct stat &from, uint8_t *to) {
  std::memset(to, 0, layout.size);
  const auto put = [to](StatLayout::Field field, uint64_t value) {
    std::memcpy(to + field.offset, &value, field.width);
  };
  put(layout.device, from.st_dev);
  put(layout.inode, from.st_ino);
  put(layout.mode, from.st_mode);
  put(layout.links, from.st_nlink);
  put(layout.user, from.st_uid);
  put(layout.group, from.st_gid);
  put(layout.special_device, from.st_rdev);
  put(layout.bytes, static_cast<uint64_t>(from.st_size));
  put(layout.block_size, static_cast<uint64_t>(from.st_blksize));
  put(layout.blocks, static_cast<uint64_t>(from.st_blocks));
  put(layout.access_seconds, static_cast<uint64_t>(from.st_atim.tv_sec));
  put(layout.access_nanoseconds, static_cast<uint64_t>(from.st_atim.tv_nsec));
  put(layout.modify_seconds, static_cast<uint64_t>(from.st_mtim.tv_sec));
  put(layout.modify_nanoseconds, static_cast<uint64_t>(from.st_mtim.tv_nsec));
  put(layout.change_seconds, static_cast<uint64_t>(from.st_ctim.tv_sec));
  put(layout.change_nanoseconds, static_cast<uint64_t>(from.st_ctim.tv_nsec));
}

}  // namespace vmp_linux
