// mmap(2) and what belongs to it.
#include <sys/mman.h>

#include "trace/kinds.h"

namespace vmp_linux::trace {
namespace {

// include/uapi/asm-generic/mman-common.h and mman.h
constexpr Name kProtectionNames[] = {{0, "PROT_NONE"},           {1, "PROT_READ"}, {2, "PROT_WRITE"},
                                     {4, "PROT_EXEC"},           {8, "PROT_SEM"},  {0x1000000, "PROT_GROWSDOWN"},
                                     {0x2000000, "PROT_GROWSUP"}};
constexpr Names kProtections = {kProtectionNames, "PROT_???"};
constexpr Name kMapNames[] = {{1, "MAP_SHARED"},
                              {2, "MAP_PRIVATE"},
                              {3, "MAP_SHARED_VALIDATE"},
                              {0x10, "MAP_FIXED"},
                              {0x20, "MAP_ANONYMOUS"},
                              {0x40, "MAP_32BIT"},
                              {0x4000, "MAP_NORESERVE"},
                              {0x8000, "MAP_POPULATE"},
                              {0x10000, "MAP_NONBLOCK"},
                              {0x100, "MAP_GROWSDOWN"},
                              {0x800, "MAP_DENYWRITE"},
                              {0x1000, "MAP_EXECUTABLE"},
                              {0, "MAP_FILE"},
                              {0x2000, "MAP_LOCKED"},
                              {0x20000, "MAP_STACK"},
                              {0x40000, "MAP_HUGETLB"},
                              {0x80000, "MAP_SYNC"},
                              {0x4000000, "MAP_UNINITIALIZED"},
                              {0x100000, "MAP_FIXED_NOREPLACE"}};
constexpr Names kMapFlags = {kMapNames, "MAP_???"};
constexpr Name kAdviceNames[] = {{0, "MADV_NORMAL"},           {1, "MADV_RANDOM"},         {2, "MADV_SEQUENTIAL"},
                                 {3, "MADV_WILLNEED"},         {4, "MADV_DONTNEED"},       {8, "MADV_FREE"},
                                 {9, "MADV_REMOVE"},           {10, "MADV_DONTFORK"},      {11, "MADV_DOFORK"},
                                 {12, "MADV_MERGEABLE"},       {13, "MADV_UNMERGEABLE"},   {14, "MADV_HUGEPAGE"},
                                 {15, "MADV_NOHUGEPAGE"},      {16, "MADV_DONTDUMP"},      {17, "MADV_DODUMP"},
                                 {18, "MADV_WIPEONFORK"},      {19, "MADV_KEEPONFORK"},    {20, "MADV_COLD"},
                                 {21, "MADV_PAGEOUT"},         {22, "MADV_POPULATE_READ"}, {23, "MADV_POPULATE_WRITE"},
                                 {24, "MADV_DONTNEED_LOCKED"}, {25, "MADV_COLLAPSE"},      {100, "MADV_HWPOISON"},
                                 {101, "MADV_SOFT_OFFLINE"}};
constexpr Names kAdvices = {kAdviceNames, "MADV_???"};
constexpr Name kRemapNames[] = {{1, "MREMAP_MAYMOVE"}, {2, "MREMAP_FIXED"}, {4, "MREMAP_DONTUNMAP"}};
constexpr Names kRemapFlags = {kRemapNames, "MREMAP_???"};
constexpr Name kSyncNames[] = {{4, "MS_SYNC"}, {1, "MS_ASYNC"}, {2, "MS_INVALIDATE"}};
constexpr Names kSyncModes = {kSyncNames, "MS_???"};
constexpr Name kLockNames[] = {{1, "MLOCK_ONFAULT"}};
constexpr Names kLockFlags = {kLockNames, "MLOCK_???"};
constexpr Name kLockAllNames[] = {{1, "MCL_CURRENT"}, {2, "MCL_FUTURE"}, {4, "MCL_ONFAULT"}};
constexpr Names kLockAllFlags = {kLockAllNames, "MCL_???"};
constexpr Name kFlushNames[] = {{1, "SYS_RISCV_FLUSH_ICACHE_LOCAL"}};
constexpr Names kFlushFlags = {kFlushNames, "SYS_RISCV_FLUSH_ICACHE_???"};

constexpr uint64_t kRemapWithAddress = MREMAP_FIXED | 4;  // MREMAP_DONTUNMAP

void print_remap_address(Printer &to, unsigned index, const Names *) {
  if ((to.arguments[index - 1] & kRemapWithAddress) != 0) to.address(to.arguments[index]);
}

// mincore's answer: a byte a page, the lowest bit tells.
void print_residency(Printer &to, unsigned index, const Names *) {
  constexpr uint64_t kPageSize = 4096;
  const uint64_t pages = (to.arguments[1] + kPageSize - 1) / kPageSize;
  to.array<uint8_t>(to.arguments[index], pages, [&to](uint8_t page) { to.put((page & 1) != 0 ? "1" : "0"); });
}

}  // namespace

namespace kinds {

const Kind protection = {print_flags, &kProtections};
const Kind map_flags = {print_flags, &kMapFlags};
const Kind advice = {print_symbol, &kAdvices};
const Kind remap_flags = {print_flags, &kRemapFlags};
const Kind remap_address = {print_remap_address};
const Kind sync_mode = {print_flags, &kSyncModes};
const Kind lock_flags = {print_flags, &kLockFlags};
const Kind lock_all_flags = {print_flags, &kLockAllFlags};
const Kind flush_flags = {print_flags, &kFlushFlags};
const Kind residency = {print_residency, nullptr, When::leaving};

}  // namespace kinds
}  // namespace vmp_linux::trace
