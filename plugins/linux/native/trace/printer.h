// The text of one call as it comes about: values of the guest in the form that strace(1) gives them.
#ifndef VMP_LINUX_TRACE_PRINTER_H
#define VMP_LINUX_TRACE_PRINTER_H

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vmp_linux {
struct Thread;
class GuestMemory;
}  // namespace vmp_linux

namespace vmp_linux::trace {

struct Name {
  uint64_t value;
  const char *name;
};
// In the order in which flags are tried. `unknown` is said beside a value that has no name ("SEEK_???").
struct Names {
  std::span<const Name> entries;
  const char *unknown;
};

inline constexpr uint64_t kLongestText = 32;     // bytes of a string or buffer that are shown
inline constexpr uint64_t kMostElements = 32;    // of an array
inline constexpr int64_t kGreatestError = 4095;  // of what a call answers
// What an interrupted call answers inside of Linux: ERESTARTSYS to ERESTART_RESTARTBLOCK (include/linux/errno.h).
inline constexpr int64_t kFirstRestart = 512, kLastRestart = 516;

class Printer {
 public:
  Printer(const Thread &traced, const uint64_t *registers, std::string &line)
      : thread(traced), arguments(registers), text(line) {}

  const Thread &thread;
  const uint64_t *const arguments;
  std::string &text;
  std::string note;      // after the result, in parentheses
  bool leaving = false;  // the next is known
  int64_t result = 0;

  bool failed() const { return leaving && result < 0 && result >= -kGreatestError; }
  const GuestMemory &memory() const;

  void put(std::string_view piece) { text += piece; }
  [[gnu::format(printf, 2, 3)]] void format(const char *pattern, ...);
  void address(uint64_t value);
  void symbol(const Names &names, uint64_t value);
  void flags(const Names &names, uint64_t value);
  void quoted(std::string_view bytes);  // all of them
  void shortened(std::string_view bytes, bool more);

  // The bytes at an address of the guest; where they cannot be read, or the call failed, the address. A string is
  // followed up to its terminator.
  void buffer(uint64_t at, uint64_t size);
  void string(uint64_t at, uint64_t longest = kLongestText);
  // The value at an address, else false with the address put.
  template <typename T>
  bool fetch(uint64_t at, T &value) {
    return fetch_bytes(at, &value, sizeof value);
  }
  bool fetch_bytes(uint64_t at, void *to, uint64_t size);

  // [a, b, ...]: `print` is given each element, as it is in memory.
  template <typename T, typename Print>
  void array(uint64_t at, uint64_t count, Print print) {
    if (at == 0 || failed_output()) return address(at);
    if (count == 0) return put("[]");
    for (uint64_t i = 0; i < count; ++i) {
      T element;
      if (i == kMostElements) {
        put(", ...");
        break;
      }
      const uint64_t from = at + i * sizeof(T);
      if (!read(from, &element, sizeof element)) {
        if (i == 0) return address(at);
        format(", ... /* %#llx */", static_cast<unsigned long long>(from));
        break;
      }
      put(i == 0 ? "[" : ", ");
      print(element);
    }
    put("]");
  }

  bool read(uint64_t at, void *to, uint64_t size) const;
  // What is told by memory that the call should have written is nothing when it failed.
  bool output = false;
  bool failed_output() const { return output && failed(); }
};

// The text alone, for notes.
std::string flags_text(const Names &names, uint64_t value);

}  // namespace vmp_linux::trace
#endif
