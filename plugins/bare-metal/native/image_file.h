// The program's file on the host.
#pragma once

#include <cstdint>

#include "services.h"

namespace vmp_bare_metal {

class ImageFile {
 public:
  explicit ImageFile(int owned) : descriptor_(owned) {}
  ~ImageFile();
  ImageFile(const ImageFile &) = delete;
  ImageFile &operator=(const ImageFile &) = delete;

  // Before all else: it is a regular file, of size() bytes from now on.
  vmp_status open(vmp_error *error);
  uint64_t size() const { return size_; }
  // All of [offset, offset + size), which lies inside; an error when the file has become shorter.
  vmp_status read(uint64_t offset, void *to, uint64_t size, vmp_error *error) const;
  // Copies a part into guest memory that is mapped there.
  vmp_status load(uint64_t offset, uint64_t size, const vmp_memory_service &memory, vmp_address_space *space,
                  uint64_t address, vmp_error *error) const;

 private:
  const int descriptor_;
  uint64_t size_ = 0;
};

}  // namespace vmp_bare_metal
