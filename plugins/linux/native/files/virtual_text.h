// How the synthesized texts are put together.
#ifndef VMP_LINUX_FILES_VIRTUAL_TEXT_H
#define VMP_LINUX_FILES_VIRTUAL_TEXT_H

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <string>

namespace vmp_linux {

inline constexpr uint64_t kNanosecondsPerTick = 10'000'000;  // USER_HZ is 100

// At most 511 bytes: strings of any length are appended with +=.
[[gnu::format(printf, 2, 3)]] inline void append(std::string &text, const char *format, ...) {
  char line[512];
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  text += line;
}

// For %llu.
inline unsigned long long number(uint64_t value) { return value; }

}  // namespace vmp_linux
#endif
