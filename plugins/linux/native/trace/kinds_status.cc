// stat(2) in its forms.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <array>
#include <cstring>

#include "personality.h"
#include "trace/kinds.h"

namespace vmp_linux::trace {
namespace {

constexpr Name kTypeNames[] = {{0100000, "S_IFREG"}, {0140000, "S_IFSOCK"}, {0010000, "S_IFIFO"}, {0120000, "S_IFLNK"},
                               {0060000, "S_IFBLK"}, {0040000, "S_IFDIR"},  {0020000, "S_IFCHR"}};

uint64_t field(const uint8_t *bytes, StatLayout::Field at) {
  uint64_t value = 0;
  std::memcpy(&value, bytes + at.offset, at.width);
  return value;
}

void print_status(Printer &to, unsigned index, const Names *) {
  const StatLayout &layout = to.thread.personality.architecture().stat;
  std::array<uint8_t, kLargestStat> bytes;
  if (!to.fetch_bytes(to.arguments[index], bytes.data(), layout.size)) return;
  const auto mode = static_cast<uint32_t>(field(bytes.data(), layout.mode));
  to.put("{st_mode=");
  print_file_mode(to, mode);
  if (S_ISCHR(mode) || S_ISBLK(mode)) {
    const dev_t device = field(bytes.data(), layout.special_device);
    to.format(", st_rdev=makedev(%#x, %#x), ...}", major(device), minor(device));
  } else {
    to.put(", st_size=" + std::to_string(static_cast<int64_t>(field(bytes.data(), layout.bytes))) + ", ...}");
  }
}

constexpr Name kMaskNames[] = {{0xfff, "STATX_ALL"},      {0x7ff, "STATX_BASIC_STATS"}, {1, "STATX_TYPE"},
                               {2, "STATX_MODE"},         {4, "STATX_NLINK"},           {8, "STATX_UID"},
                               {0x10, "STATX_GID"},       {0x20, "STATX_ATIME"},        {0x40, "STATX_MTIME"},
                               {0x80, "STATX_CTIME"},     {0x100, "STATX_INO"},         {0x200, "STATX_SIZE"},
                               {0x400, "STATX_BLOCKS"},   {0x800, "STATX_BTIME"},       {0x1000, "STATX_MNT_ID"},
                               {0x2000, "STATX_DIOALIGN"}};
constexpr Names kMasks = {kMaskNames, "STATX_???"};
constexpr Name kAttributeNames[] = {
    {0x4, "STATX_ATTR_COMPRESSED"},    {0x10, "STATX_ATTR_IMMUTABLE"},  {0x20, "STATX_ATTR_APPEND"},
    {0x40, "STATX_ATTR_NODUMP"},       {0x800, "STATX_ATTR_ENCRYPTED"}, {0x1000, "STATX_ATTR_AUTOMOUNT"},
    {0x2000, "STATX_ATTR_MOUNT_ROOT"}, {0x100000, "STATX_ATTR_VERITY"}, {0x200000, "STATX_ATTR_DAX"}};
constexpr Names kAttributes = {kAttributeNames, "STATX_ATTR_???"};
constexpr Name kSyncNames[] = {{0, "AT_STATX_SYNC_AS_STAT"},
                               {0x2000, "AT_STATX_FORCE_SYNC"},
                               {0x4000, "AT_STATX_DONT_SYNC"},
                               {0x6000, "AT_STATX_SYNC_TYPE"}};
constexpr Names kSyncs = {kSyncNames, "AT_STATX_???"};
constexpr uint32_t kSyncType = 0x6000;

void print_statx_flags(Printer &to, unsigned index, const Names *) {
  const auto flags = static_cast<uint32_t>(to.arguments[index]);
  to.symbol(kSyncs, flags & kSyncType);
  if ((flags & ~kSyncType) == 0) return;
  to.put("|");
  to.flags(kAtFlags, flags & ~kSyncType);
}

void print_extended_status(Printer &to, unsigned index, const Names *) {
  struct statx status;
  if (!to.fetch(to.arguments[index], status)) return;
  to.put("{stx_mask=");
  to.flags(kMasks, status.stx_mask);
  to.put(", stx_attributes=");
  to.flags(kAttributes, status.stx_attributes);
  to.put(", stx_mode=");
  print_file_mode(to, status.stx_mode);
  to.put(", stx_size=" + std::to_string(status.stx_size) + ", ...}");
}

constexpr Name kMagicNames[] = {
    {0xef53, "EXT2_SUPER_MAGIC"},     {0x01021994, "TMPFS_MAGIC"},           {0x9fa0, "PROC_SUPER_MAGIC"},
    {0x62656572, "SYSFS_MAGIC"},      {0x794c7630, "OVERLAYFS_SUPER_MAGIC"}, {0x9123683e, "BTRFS_SUPER_MAGIC"},
    {0x58465342, "XFS_SUPER_MAGIC"},  {0x6969, "NFS_SUPER_MAGIC"},           {0x01021997, "V9FS_MAGIC"},
    {0x65735546, "FUSE_SUPER_MAGIC"}, {0x73717368, "SQUASHFS_MAGIC"},        {0x1cd1, "DEVPTS_SUPER_MAGIC"},
    {0x858458f6, "RAMFS_MAGIC"},      {0x50495045, "PIPEFS_MAGIC"},          {0x4d44, "MSDOS_SUPER_MAGIC"},
    {0xf2f52010, "F2FS_SUPER_MAGIC"}};
constexpr Names kMagics = {kMagicNames, "???_SUPER_MAGIC"};
constexpr Name kMountNames[] = {{0x20, "ST_VALID"},      {1, "ST_RDONLY"},          {2, "ST_NOSUID"},
                                {4, "ST_NODEV"},         {8, "ST_NOEXEC"},          {0x10, "ST_SYNCHRONOUS"},
                                {0x40, "ST_MANDLOCK"},   {0x400, "ST_NOATIME"},     {0x800, "ST_NODIRATIME"},
                                {0x1000, "ST_RELATIME"}, {0x2000, "ST_NOSYMFOLLOW"}};
constexpr Names kMountFlags = {kMountNames, "ST_???"};

void print_system_status(Printer &to, unsigned index, const Names *) {
  struct statfs status;  // alike on every 64-bit architecture
  if (!to.fetch(to.arguments[index], status)) return;
  to.put("{f_type=");
  to.symbol(kMagics, static_cast<uint64_t>(status.f_type));
  const auto number = [&to](const char *name, uint64_t value) {
    to.put(std::string(", ") + name + '=' + std::to_string(value));
  };
  number("f_bsize", static_cast<uint64_t>(status.f_bsize));
  number("f_blocks", status.f_blocks);
  number("f_bfree", status.f_bfree);
  number("f_bavail", status.f_bavail);
  number("f_files", status.f_files);
  number("f_ffree", status.f_ffree);
  to.format(", f_fsid={val=[%#x, %#x]}", static_cast<unsigned>(status.f_fsid.__val[0]),
            static_cast<unsigned>(status.f_fsid.__val[1]));
  number("f_namelen", static_cast<uint64_t>(status.f_namelen));
  number("f_frsize", static_cast<uint64_t>(status.f_frsize));
  to.put(", f_flags=");
  to.flags(kMountFlags, static_cast<uint64_t>(status.f_flags));
  to.put("}");
}

}  // namespace

void print_file_mode(Printer &to, uint32_t mode) {
  for (const Name &type : kTypeNames) {
    if ((mode & S_IFMT) == type.value) {
      to.put(type.name);
      to.put("|");
      mode &= ~S_IFMT;
      break;
    }
  }
  if ((mode & S_ISUID) != 0) to.put("S_ISUID|");
  if ((mode & S_ISGID) != 0) to.put("S_ISGID|");
  if ((mode & S_ISVTX) != 0) to.put("S_ISVTX|");
  print_permissions(to, mode & ~07000u);
}

namespace kinds {

const Kind file_status = {print_status, nullptr, When::leaving};
const Kind statx_flags = {print_statx_flags};
const Kind statx_mask = {print_flags, &kMasks};
const Kind extended_status = {print_extended_status, nullptr, When::leaving};
const Kind system_status = {print_system_status, nullptr, When::leaving};

}  // namespace kinds
}  // namespace vmp_linux::trace
