// Reads an ELF file's headers: pure functions over bytes that trust none of them.
// System V gABI chapters 4 and 5; psABIs of RISC-V and x86-64 for the machine numbers.
#ifndef VMP_LINUX_ELF_FILE_H
#define VMP_LINUX_ELF_FILE_H

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace vmp_linux {

inline constexpr uint64_t kElfHeaderSize = 64;
inline constexpr uint64_t kElfProgramHeaderSize = 56;

// Why a file is refused. code is stable; the message holds the values.
struct ElfRefusal {
  const char *code;
  char message[320];
};

// What the file must fit.
struct ElfExpectation {
  uint16_t machine;          // e_machine
  const char *architecture;  // its name, for messages
  uint64_t lowest_address;   // first byte that a segment may use
  uint64_t highest_address;  // first byte behind that
};

struct ElfHeader {
  uint16_t type;
  uint64_t entry;
  uint64_t program_headers_offset;
  uint16_t program_header_count;
};

struct ElfSegment {
  uint64_t file_offset;
  uint64_t file_size;
  uint64_t address;  // before the load bias
  uint64_t memory_size;
  uint32_t protection;  // VMP_PROTECTION_*
};

struct ElfImage {
  bool position_independent;
  bool executable_stack;
  uint64_t entry;
  uint64_t alignment;                // of the load bias; a power of two of at least a page
  uint64_t low, high;                // page-rounded extent of the segments
  uint64_t program_headers_address;  // 0 when they are not in memory
  uint16_t program_header_count;
  std::vector<ElfSegment> segments;  // ascending, disjoint, none empty
};

// start: the first kElfHeaderSize bytes, or the whole of a shorter file.
std::optional<ElfRefusal> parse_elf_header(std::span<const uint8_t> start, uint64_t file_size,
                                           const ElfExpectation &expectation, ElfHeader &header);

// table: the header.program_header_count * kElfProgramHeaderSize bytes at header.program_headers_offset.
std::optional<ElfRefusal> parse_elf_program_headers(const ElfHeader &header, std::span<const uint8_t> table,
                                                    uint64_t file_size, const ElfExpectation &expectation,
                                                    ElfImage &image);

}  // namespace vmp_linux
#endif
