// What an open file is beyond its host descriptor, for the few that are more.
#ifndef VMP_LINUX_FILES_SPECIAL_FILE_H
#define VMP_LINUX_FILES_SPECIAL_FILE_H

#include <cstdint>

namespace vmp_linux {

class SpecialFile {
 public:
  enum class Kind : uint8_t { epoll, signals, memory };
  explicit SpecialFile(Kind of) : kind(of) {}
  SpecialFile(const SpecialFile &) = delete;
  SpecialFile &operator=(const SpecialFile &) = delete;
  virtual ~SpecialFile() = default;

  const Kind kind;
};

}  // namespace vmp_linux
#endif
