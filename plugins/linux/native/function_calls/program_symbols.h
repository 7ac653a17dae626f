// The functions of the program that a process runs, by name. Processes that were forked share it.
#ifndef VMP_LINUX_FUNCTION_CALLS_PROGRAM_SYMBOLS_H
#define VMP_LINUX_FUNCTION_CALLS_PROGRAM_SYMBOLS_H

#include <vm_plugin.h>

#include <memory>
#include <mutex>

#include "elf_symbols.h"
#include "files/file_description.h"

namespace vmp_linux {

class ProgramSymbols {
 public:
  // bias: what was added to the file's addresses, modulo 2^64.
  ProgramSymbols(std::shared_ptr<FileDescription> executable, uint64_t bias)
      : executable_(std::move(executable)), bias_(bias) {}

  // Any thread. The guest address of a function. The file is read once, when the first is asked for. NOT_FOUND,
  // INVALID_ARGUMENT (no function, or several), UNSUPPORTED (an indirect one) or MALFORMED with `error` filled.
  vmp_status find(std::string_view name, uint64_t &address, vmp_error *error);

 private:
  vmp_status missing(std::string_view name, vmp_error *error) const;

  const std::shared_ptr<FileDescription> executable_;
  const uint64_t bias_;
  std::mutex mutex_;  // what follows
  bool is_read_ = false;
  std::optional<ElfRefusal> refusal_;
  ElfSymbols symbols_;
};

}  // namespace vmp_linux
#endif
