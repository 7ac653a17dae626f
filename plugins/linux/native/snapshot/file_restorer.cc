#include "snapshot/file_restorer.h"

#include <cstring>

namespace vmp_linux {

vmp_status FileRestorer::lost(const KeptFile &kept, int reason, vmp_error *error) const {
  const bool is_lack = reason == -ENOMEM || reason == -ENOSPC || reason == -EMFILE || reason == -ENFILE;
  return fail(error, is_lack ? VMP_ERROR_OUT_OF_MEMORY : VMP_ERROR_IO, "SNAPSHOT_FILE_LOST",
              "process %u, descriptor %d of the snapshot cannot be opened again: %s", kept.process, kept.descriptor,
              std::strerror(-reason));
}

vmp_status FileRestorer::restore(vmp_error *error) {
  files_.reserve(state_.files.size());
  for (const KeptFile &kept : state_.files) {
    auto file = std::make_shared<FileDescription>();
    static_cast<FileAttributes &>(*file) = kept.attributes;
    file->flags = kept.flags;
    file->position = kept.position;
    file->owner = kept.owner;
    file->owner_signal = kept.owner_signal;
    const int reason = kept.contents == nullptr ? 0 : kept.contents->open(*this, kept, *file);
    if (reason != 0) return lost(kept, reason, error);
    files_.push_back(std::move(file));
  }
  for (size_t i = 0; i < files_.size(); ++i) {
    const KeptFile &kept = state_.files[i];
    const int reason = kept.contents == nullptr ? 0 : kept.contents->connect(*this, *files_[i]);
    if (reason != 0) return lost(kept, reason, error);
  }
  return VMP_OK;
}

const vmp_restored_streams *FileRestorer::streams(size_t run) const {
  for (uint64_t i = 0; i < request_.stream_count; ++i) {
    if (request_.streams[i].run == state_.runs[run].id) return &request_.streams[i];
  }
  return nullptr;
}

}  // namespace vmp_linux
