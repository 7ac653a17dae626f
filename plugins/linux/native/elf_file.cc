#include "elf_file.h"

#include <elf.h>
#include <vm_plugin/memory.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace vmp_linux {
namespace {

constexpr uint64_t kPage = VMP_PAGE_SIZE;
constexpr uint64_t kLargestAlignment = uint64_t{1} << 30;
constexpr uint64_t kLargestTable = 65536;  // as Linux: larger tables are refused

[[gnu::format(printf, 2, 3)]] ElfRefusal refuse(const char *code, const char *format, ...) {
  ElfRefusal refusal{code, {}};
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(refusal.message, sizeof refusal.message, format, arguments);
  va_end(arguments);
  return refusal;
}

template <typename T>
T load(std::span<const uint8_t> bytes, uint64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

const char *machine_name(uint16_t machine) {
  switch (machine) {
    case EM_386:
      return "i386";
    case EM_ARM:
      return "arm";
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "aarch64";
    case EM_RISCV:
      return "riscv";
    default:
      return "unknown";
  }
}

unsigned long long number(uint64_t value) { return value; }

std::optional<ElfRefusal> check_segment(const Elf64_Phdr &p, unsigned index, uint64_t file_size,
                                        const ElfExpectation &expectation, bool position_independent) {
  if (p.p_filesz > p.p_memsz) {
    return refuse("ELF_BAD_SEGMENT", "segment %u has more bytes in the file (0x%llx) than in memory (0x%llx)", index,
                  number(p.p_filesz), number(p.p_memsz));
  }
  if (p.p_filesz > file_size || p.p_offset > file_size - p.p_filesz) {
    return refuse("ELF_TRUNCATED",
                  "segment %u needs 0x%llx bytes at offset 0x%llx, but the file ends at 0x%llx: it is cut off", index,
                  number(p.p_filesz), number(p.p_offset), number(file_size));
  }
  if (p.p_align > 1) {
    if ((p.p_align & (p.p_align - 1)) != 0 || p.p_align > kLargestAlignment) {
      return refuse("ELF_BAD_ALIGNMENT", "segment %u has the alignment 0x%llx: not a power of two up to 0x%llx", index,
                    number(p.p_align), number(kLargestAlignment));
    }
    if (((p.p_vaddr - p.p_offset) & (p.p_align - 1)) != 0) {
      return refuse("ELF_BAD_ALIGNMENT",
                    "segment %u: address 0x%llx and offset 0x%llx differ modulo its alignment 0x%llx", index,
                    number(p.p_vaddr), number(p.p_offset), number(p.p_align));
    }
  }
  const uint64_t lowest = position_independent ? 0 : expectation.lowest_address;
  const uint64_t highest = expectation.highest_address - (position_independent ? expectation.lowest_address : 0);
  if (p.p_vaddr < lowest || p.p_memsz > highest || p.p_vaddr > highest - p.p_memsz) {
    return refuse("ELF_SEGMENT_OUTSIDE",
                  "segment %u (0x%llx bytes at address 0x%llx) does not lie between 0x%llx and 0x%llx", index,
                  number(p.p_memsz), number(p.p_vaddr), number(lowest), number(highest));
  }
  return std::nullopt;
}

std::optional<ElfRefusal> finish_image(const ElfHeader &header, ElfImage &image) {
  if (image.segments.empty()) {
    return refuse("ELF_NO_SEGMENTS", "the file has %u program headers, none of which loads anything",
                  unsigned{header.program_header_count});
  }
  std::ranges::sort(image.segments, {}, &ElfSegment::address);
  for (size_t i = 1; i < image.segments.size(); ++i) {
    const ElfSegment &before = image.segments[i - 1];
    const ElfSegment &next = image.segments[i];
    if (before.address + before.memory_size > next.address) {
      return refuse("ELF_SEGMENTS_OVERLAP", "the segments at 0x%llx (0x%llx bytes) and 0x%llx overlap",
                    number(before.address), number(before.memory_size), number(next.address));
    }
  }
  const ElfSegment &last = image.segments.back();
  image.low = image.segments.front().address & ~(kPage - 1);
  image.high = (last.address + last.memory_size + kPage - 1) & ~(kPage - 1);
  const uint64_t table_size = header.program_header_count * kElfProgramHeaderSize;
  bool entry_inside = false;
  for (const ElfSegment &segment : image.segments) {
    entry_inside =
        entry_inside || ((segment.protection & VMP_PROTECTION_EXECUTE) != 0 && header.entry >= segment.address &&
                         header.entry - segment.address < segment.memory_size);
    if (header.program_headers_offset >= segment.file_offset && table_size <= segment.file_size &&
        header.program_headers_offset - segment.file_offset <= segment.file_size - table_size) {
      image.program_headers_address = segment.address + (header.program_headers_offset - segment.file_offset);
    }
  }
  if (!entry_inside) {
    return refuse("ELF_ENTRY_OUTSIDE", "the entry point 0x%llx lies in no executable segment", number(header.entry));
  }
  return std::nullopt;
}

}  // namespace

std::optional<ElfRefusal> parse_elf_header(std::span<const uint8_t> start, uint64_t file_size,
                                           const ElfExpectation &expectation, ElfHeader &header) {
  if (start.size() < SELFMAG || std::memcmp(start.data(), ELFMAG, SELFMAG) != 0) {
    return refuse("ELF_NOT_ELF", "the file (%llu bytes) does not begin with the ELF magic number", number(file_size));
  }
  if (start.size() < kElfHeaderSize) {
    return refuse("ELF_TRUNCATED", "the file has %llu bytes, its ELF header alone needs %llu", number(file_size),
                  number(kElfHeaderSize));
  }
  if (start[EI_CLASS] != ELFCLASS64) {
    return refuse("ELF_WRONG_CLASS", "the file is of ELF class %u%s; 64-bit (class 2) is needed",
                  unsigned{start[EI_CLASS]}, start[EI_CLASS] == ELFCLASS32 ? " (32-bit)" : "");
  }
  if (start[EI_DATA] != ELFDATA2LSB) {
    return refuse("ELF_WRONG_BYTE_ORDER", "the file's byte order is %u; little-endian (1) is needed",
                  unsigned{start[EI_DATA]});
  }
  const auto raw = load<Elf64_Ehdr>(start, 0);
  if (start[EI_VERSION] != EV_CURRENT || raw.e_version != EV_CURRENT) {
    return refuse("ELF_WRONG_VERSION", "the file's ELF version is %u and %u; 1 is needed", unsigned{start[EI_VERSION]},
                  raw.e_version);
  }
  if (raw.e_machine != expectation.machine) {
    return refuse("ELF_WRONG_ARCHITECTURE",
                  "the program is for machine %u (%s), the engine runs %s (machine %u): compile it for %s or choose "
                  "another engine",
                  unsigned{raw.e_machine}, machine_name(raw.e_machine), expectation.architecture,
                  unsigned{expectation.machine}, expectation.architecture);
  }
  if (raw.e_type != ET_EXEC && raw.e_type != ET_DYN) {
    return refuse("ELF_WRONG_TYPE", "the file's ELF type is %u%s; an executable (2) or a static PIE (3) is needed",
                  unsigned{raw.e_type}, raw.e_type == ET_REL ? " (an object file: link it first)" : "");
  }
  if (raw.e_phnum == 0) {
    return refuse("ELF_NO_SEGMENTS", "the file has no program headers, so nothing to run");
  }
  const uint64_t table_size = uint64_t{raw.e_phnum} * kElfProgramHeaderSize;
  if (raw.e_phentsize != kElfProgramHeaderSize || table_size > kLargestTable) {
    return refuse("ELF_BAD_HEADER", "%u program headers of %u bytes: headers have %llu bytes, a table at most %llu",
                  unsigned{raw.e_phnum}, unsigned{raw.e_phentsize}, number(kElfProgramHeaderSize),
                  number(kLargestTable));
  }
  if (raw.e_phoff > file_size || table_size > file_size - raw.e_phoff) {
    return refuse("ELF_TRUNCATED",
                  "the program headers need 0x%llx bytes at offset 0x%llx, but the file ends at 0x%llx: it is cut off",
                  number(table_size), number(raw.e_phoff), number(file_size));
  }
  header = {raw.e_type, raw.e_entry, raw.e_phoff, raw.e_phnum};
  return std::nullopt;
}

std::optional<ElfRefusal> parse_elf_program_headers(const ElfHeader &header, std::span<const uint8_t> table,
                                                    uint64_t file_size, const ElfExpectation &expectation,
                                                    ElfImage &image) {
  image = {};
  image.position_independent = header.type == ET_DYN;
  image.entry = header.entry;
  image.alignment = kPage;
  image.program_header_count = header.program_header_count;
  for (unsigned i = 0; i < header.program_header_count; ++i) {
    const auto p = load<Elf64_Phdr>(table, i * kElfProgramHeaderSize);
    if (p.p_type == PT_INTERP) {
      return refuse(
          "ELF_DYNAMIC",
          "the program is dynamically linked (program header %u names an interpreter): dynamic linking is not "
          "supported; link it with -static",
          i);
    }
    if (p.p_type == PT_GNU_STACK) image.executable_stack = (p.p_flags & PF_X) != 0;
    if (p.p_type != PT_LOAD || p.p_memsz == 0) continue;
    if (auto refusal = check_segment(p, i, file_size, expectation, image.position_independent)) return refusal;
    image.alignment = std::max(image.alignment, p.p_align);
    uint32_t protection = 0;
    if ((p.p_flags & PF_R) != 0) protection |= VMP_PROTECTION_READ;
    if ((p.p_flags & PF_W) != 0) protection |= VMP_PROTECTION_WRITE;
    if ((p.p_flags & PF_X) != 0) protection |= VMP_PROTECTION_EXECUTE;
    image.segments.push_back({p.p_offset, p.p_filesz, p.p_vaddr, p.p_memsz, protection});
  }
  return finish_image(header, image);
}

}  // namespace vmp_linux
