// memfd_create(2): a new file with the same contents, size, seals and name.
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "files/descriptor_information.h"
#include "files/memory_file.h"
#include "snapshot/file_keeper.h"
#include "snapshot/file_restorer.h"

namespace vmp_linux {
namespace {

constexpr int kReopened = O_ACCMODE | O_APPEND | O_NONBLOCK | O_NOATIME | O_SYNC;

class KeptMemoryDescription final : public KeptContents {
 public:
  KeptMemoryDescription(size_t memory, int flags, off_t offset) : memory_(memory), flags_(flags), offset_(offset) {}

  int open(FileRestorer &restorer, const KeptFile &, FileDescription &file) const override {
    const int host = restorer.open_memory_file(memory_, flags_, file.special);
    if (host < 0) return host;
    file.host = host;
    return offset_ > 0 && ::lseek(host, offset_, SEEK_SET) < 0 ? -errno : 0;
  }

 private:
  const size_t memory_;
  const int flags_;
  const off_t offset_;
};

// `from` is not moved by it. What is no data takes no memory in the copy either. 0 or minus an errno.
int copy_bytes(int from, int to, off_t size) {
  if (::ftruncate(to, size) != 0) return -errno;
  for (off_t at = 0; at < size;) {
    const off_t start = ::lseek(from, at, SEEK_DATA);
    if (start < 0) return errno == ENXIO ? 0 : -errno;
    const off_t end = std::min(size, ::lseek(from, start, SEEK_HOLE));
    if (end < 0 || ::lseek(to, start, SEEK_SET) < 0) return -errno;
    for (at = start; at < end;) {
      const ssize_t copied = ::sendfile(to, from, &at, static_cast<size_t>(end - at));
      if (copied <= 0) return copied == 0 ? -EIO : -errno;
    }
  }
  return 0;
}

}  // namespace

int64_t FileKeeper::memory_file(const FileDescription &file, size_t run) {
  const auto [entry, is_new] = memory_files_.emplace(file.special.get(), state_.memory_files.size());
  if (!is_new) return static_cast<int64_t>(entry->second);
  KeptMemoryFile kept;
  struct stat status;
  kept.seals = ::fcntl(file.host, F_GET_SEALS);
  if (kept.seals < 0 || ::fstat(file.host, &status) != 0) return -errno;
  kept.size = status.st_size;
  kept.run = run;
  kept.reserved = file.special_as<MemoryFile>()->reserved();
  constexpr std::string_view kPrefix = "/memfd:", kSuffix = " (deleted)";
  kept.name = descriptor_name(file.host);
  if (kept.name.starts_with(kPrefix)) kept.name.erase(0, kPrefix.size());
  if (kept.name.ends_with(kSuffix)) kept.name.resize(kept.name.size() - kSuffix.size());
  // With a position of its own.
  const OwnedDescriptor source(open_again(file.host, O_RDONLY));
  if (!source) return source.get();
  kept.copy = OwnedDescriptor(errno_or(::memfd_create("snapshot", MFD_CLOEXEC)));
  if (!kept.copy) return kept.copy.get();
  if (const int error = copy_bytes(source.get(), kept.copy.get(), kept.size); error != 0) return error;
  state_.memory_files.push_back(std::move(kept));
  return static_cast<int64_t>(entry->second);
}

std::unique_ptr<const KeptContents> keep_memory_file(const FileDescription &file, size_t run, FileKeeper &keeper,
                                                     KeepingProblem &problem) {
  const int flags = ::fcntl(file.host, F_GETFL);
  if (flags < 0) return problem.fail(errno);
  const int64_t memory = keeper.memory_file(file, run);
  if (memory < 0) return problem.fail(static_cast<int>(-memory));
  const off_t offset = ::lseek(file.host, 0, SEEK_CUR);
  return std::make_unique<KeptMemoryDescription>(static_cast<size_t>(memory), flags & kReopened, offset);
}

int FileRestorer::make_memory_file(const KeptMemoryFile &kept, Memory &memory) const {
  const vmp_guest_memory *guest = personality_.services().machine->memory(personality_.machine());
  auto special = std::make_shared<MemoryFile>(guest, runs_[kept.run]->memory_file_bytes);
  if (const int error = special->reserve(kept.reserved); error != 0) return error;
  OwnedDescriptor host(errno_or(::memfd_create(kept.name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING)));
  if (!host) return host.get();
  if (const int error = copy_bytes(kept.copy.get(), host.get(), kept.size); error != 0) return error;
  if (kept.seals != 0 && ::fcntl(host.get(), F_ADD_SEALS, kept.seals) != 0) return -errno;
  memory = {std::move(host), std::move(special)};
  return 0;
}

int FileRestorer::open_memory_file(size_t index, int flags, std::shared_ptr<SpecialFile> &special) {
  Memory &memory = memory_files_[index];
  if (!memory.host) {
    if (const int error = make_memory_file(state_.memory_files[index], memory); error != 0) return error;
  }
  special = memory.special;
  return open_again(memory.host.get(), flags);
}

}  // namespace vmp_linux
