// The functions that an ELF file's symbol table names: trusts nothing of the file.
// System V gABI chapter 4, "Sections" and "Symbol Table".
#ifndef VMP_LINUX_ELF_SYMBOLS_H
#define VMP_LINUX_ELF_SYMBOLS_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "elf_file.h"

namespace vmp_linux {

class ElfSymbols {
 public:
  struct Function {
    uint64_t address;    // before the load bias
    uint8_t binding;     // STB_*
    bool is_indirect;    // STT_GNU_IFUNC: its code answers which function it is
    bool is_ambiguous;   // several local ones have the name
    bool is_a_function;  // else a variable, or another symbol with an address
  };

  // Reads .symtab, or .dynsym where there is no other, of the file open as `file`. A file without either has no
  // symbols and is no failure.
  static std::optional<ElfRefusal> read(int file, ElfSymbols &symbols);

  const Function *find(std::string_view name) const;
  bool is_empty() const { return functions_.empty(); }
  // What `name` may be meant to be: the name that C++ gave it, or the function with the most similar name. Empty when
  // nothing is near.
  std::string_view nearest(std::string_view name) const;

 private:
  void add(std::string_view name, const Function &function);

  std::vector<char> strings_;
  std::map<std::string_view, Function> functions_;  // names are in strings_
};

}  // namespace vmp_linux
#endif
