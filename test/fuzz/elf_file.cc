// Any bytes are an ELF file that is refused with a code, or one whose segments keep what elf_file.h promises.
#include "elf_file.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::optional<vmp_linux::ElfRefusal> parse(std::span<const uint8_t> file, const vmp_linux::ElfExpectation &expectation,
                                           vmp_linux::ElfImage &image) {
  vmp_linux::ElfHeader header;
  const auto start = file.first(std::min<uint64_t>(file.size(), vmp_linux::kElfHeaderSize));
  if (auto refusal = vmp_linux::parse_elf_header(start, file.size(), expectation, header)) return refusal;
  const uint64_t table_size = header.program_header_count * vmp_linux::kElfProgramHeaderSize;
  return vmp_linux::parse_elf_program_headers(header, file.subspan(header.program_headers_offset, table_size),
                                              file.size(), expectation, image);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  vmp_linux::ElfExpectation expectation{243, "riscv64", 0x10000, uint64_t{1} << 38};
  vmp_linux::ElfImage image{};
  auto refusal = parse({data, size}, expectation, image);
  if (refusal.has_value()) {
    require(refusal->code != nullptr && std::strlen(refusal->message) < sizeof(refusal->message));
    return 0;
  }
  require(!image.segments.empty());
  require(image.alignment >= 4096 && (image.alignment & (image.alignment - 1)) == 0);
  uint64_t end = 0;
  for (const auto &segment : image.segments) {
    require(segment.memory_size > 0 && segment.file_size <= segment.memory_size);
    require(segment.file_offset <= size && segment.file_size <= size - segment.file_offset);
    require(segment.address >= end);
    end = segment.address + segment.memory_size;
    require(end > segment.address && end <= expectation.highest_address);
  }
  return 0;
}
