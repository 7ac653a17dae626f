#include "elf_symbols.h"

#include <elf.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "loader.h"

namespace vmp_linux {
namespace {

// What the host spends on a file's word, in bytes.
constexpr uint64_t kLargestTable = uint64_t{16} << 20;
constexpr size_t kLongestName = 256;

ElfRefusal refuse(const char *code, const char *what, unsigned long long size, unsigned long long offset) {
  ElfRefusal refusal{code, {}};
  std::snprintf(refusal.message, sizeof refusal.message, "%s (0x%llx bytes at offset 0x%llx)", what, size, offset);
  return refusal;
}

// `count` entries at `offset`.
template <typename Entry>
std::optional<ElfRefusal> read_table(int file, uint64_t offset, uint64_t count, const char *name,
                                     std::vector<Entry> &table) {
  const uint64_t size = count * sizeof(Entry);
  if (count > kLargestTable / sizeof(Entry)) return refuse("ELF_TABLE_TOO_LARGE", name, size, offset);
  struct stat status;
  if (::fstat(file, &status) != 0) return refuse("PROGRAM_UNREADABLE", std::strerror(errno), size, offset);
  const auto file_size = static_cast<uint64_t>(status.st_size);
  if (offset > file_size || size > file_size - offset) return refuse("ELF_TRUNCATED", name, size, offset);
  table.resize(count);
  const int64_t got = read_at(file, table.data(), size, offset);
  if (got < 0) return refuse("PROGRAM_UNREADABLE", std::strerror(static_cast<int>(-got)), size, offset);
  if (got != static_cast<int64_t>(size)) return refuse("ELF_TRUNCATED", name, size, offset);
  return std::nullopt;
}

// Levenshtein's, or `limit` when it is that or more.
size_t distance(std::string_view left, std::string_view right, size_t limit) {
  if (std::max(left.size(), right.size()) - std::min(left.size(), right.size()) >= limit) return limit;
  std::vector<size_t> row(right.size() + 1);
  for (size_t i = 0; i <= right.size(); ++i) row[i] = i;
  for (size_t i = 1; i <= left.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= right.size(); ++j) {
      const size_t replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return std::min(row[right.size()], limit);
}

}  // namespace

std::optional<ElfRefusal> ElfSymbols::read(int file, ElfSymbols &symbols) {
  std::vector<Elf64_Ehdr> header;
  if (auto refusal = read_table(file, 0, 1, "the ELF header", header)) return refusal;
  const Elf64_Ehdr &from = header.front();
  // The file may be another one than was loaded.
  if (std::memcmp(from.e_ident, ELFMAG, SELFMAG) != 0 || from.e_ident[EI_CLASS] != ELFCLASS64)
    return refuse("ELF_NOT_ELF", "the file is no 64-bit ELF file any more", sizeof from, 0);
  if (from.e_shoff == 0 || from.e_shnum == 0) return std::nullopt;
  if (from.e_shentsize != sizeof(Elf64_Shdr))
    return refuse("ELF_BAD_HEADER", "section headers of another size", from.e_shentsize, from.e_shoff);
  std::vector<Elf64_Shdr> sections;
  if (auto refusal = read_table(file, from.e_shoff, from.e_shnum, "the section headers", sections)) return refusal;

  const auto is_of = [](uint32_t type) {
    return [type](const Elf64_Shdr &section) { return section.sh_type == type; };
  };
  auto table = std::ranges::find_if(sections, is_of(SHT_SYMTAB));
  if (table == sections.end()) table = std::ranges::find_if(sections, is_of(SHT_DYNSYM));
  if (table == sections.end()) return std::nullopt;
  if (table->sh_entsize != sizeof(Elf64_Sym) || table->sh_link >= sections.size() ||
      sections[table->sh_link].sh_type != SHT_STRTAB)
    return refuse("ELF_BAD_HEADER", "a symbol table without its strings", table->sh_size, table->sh_offset);
  const Elf64_Shdr &names = sections[table->sh_link];
  std::vector<Elf64_Sym> entries;
  const uint64_t count = table->sh_size / sizeof(Elf64_Sym);
  if (auto refusal = read_table(file, table->sh_offset, count, "the symbol table", entries)) return refusal;
  if (auto refusal = read_table(file, names.sh_offset, names.sh_size, "the symbols' names", symbols.strings_))
    return refusal;
  if (symbols.strings_.empty() || symbols.strings_.back() != '\0') symbols.strings_.push_back('\0');
  for (const Elf64_Sym &entry : entries) {
    const unsigned type = ELF64_ST_TYPE(entry.st_info);
    const bool is_function = type == STT_FUNC || type == STT_GNU_IFUNC;
    if (entry.st_shndx == SHN_UNDEF || entry.st_name >= symbols.strings_.size()) continue;
    if (!is_function && type != STT_OBJECT && type != STT_NOTYPE) continue;
    const char *const start =
        symbols.strings_.data() + entry.st_name;  // a name ends at the table's last byte or before
    const std::string_view name(start, ::strnlen(start, kLongestName));
    if (name.empty() || name.size() == kLongestName) continue;
    symbols.add(name, {entry.st_value, static_cast<uint8_t>(ELF64_ST_BIND(entry.st_info)), type == STT_GNU_IFUNC, false,
                       is_function});
  }
  return std::nullopt;
}

// A global one hides a weak one, and that the local ones, which may be several.
void ElfSymbols::add(std::string_view name, const Function &function) {
  const auto [found, is_new] = functions_.emplace(name, function);
  if (is_new) return;
  const auto rank = [](const Function &one) {
    const int visible = one.binding == STB_LOCAL ? 0 : one.binding == STB_WEAK ? 1 : 2;
    return (one.is_a_function ? 4 : 0) + visible;
  };
  Function &known = found->second;
  if (rank(function) > rank(known)) {
    known = function;
  } else if (rank(function) == rank(known) && function.address != known.address) {
    known.is_ambiguous = true;
  }
}

const ElfSymbols::Function *ElfSymbols::find(std::string_view name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : &found->second;
}

std::string_view ElfSymbols::nearest(std::string_view name) const {
  constexpr size_t kLongest = 64;       // of a name that is compared
  constexpr size_t kCompared = 20'000;  // names, so that it takes a moment only
  if (name.size() > kLongest) return {};
  const std::string in_cpp = "_Z" + std::to_string(name.size()) + std::string(name);
  size_t best = std::min<size_t>(name.size() / 3 + 1, 4);
  std::string_view found;
  size_t compared = 0;
  for (const auto &[other, function] : functions_) {
    if (!function.is_a_function) continue;
    if (++compared > kCompared) break;
    if (other.starts_with(in_cpp)) return other;
    const size_t apart = distance(name, other, best);
    if (apart >= best) continue;
    best = apart;
    found = other;
  }
  return found;
}

}  // namespace vmp_linux
