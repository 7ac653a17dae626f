#include "core/machine/user_mode/vdso_image.h"

#include <elf.h>

#include <cstring>

#include "core/machine/user_mode/vdso_text.h"

namespace vmp {
namespace {

constexpr std::string_view version = "LINUX_2.6", library = "linux-vdso.so.1";
constexpr size_t symbols = std::tuple_size_v<decltype(VdsoText::functions)> + 1;  // with the null one
constexpr uint64_t code_alignment = 64;

// One after the other in the page, in this order (System V ABI, chapters 4 and 5; the versions: LSB, "Symbol
// Versioning").
struct Head {
  Elf64_Ehdr header;
  Elf64_Phdr segments[2];
  Elf64_Sym symbols[vmp::symbols];
  uint32_t hash[2 + 1 + vmp::symbols];  // one bucket: numbers of buckets and chains, the bucket, the chains
  Elf64_Half versions[vmp::symbols];
  Elf64_Verdef definitions[2];  // of the file, of the version; each with its name
  Elf64_Verdaux definition_names[2];
  Elf64_Dyn dynamic[10];
  char strings[160];
};

uint32_t hash_of(std::string_view name) {  // the ABI's function
  uint32_t hash = 0;
  for (const char letter : name) {
    hash = (hash << 4) + static_cast<uint8_t>(letter);
    const uint32_t high = hash & 0xf0000000;
    hash = (hash ^ high >> 24) & ~high;
  }
  return hash;
}

class Strings {
 public:
  explicit Strings(std::span<char> room) : room_(room) {}
  uint32_t add(std::string_view text) {
    const uint32_t at = used_;
    std::memcpy(room_.data() + at, text.data(), text.size());
    used_ += static_cast<uint32_t>(text.size()) + 1;
    return at;
  }
  uint32_t size() const { return used_; }

 private:
  std::span<char> room_;
  uint32_t used_ = 1;  // behind the empty one
};

void write_header(Head &head, size_t file_size) {
  Elf64_Ehdr &header = head.header;
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_DYN;
  header.e_machine = EM_X86_64;
  header.e_version = EV_CURRENT;
  header.e_phoff = offsetof(Head, segments);
  header.e_ehsize = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 2;
  header.e_shentsize = sizeof(Elf64_Shdr);
  head.segments[0] = {PT_LOAD, PF_R | PF_X, 0, 0, 0, file_size, file_size, 4096};
  constexpr uint64_t at = offsetof(Head, dynamic);
  head.segments[1] = {PT_DYNAMIC, PF_R, at, at, at, sizeof head.dynamic, sizeof head.dynamic, 8};
}

void write_versions(Head &head, Strings &strings) {
  const std::string_view names[] = {library, version};
  for (int i = 0; i < 2; ++i) {
    Elf64_Verdef &definition = head.definitions[i];
    definition.vd_version = VER_DEF_CURRENT;
    definition.vd_flags = i == 0 ? VER_FLG_BASE : 0;
    definition.vd_ndx = static_cast<Elf64_Half>(i + 1);
    definition.vd_cnt = 1;
    definition.vd_hash = hash_of(names[i]);
    definition.vd_aux = static_cast<Elf64_Word>(offsetof(Head, definition_names) + i * sizeof(Elf64_Verdaux) -
                                                offsetof(Head, definitions) - i * sizeof(Elf64_Verdef));
    definition.vd_next = i == 0 ? sizeof definition : 0;
    head.definition_names[i] = {strings.add(names[i]), 0};
  }
}

}  // namespace

bool write_vdso(std::span<uint8_t> page) {
  const VdsoText text = vdso_text();
  constexpr uint64_t code_at = (sizeof(Head) + code_alignment - 1) / code_alignment * code_alignment;
  if (text.code.empty() || code_at + text.code.size() > page.size()) return false;
  Head &head = *new (page.data()) Head{};
  write_header(head, code_at + text.code.size());
  Strings strings(head.strings);
  write_versions(head, strings);
  head.hash[0] = 1;
  head.hash[1] = symbols;
  head.hash[2] = 1;  // the bucket's first; each chains to the next
  for (size_t i = 1; i < symbols; ++i) {
    const VdsoText::Function &function = text.functions[i - 1];
    head.symbols[i] = {
        strings.add(function.name), ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), STV_DEFAULT, 1, code_at + function.offset, 0};
    head.hash[3 + i] = i + 1 < symbols ? static_cast<uint32_t>(i + 1) : 0;
    head.versions[i] = 2;
  }
  const Elf64_Dyn dynamic[] = {{DT_SONAME, {head.definition_names[0].vda_name}},
                               {DT_HASH, {offsetof(Head, hash)}},
                               {DT_STRTAB, {offsetof(Head, strings)}},
                               {DT_SYMTAB, {offsetof(Head, symbols)}},
                               {DT_STRSZ, {strings.size()}},
                               {DT_SYMENT, {sizeof(Elf64_Sym)}},
                               {DT_VERSYM, {offsetof(Head, versions)}},
                               {DT_VERDEF, {offsetof(Head, definitions)}},
                               {DT_VERDEFNUM, {2}},
                               {DT_NULL, {0}}};
  static_assert(sizeof dynamic == sizeof head.dynamic);
  std::memcpy(head.dynamic, dynamic, sizeof dynamic);
  std::memcpy(page.data() + code_at, text.code.data(), text.code.size());
  return true;
}

}  // namespace vmp
