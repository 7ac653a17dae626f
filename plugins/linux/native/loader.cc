#include "loader.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace vmp_linux {
namespace {

vmp_status cannot_read(int64_t got, vmp_error *error) {
  if (got < 0) {
    return fail(error, VMP_ERROR_IO, "PROGRAM_UNREADABLE", "the program cannot be read: %s",
                std::strerror(static_cast<int>(-got)));
  }
  return fail(error, VMP_ERROR_MALFORMED, "ELF_TRUNCATED", "the program became shorter while it was read");
}

vmp_status map_segments(MemoryMap &map, const ElfImage &image, uint64_t bias, vmp_error *error) {
  uint64_t mapped_end = 0;  // segments are ascending and may share a page with the one before
  uint32_t last_protection = 0;
  for (const ElfSegment &segment : image.segments) {
    uint64_t start = page_floor(bias + segment.address);
    const uint64_t end = page_ceiling(bias + segment.address + segment.memory_size);
    int result = 0;
    if (start < mapped_end) {
      result = map.protect(start, mapped_end - start, last_protection | segment.protection);
      start = mapped_end;
    }
    if (result == 0 && start < end) result = map.map(start, end - start, segment.protection, kProgramArea);
    if (result != 0) {
      return fail(error, VMP_ERROR_OUT_OF_MEMORY, "PROGRAM_TOO_LARGE",
                  "the program needs %llu bytes of memory and does not fit into what the machine has",
                  static_cast<unsigned long long>(image.high - image.low));
    }
    last_protection = start < end || mapped_end < end ? segment.protection : last_protection | segment.protection;
    mapped_end = std::max(mapped_end, end);
  }
  return VMP_OK;
}

}  // namespace

int64_t read_at(int file, void *to, uint64_t size, uint64_t offset) {
  uint64_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(file, static_cast<uint8_t *>(to) + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0) return -errno;
    if (n == 0) break;
    done += static_cast<uint64_t>(n);
  }
  return static_cast<int64_t>(done);
}

vmp_status read_program(int program, const ElfExpectation &expectation, ElfImage &image, vmp_error *error) {
  struct stat status;
  if (::fstat(program, &status) != 0) return cannot_read(-errno, error);
  const auto file_size = static_cast<uint64_t>(status.st_size);
  std::array<uint8_t, kElfHeaderSize> start;
  const int64_t got = read_at(program, start.data(), start.size(), 0);
  if (got < 0) return cannot_read(got, error);
  if (got >= 2 && start[0] == '#' && start[1] == '!') {
    return fail(error, VMP_ERROR_UNSUPPORTED, "PROGRAM_IS_A_SCRIPT",
                "the program is a script (#!): run its interpreter with the script as an argument");
  }
  ElfHeader header;
  auto refusal = parse_elf_header(std::span(start).first(static_cast<size_t>(got)), file_size, expectation, header);
  if (!refusal) {
    std::vector<uint8_t> table(header.program_header_count * kElfProgramHeaderSize);
    const int64_t size = read_at(program, table.data(), table.size(), header.program_headers_offset);
    if (size != static_cast<int64_t>(table.size())) return cannot_read(size, error);
    refusal = parse_elf_program_headers(header, table, file_size, expectation, image);
  }
  if (!refusal) return VMP_OK;
  return fail(error, VMP_ERROR_MALFORMED, refusal->code, "%s", refusal->message);
}

vmp_status load_program(MemoryMap &map, int program, const ElfImage &image, LoadedProgram &loaded, vmp_error *error) {
  uint64_t bias = 0;  // wraps where the image begins above its place
  if (image.position_independent) {
    const uint64_t size = image.high - image.low;
    // Two thirds up, as Linux (ELF_ET_DYN_BASE): the heap grows above, mappings come down from the stack.
    const uint64_t place = std::min(map.end() / 3 * 2, map.mapping_top() - std::min(map.mapping_top(), size));
    bias = (place - image.low) & ~(image.alignment - 1);
    if (bias + image.low < kLowestAddress || bias + image.low > place) {
      return fail(error, VMP_ERROR_MALFORMED, "ELF_SEGMENT_OUTSIDE",
                  "the program's %llu bytes, aligned to 0x%llx, do not fit into the address space",
                  static_cast<unsigned long long>(size), static_cast<unsigned long long>(image.alignment));
    }
  }
  if (const vmp_status status = map_segments(map, image, bias, error); status != VMP_OK) return status;
  for (const ElfSegment &segment : image.segments) {
    const int64_t got = map.fill(bias + segment.address, segment.file_size, program, segment.file_offset);
    if (got != static_cast<int64_t>(segment.file_size)) return cannot_read(got, error);
  }
  loaded.bias = bias;
  loaded.entry = bias + image.entry;
  loaded.program_headers = image.program_headers_address == 0 ? 0 : bias + image.program_headers_address;
  loaded.program_header_count = image.program_header_count;
  loaded.end = bias + image.high;
  return VMP_OK;
}

}  // namespace vmp_linux
