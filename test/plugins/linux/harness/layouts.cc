// The tables of x86-64, which no engine uses yet: encode_stat gives what this host's own struct stat holds, and every
// number is its host's. Ends with 0 when that is so.
#include <sys/syscall.h>

#include <cstdio>
#include <cstring>

#include "architecture/architecture.h"

using vmp_linux::Call;

namespace {

struct Known {
  long number;
  Call call;
};
constexpr Known kKnown[] = {{SYS_read, Call::read},         {SYS_openat, Call::openat},
                            {SYS_mmap, Call::mmap},         {SYS_newfstatat, Call::newfstatat},
                            {SYS_pselect6, Call::pselect6}, {SYS_faccessat2, Call::faccessat2}};

bool check_stat(const char *path) {
  struct stat status {};
  if (::stat(path, &status) != 0) return false;
  uint8_t bytes[vmp_linux::kLargestStat];
  std::memset(bytes, 0xff, sizeof bytes);
  vmp_linux::encode_stat(vmp_linux::kX86_64.stat, status, bytes);
  if (vmp_linux::kX86_64.stat.size == sizeof status && std::memcmp(bytes, &status, sizeof status) == 0) return true;
  std::printf("the layout of %s differs\n", path);
  return false;
}

bool check_number(const Known &known) {
  for (const auto &entry : vmp_linux::kX86_64.calls) {
    if (entry.number == known.number) return entry.call == known.call;
  }
  std::printf("%ld is missing\n", known.number);
  return false;
}

}  // namespace

int main() {
  bool good = check_stat("/") && check_stat("/dev/null") && check_stat("/proc/self/exe");
  for (const Known &known : kKnown) good = check_number(known) && good;
  return good ? 0 : 1;
}
