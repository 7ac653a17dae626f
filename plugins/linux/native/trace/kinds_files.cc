// Flags and modes of calls on files.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdio>

#include "trace/kinds.h"

namespace vmp_linux::trace {
namespace {

#define NAME(constant) \
  { static_cast<uint64_t>(constant), #constant }

// By number where the host's own may differ from the guests' (include/uapi/asm-generic/fcntl.h).
constexpr Name kOpenNames[] = {
    {0100, "O_CREAT"},          {0200, "O_EXCL"},         {0400, "O_NOCTTY"},       {01000, "O_TRUNC"},
    {02000, "O_APPEND"},        {04000, "O_NONBLOCK"},    {04010000, "O_SYNC"},     {04000000, "__O_SYNC"},
    {010000, "O_DSYNC"},        {040000, "O_DIRECT"},     {0100000, "O_LARGEFILE"}, {0400000, "O_NOFOLLOW"},
    {01000000, "O_NOATIME"},    {02000000, "O_CLOEXEC"},  {010000000, "O_PATH"},    {020200000, "O_TMPFILE"},
    {020000000, "__O_TMPFILE"}, {0200000, "O_DIRECTORY"}, {020000, "FASYNC"}};
constexpr Names kOpenFlags = {kOpenNames, "O_???"};
constexpr uint32_t kAccess = 3, kCreates = 020000100;  // O_ACCMODE, O_CREAT | __O_TMPFILE
constexpr const char *kAccessNames[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};

void print_open(Printer &to, unsigned index, const Names *) {
  print_open_flags(to, static_cast<uint32_t>(to.arguments[index]));
}
void print_open_mode(Printer &to, unsigned index, const Names *) {
  if ((to.arguments[index - 1] & kCreates) != 0) {
    print_permissions(to, static_cast<uint16_t>(to.arguments[index]));
  }
}

constexpr Name kAccessModeNames[] = {NAME(F_OK), NAME(R_OK), NAME(W_OK), NAME(X_OK)};
constexpr Names kAccessModes = {kAccessModeNames, "?_OK"};
constexpr Name kAccessFlagNames[] = {NAME(AT_SYMLINK_NOFOLLOW), NAME(AT_EACCESS), NAME(AT_EMPTY_PATH)};
constexpr Names kAccessFlags = {kAccessFlagNames, "AT_???"};
constexpr Name kAtFlagNames[] = {NAME(AT_SYMLINK_NOFOLLOW), NAME(AT_REMOVEDIR),  NAME(AT_SYMLINK_FOLLOW),
                                 NAME(AT_NO_AUTOMOUNT),     NAME(AT_EMPTY_PATH), NAME(AT_RECURSIVE)};
constexpr Name kSeeks[] = {NAME(SEEK_SET), NAME(SEEK_CUR), NAME(SEEK_END), NAME(SEEK_DATA), NAME(SEEK_HOLE)};
constexpr Name kRenameNames[] = {NAME(RENAME_NOREPLACE), NAME(RENAME_EXCHANGE), NAME(RENAME_WHITEOUT)};
constexpr Names kRenameFlags = {kRenameNames, "RENAME_??"};
constexpr Name kAllocateNames[] = {NAME(FALLOC_FL_KEEP_SIZE),     NAME(FALLOC_FL_PUNCH_HOLE),
                                   NAME(FALLOC_FL_NO_HIDE_STALE), NAME(FALLOC_FL_COLLAPSE_RANGE),
                                   NAME(FALLOC_FL_ZERO_RANGE),    NAME(FALLOC_FL_INSERT_RANGE),
                                   NAME(FALLOC_FL_UNSHARE_RANGE)};
constexpr Names kAllocateModes = {kAllocateNames, "FALLOC_FL_???"};
constexpr Name kAdviceNames[] = {NAME(POSIX_FADV_NORMAL),   NAME(POSIX_FADV_RANDOM),   NAME(POSIX_FADV_SEQUENTIAL),
                                 NAME(POSIX_FADV_WILLNEED), NAME(POSIX_FADV_DONTNEED), NAME(POSIX_FADV_NOREUSE)};
constexpr Names kAdvices = {kAdviceNames, "POSIX_FADV_???"};
constexpr Name kWriteNames[] = {
    {1, "RWF_HIPRI"}, {2, "RWF_DSYNC"}, {4, "RWF_SYNC"}, {8, "RWF_NOWAIT"}, {16, "RWF_APPEND"}};
constexpr Names kWriteFlags = {kWriteNames, "RWF_???"};
constexpr Name kCloseNames[] = {{2, "CLOSE_RANGE_UNSHARE"}, {4, "CLOSE_RANGE_CLOEXEC"}};
constexpr Names kCloseFlags = {kCloseNames, "CLOSE_RANGE_???"};
constexpr Name kLockNames[] = {{1, "LOCK_SH"},    {2, "LOCK_EX"},   {4, "LOCK_NB"},    {8, "LOCK_UN"},
                               {32, "LOCK_MAND"}, {192, "LOCK_RW"}, {64, "LOCK_READ"}, {128, "LOCK_WRITE"}};
constexpr Names kLocks = {kLockNames, "LOCK_???"};
constexpr Name kAttributeNames[] = {{1, "XATTR_CREATE"}, {2, "XATTR_REPLACE"}};
constexpr Names kAttributeFlags = {kAttributeNames, "XATTR_???"};
constexpr Name kMemoryFileNames[] = {{1, "MFD_CLOEXEC"}, {2, "MFD_ALLOW_SEALING"}, {4, "MFD_HUGETLB"}};
constexpr Names kMemoryFileFlags = {kMemoryFileNames, "MFD_???"};
constexpr Name kSyncNames[] = {
    {1, "SYNC_FILE_RANGE_WAIT_BEFORE"}, {2, "SYNC_FILE_RANGE_WRITE"}, {4, "SYNC_FILE_RANGE_WAIT_AFTER"}};
constexpr Names kSyncFlags = {kSyncNames, "SYNC_FILE_RANGE_???"};

void print_node_mode(Printer &to, unsigned index, const Names *) {
  print_file_mode(to, static_cast<uint16_t>(to.arguments[index]));
}
void print_node_device(Printer &to, unsigned index, const Names *) {
  const auto mode = static_cast<uint32_t>(to.arguments[index - 1]);
  if (!S_ISCHR(mode) && !S_ISBLK(mode)) return;
  const dev_t device = static_cast<uint32_t>(to.arguments[index]);
  to.format("makedev(%#x, %#x)", major(device), minor(device));
}
void print_close_on_exec(Printer &to, unsigned index, const Names *) {
  to.flags(kOpenFlags, static_cast<uint32_t>(to.arguments[index]));
}

}  // namespace

const Names kAtFlags = {kAtFlagNames, "AT_???"};
const Names kSeekNames = {kSeeks, "SEEK_???"};

std::string open_flags_text(uint32_t flags) {
  std::string text = kAccessNames[flags & kAccess];
  if ((flags & ~kAccess) != 0) {
    std::string rest = flags_text(kOpenFlags, flags & ~kAccess);
    text += '|' + rest.substr(0, rest.find(' '));  // a number needs no comment behind the access mode
  }
  return text;
}

void print_open_flags(Printer &to, uint32_t flags) { to.put(open_flags_text(flags)); }

namespace kinds {

const Kind open_flags = {print_open};
const Kind open_mode = {print_open_mode};
const Kind at_flags = {print_flags, &kAtFlags};
const Kind access_mode = {print_flags, &kAccessModes};
const Kind access_flags = {print_flags, &kAccessFlags};
const Kind node_mode = {print_node_mode};
const Kind node_device = {print_node_device};
const Kind whence = {print_symbol, &kSeekNames};
const Kind rename_flags = {print_flags, &kRenameFlags};
const Kind allocate_mode = {print_flags, &kAllocateModes};
const Kind file_advice = {print_symbol, &kAdvices};
const Kind write_flags = {print_flags, &kWriteFlags};
const Kind descriptor_flags = {print_close_on_exec};
const Kind close_range_flags = {print_flags, &kCloseFlags};
const Kind lock_operation = {print_flags, &kLocks};
const Kind attribute_flags = {print_flags, &kAttributeFlags};
const Kind memory_file_flags = {print_flags, &kMemoryFileFlags};
const Kind sync_flags = {print_flags, &kSyncFlags};

}  // namespace kinds
}  // namespace vmp_linux::trace
