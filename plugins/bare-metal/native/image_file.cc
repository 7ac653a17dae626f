#include "image_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

namespace vmp_bare_metal {

ImageFile::~ImageFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

vmp_status ImageFile::open(vmp_error *error) {
  if (descriptor_ < 0) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "PROGRAM_NOT_FOUND",
                "a guest that owns the processor has no root in which its image could be looked up");
  }
  struct stat status;
  if (::fstat(descriptor_, &status) != 0)
    return fail(error, VMP_ERROR_IO, "PROGRAM_UNREADABLE", "the image: %s", std::strerror(errno));
  if (!S_ISREG(status.st_mode))
    return fail(error, VMP_ERROR_PLUGIN, "PROGRAM_NOT_EXECUTABLE", "the image is not a regular file");
  if (status.st_size == 0) return fail(error, VMP_ERROR_PLUGIN, "IMAGE_EMPTY", "the image has 0 bytes");
  size_ = static_cast<uint64_t>(status.st_size);
  return VMP_OK;
}

vmp_status ImageFile::read(uint64_t offset, void *to, uint64_t size, vmp_error *error) const {
  auto *next = static_cast<uint8_t *>(to);
  while (size != 0) {
    const ssize_t count = ::pread(descriptor_, next, size, static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      return fail(error, VMP_ERROR_IO, "PROGRAM_UNREADABLE", "the image at offset 0x%llx: %s",
                  static_cast<unsigned long long>(offset), count < 0 ? std::strerror(errno) : "it has become shorter");
    }
    next += count;
    offset += static_cast<uint64_t>(count);
    size -= static_cast<uint64_t>(count);
  }
  return VMP_OK;
}

vmp_status ImageFile::load(uint64_t offset, uint64_t size, const vmp_memory_service &memory, vmp_address_space *space,
                           uint64_t address, vmp_error *error) const {
  std::vector<uint8_t> part(std::min<uint64_t>(size, 1 << 20));
  for (uint64_t done = 0; done < size; done += part.size()) {
    const uint64_t count = std::min<uint64_t>(part.size(), size - done);
    vmp_status status = read(offset + done, part.data(), count, error);
    if (status == VMP_OK) status = memory.populate(space, address + done, part.data(), count, error);
    if (status != VMP_OK) return status;
  }
  return VMP_OK;
}

}  // namespace vmp_bare_metal
