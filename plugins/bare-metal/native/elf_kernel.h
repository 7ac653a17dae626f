// An ELF file (System V ABI, chapters 4 and 5) as a kernel: what is loaded where, and where it is entered.
#pragma once

#include <optional>
#include <vector>

#include "image_file.h"

namespace vmp_bare_metal {

struct Segment {
  uint64_t offset;     // in the file
  uint64_t address;    // guest-physical
  uint64_t file_size;  // bytes
  uint64_t size;       // bytes in memory; what the file does not fill is 0
};

struct ElfKernel {
  std::vector<Segment> segments;
  uint64_t entry = 0;                 // e_entry
  std::optional<uint32_t> pvh_entry;  // of the note XEN_ELFNOTE_PHYS32_ENTRY (Xen, docs/misc/pvh.pandoc)
};

bool is_elf(const ImageFile &file);

// Everything in the file is checked against its size; what has to be memory is not. Errors name offset and value.
vmp_status read_elf(const ImageFile &file, ElfKernel &kernel, vmp_error *error);

}  // namespace vmp_bare_metal
