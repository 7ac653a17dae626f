#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "calls/calls.h"
#include "files/transfer.h"

namespace vmp_linux::calls {
namespace {

constexpr uint64_t kChunk = uint64_t{64} << 10;
constexpr uint64_t kMost = 0x7ffff000;  // MAX_RW_COUNT

// A copy of an offset that the guest may have given.
struct Offset {
  bool given = false;
  int64_t value = 0;
  int read(const GuestMemory &memory, Ptr from) {
    given = static_cast<bool>(from);
    if (!given) return 0;
    if (!memory.get(from, value)) return -EFAULT;
    return value < 0 ? -EINVAL : 0;
  }
};

}  // namespace

int64_t sendfile(Thread &thread, int to, int from, Ptr offset_pointer, uint64_t size) {
  FileDescription *source = thread.process.descriptors.find(from);
  FileDescription *target = thread.process.descriptors.find(to);
  if (source == nullptr || target == nullptr || !source->readable() || !target->writable()) return -EBADF;
  if (source->host < 0 || source->is_directory || source->waiting != Waiting::never) return -EINVAL;
  Offset offset;
  if (const int error = offset.read(thread.process.memory(), offset_pointer); error != 0) return error;
  if (!offset.given) offset.value = ::lseek(source->host, 0, SEEK_CUR);
  if (offset.value < 0) return -EINVAL;
  const auto buffer = std::make_unique_for_overwrite<std::array<uint8_t, kChunk>>();
  uint64_t done = 0;
  int64_t error = 0;
  for (size = std::min(size, kMost); done < size;) {
    const int64_t at = offset.value + static_cast<int64_t>(done);
    const ssize_t got = ::pread(source->host, buffer->data(), std::min(kChunk, size - done), at);
    if (got <= 0) {
      error = got < 0 ? -errno : 0;
      break;
    }
    iovec vector = {buffer->data(), static_cast<size_t>(got)};
    const int64_t written = write_vectors(thread, *target, &vector, 1);
    if (written < 0) {
      error = written;
      break;
    }
    done += static_cast<uint64_t>(written);
    if (written < got) break;
  }
  if (done == 0) return error;
  offset.value += static_cast<int64_t>(done);
  if (offset.given && !thread.process.memory().put(offset_pointer, offset.value)) return -EFAULT;
  if (!offset.given) ::lseek(source->host, offset.value, SEEK_SET);
  return static_cast<int64_t>(done);
}

int64_t copy_file_range(Thread &thread, int from, Ptr from_offset, int to, Ptr to_offset, uint64_t size,
                        uint32_t flags) {
  FileDescription *source = thread.process.descriptors.find(from);
  FileDescription *target = thread.process.descriptors.find(to);
  if (source == nullptr || target == nullptr || !source->readable() || !target->writable()) return -EBADF;
  if (source->text != nullptr) return -EINVAL;
  if (source->host < 0 || target->host < 0) return -EISDIR;
  if (source->waiting != Waiting::never || target->waiting != Waiting::never) return -EINVAL;
  const GuestMemory &memory = thread.process.memory();
  Offset in, out;
  if (const int error = in.read(memory, from_offset); error != 0) return error;
  if (const int error = out.read(memory, to_offset); error != 0) return error;
  const ssize_t n = ::copy_file_range(source->host, in.given ? &in.value : nullptr, target->host,
                                      out.given ? &out.value : nullptr, size, flags);
  if (n < 0) return -errno;
  if (in.given && !memory.put(from_offset, in.value)) return -EFAULT;
  if (out.given && !memory.put(to_offset, out.value)) return -EFAULT;
  return n;
}

}  // namespace vmp_linux::calls
