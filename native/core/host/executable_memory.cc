#include "core/host/executable_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace vmp {
namespace {

constexpr size_t size = 65536;  // a multiple of every page size in use
constexpr int answer = 42;
constexpr int wrong_answer = EFAULT;

#if defined(__x86_64__)
constexpr uint8_t code[] = {0xb8, answer, 0, 0, 0, 0xc3};  // mov eax, 42; ret
#elif defined(__aarch64__)
constexpr uint32_t code[] = {0x52800000 | answer << 5, 0xd65f03c0};  // mov w0, 42; ret
#else
constexpr uint8_t code[] = {0};
#endif
#if defined(__x86_64__) || defined(__aarch64__)
constexpr bool is_known = true;
#else
constexpr bool is_known = false;
#endif

int call(void *at) {
  if (!is_known) return 0;
  char *begin = static_cast<char *>(at);
  __builtin___clear_cache(begin, begin + sizeof code);
  return reinterpret_cast<int (*)()>(at)() == answer ? 0 : wrong_answer;
}

int write_then_execute() {
  void *memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return errno;
  std::memcpy(memory, code, sizeof code);
  if (mprotect(memory, size, PROT_READ | PROT_EXEC) != 0) return errno;
  return call(memory);
}

int write_and_execute() {
  void *memory = mmap(nullptr, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return errno;
  std::memcpy(memory, code, sizeof code);
  return call(memory);
}

int two_mappings() {
  const int file = memfd_create("probe", MFD_CLOEXEC);
  if (file < 0 || ftruncate(file, size) != 0) return errno;
  void *writable = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (writable == MAP_FAILED) return errno;
  void *executable = mmap(nullptr, size, PROT_READ | PROT_EXEC, MAP_SHARED, file, 0);
  if (executable == MAP_FAILED) return errno;
  std::memcpy(writable, code, sizeof code);
  return call(executable);
}

}  // namespace

ExecutableMemory probe_executable_memory() {
  return {probe_in_child(write_then_execute), probe_in_child(write_and_execute), probe_in_child(two_mappings),
          is_known};
}

}  // namespace vmp
