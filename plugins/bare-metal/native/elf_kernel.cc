#include "elf_kernel.h"

#include <elf.h>

#include <cstddef>
#include <cstring>

namespace vmp_bare_metal {
namespace {

constexpr uint32_t most_headers = 256;
constexpr uint64_t largest_notes = 1 << 20;
constexpr uint32_t xen_physical_entry = 18;
constexpr char xen_name[] = "Xen";

using Number = unsigned long long;

vmp_status invalid(vmp_error *error, const char *code, const char *what, uint64_t offset, uint64_t value) {
  return fail(error, VMP_ERROR_PLUGIN, code, "%s at offset 0x%llx of the image is 0x%llx", what,
              static_cast<Number>(offset), static_cast<Number>(value));
}

bool is_inside(uint64_t offset, uint64_t size, uint64_t whole) { return offset <= whole && size <= whole - offset; }

// Notes are each a header, a name and a description, of which the last two are padded to four bytes.
vmp_status read_notes(const ImageFile &file, uint64_t offset, uint64_t size, ElfKernel &kernel, vmp_error *error) {
  if (size > largest_notes) return invalid(error, "ELF_NOTE_INVALID", "the size of the notes", offset, size);
  std::vector<uint8_t> notes(size);
  if (const vmp_status status = file.read(offset, notes.data(), size, error); status != VMP_OK) return status;
  const auto padded = [](uint64_t bytes) { return (bytes + 3) & ~uint64_t{3}; };
  for (uint64_t at = 0; size - at >= sizeof(Elf32_Nhdr);) {
    Elf32_Nhdr note;
    std::memcpy(&note, &notes[at], sizeof note);
    const uint64_t name = at + sizeof note, description = name + padded(note.n_namesz);
    if (!is_inside(name, note.n_namesz, size))
      return invalid(error, "ELF_NOTE_INVALID", "the size of a note's name", offset + at, note.n_namesz);
    if (note.n_descsz != 0 && !is_inside(description, note.n_descsz, size))
      return invalid(error, "ELF_NOTE_INVALID", "the size of a note's description", offset + at, note.n_descsz);
    const bool is_xen = note.n_namesz == sizeof xen_name && std::memcmp(&notes[name], xen_name, sizeof xen_name) == 0;
    if (is_xen && note.n_type == xen_physical_entry) {
      uint64_t entry = 0;
      if (note.n_descsz != 4 && note.n_descsz != 8)
        return invalid(error, "ELF_NOTE_INVALID", "the size of the PVH entry", offset + at, note.n_descsz);
      std::memcpy(&entry, &notes[description], note.n_descsz);
      if (entry > UINT32_MAX)
        return invalid(error, "ELF_NOTE_INVALID", "the PVH entry, which has 32 bits,", offset + description, entry);
      kernel.pvh_entry = static_cast<uint32_t>(entry);
    }
    at = description + padded(note.n_descsz);
    if (at > size) break;
  }
  return VMP_OK;
}

vmp_status add_segment(const Segment &segment, uint64_t header, ElfKernel &kernel, vmp_error *error) {
  if (segment.size < segment.file_size)
    return invalid(error, "ELF_SEGMENT_INVALID", "a segment's size, less than in the file,", header, segment.size);
  if (segment.size == 0) return VMP_OK;
  if (segment.address + segment.size < segment.address)
    return invalid(error, "ELF_SEGMENT_INVALID", "a segment's size, beyond the last address,", header, segment.size);
  for (const Segment &other : kernel.segments) {
    if (other.address < segment.address + segment.size && segment.address < other.address + other.size)
      return invalid(error, "ELF_SEGMENT_INVALID", "a segment's address, inside another one,", header, segment.address);
  }
  kernel.segments.push_back(segment);
  return VMP_OK;
}

template <typename Header, typename ProgramHeader>
vmp_status read_class(const ImageFile &file, ElfKernel &kernel, vmp_error *error) {
  Header header;
  if (file.size() < sizeof header) {
    return fail(error, VMP_ERROR_PLUGIN, "ELF_TRUNCATED", "the image has %llu bytes, an ELF header has %zu",
                static_cast<Number>(file.size()), sizeof header);
  }
  if (const vmp_status status = file.read(0, &header, sizeof header, error); status != VMP_OK) return status;
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
    return invalid(error, "ELF_HEADER_INVALID", "e_type", offsetof(Header, e_type), header.e_type);
  if (header.e_machine != EM_X86_64 && header.e_machine != EM_386)
    return invalid(error, "ELF_HEADER_INVALID", "e_machine", offsetof(Header, e_machine), header.e_machine);
  if (header.e_phnum == 0 || header.e_phnum > most_headers)
    return invalid(error, "ELF_HEADER_INVALID", "e_phnum", offsetof(Header, e_phnum), header.e_phnum);
  if (header.e_phentsize < sizeof(ProgramHeader))
    return invalid(error, "ELF_HEADER_INVALID", "e_phentsize", offsetof(Header, e_phentsize), header.e_phentsize);
  const uint64_t table_size = uint64_t{header.e_phnum} * header.e_phentsize;
  if (!is_inside(header.e_phoff, table_size, file.size()))
    return invalid(error, "ELF_TRUNCATED", "e_phoff", offsetof(Header, e_phoff), header.e_phoff);
  kernel.entry = header.e_entry;
  for (uint32_t i = 0; i < header.e_phnum; ++i) {
    const uint64_t at = header.e_phoff + uint64_t{i} * header.e_phentsize;
    ProgramHeader program;
    vmp_status status = file.read(at, &program, sizeof program, error);
    if (status != VMP_OK) return status;
    if (program.p_type != PT_LOAD && program.p_type != PT_NOTE) continue;
    if (!is_inside(program.p_offset, program.p_filesz, file.size()))
      return invalid(error, "ELF_TRUNCATED", "p_offset", at + offsetof(ProgramHeader, p_offset), program.p_offset);
    status =
        program.p_type == PT_NOTE
            ? read_notes(file, program.p_offset, program.p_filesz, kernel, error)
            : add_segment({program.p_offset, program.p_paddr, program.p_filesz, program.p_memsz}, at, kernel, error);
    if (status != VMP_OK) return status;
  }
  if (!kernel.segments.empty()) return VMP_OK;
  return fail(error, VMP_ERROR_PLUGIN, "ELF_SEGMENT_MISSING", "none of the image's %u program headers loads anything",
              header.e_phnum);
}

}  // namespace

bool is_elf(const ImageFile &file) {
  char magic[SELFMAG];
  return file.size() >= sizeof magic && file.read(0, magic, sizeof magic, nullptr) == VMP_OK &&
         std::memcmp(magic, ELFMAG, sizeof magic) == 0;
}

vmp_status read_elf(const ImageFile &file, ElfKernel &kernel, vmp_error *error) {
  unsigned char identification[EI_NIDENT];
  if (file.size() < sizeof identification) {
    return fail(error, VMP_ERROR_PLUGIN, "ELF_TRUNCATED", "the image has %llu bytes, e_ident has %d",
                static_cast<Number>(file.size()), EI_NIDENT);
  }
  if (const vmp_status status = file.read(0, identification, sizeof identification, error); status != VMP_OK)
    return status;
  if (std::memcmp(identification, ELFMAG, SELFMAG) != 0)
    return fail(error, VMP_ERROR_PLUGIN, "ELF_HEADER_INVALID", "the image is not an ELF file, which PVH needs");
  if (identification[EI_DATA] != ELFDATA2LSB)
    return invalid(error, "ELF_HEADER_INVALID", "EI_DATA", EI_DATA, identification[EI_DATA]);
  switch (identification[EI_CLASS]) {
    case ELFCLASS32:
      return read_class<Elf32_Ehdr, Elf32_Phdr>(file, kernel, error);
    case ELFCLASS64:
      return read_class<Elf64_Ehdr, Elf64_Phdr>(file, kernel, error);
    default:
      return invalid(error, "ELF_HEADER_INVALID", "EI_CLASS", EI_CLASS, identification[EI_CLASS]);
  }
}

}  // namespace vmp_bare_metal
