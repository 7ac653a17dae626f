// x86-64, as far as an engine for it will find it: numbers and layouts.
#include "architecture/architecture.h"

namespace vmp_linux {
namespace {

constexpr CallNumber kNumbers[] = {
#define NUMBER(number, name) {number, Call::name},
#include "architecture/x86_64_numbers.def"
#undef NUMBER
};

// arch/x86/include/uapi/asm/stat.h
constexpr StatLayout kStat = {.size = 144,
                              .device = {0, 8},
                              .inode = {8, 8},
                              .mode = {24, 4},
                              .links = {16, 8},
                              .user = {28, 4},
                              .group = {32, 4},
                              .special_device = {40, 8},
                              .bytes = {48, 8},
                              .block_size = {56, 8},
                              .blocks = {64, 8},
                              .access_seconds = {72, 8},
                              .access_nanoseconds = {80, 8},
                              .modify_seconds = {88, 8},
                              .modify_nanoseconds = {96, 8},
                              .change_seconds = {104, 8},
                              .change_nanoseconds = {112, 8}};

#if defined(__x86_64__)
constexpr bool is_at(StatLayout::Field field, size_t offset, size_t width) {
  return field.offset == offset && field.width == width;
}
#define IS_AT(field, member) is_at(kStat.field, offsetof(struct stat, member), sizeof(((struct stat *)nullptr)->member))
static_assert(kStat.size == sizeof(struct stat));
static_assert(IS_AT(device, st_dev) && IS_AT(inode, st_ino) && IS_AT(mode, st_mode) && IS_AT(links, st_nlink));
static_assert(IS_AT(user, st_uid) && IS_AT(group, st_gid) && IS_AT(special_device, st_rdev) && IS_AT(bytes, st_size));
static_assert(IS_AT(block_size, st_blksize) && IS_AT(blocks, st_blocks));
static_assert(IS_AT(access_seconds, st_atim.tv_sec) && IS_AT(access_nanoseconds, st_atim.tv_nsec));
static_assert(IS_AT(modify_seconds, st_mtim.tv_sec) && IS_AT(modify_nanoseconds, st_mtim.tv_nsec));
static_assert(IS_AT(change_seconds, st_ctim.tv_sec) && IS_AT(change_nanoseconds, st_ctim.tv_nsec));
#undef IS_AT
#endif

}  // namespace

const std::span<const CallNumber> kX86_64Calls = kNumbers;
const StatLayout kX86_64Stat = kStat;

}  // namespace vmp_linux
