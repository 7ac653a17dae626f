#include "snapshot/kept_locks.h"

#include <algorithm>
#include <cstring>

namespace vmp_linux {
namespace {

// A description of the process through which the lock can be taken.
const FileDescription *find_holder(const Process &process, const Locks::HeldRange &held) {
  for (int number = 0; number < process.descriptors.size(); ++number) {
    const FileDescription *file = process.descriptors.find(number);
    if (file == nullptr || (held.lock.is_write ? !file->writable() : !file->readable())) continue;
    if (identify(file->host) == held.file) return file;
  }
  return nullptr;
}

vmp_status not_taken(const KeptFile &file, int reason, vmp_error *error) {
  const char *why = reason == -EAGAIN ? "another machine or program holds it" : std::strerror(-reason);
  return fail(error, VMP_ERROR_IO, "SNAPSHOT_LOCK_HELD",
              "a lock of process %u on the file of its descriptor %d cannot be taken again: %s", file.process,
              file.descriptor, why);
}

}  // namespace

vmp_status save_locks(Locks &locks, const std::vector<std::shared_ptr<Process>> &processes, const FileKeeper &files,
                      SnapshotState &state, vmp_error *error) {
  for (const Locks::HeldRange &held : locks.held_ranges()) {
    const uint32_t id = held.lock.owner.process;
    const auto *file = static_cast<const FileDescription *>(id == 0 ? held.lock.owner.identity : nullptr);
    for (const auto &process : processes) {
      if (id != 0 && process->id == id) file = find_holder(*process, held);
    }
    const auto index = files.find(file);
    if (!index) {
      return fail(error, VMP_ERROR_UNSUPPORTED, "SNAPSHOT_UNSUPPORTED",
                  "process %u: a lock on a file that it has no more open for it cannot be copied", id);
    }
    state.range_locks.push_back({*index, id, held.lock.range, held.lock.is_write});
  }
  for (const Locks::HeldFile &held : locks.held_files()) {
    if (const auto index = files.find(held.file)) state.file_locks.push_back({*index, held.operation});
  }
  return VMP_OK;
}

vmp_status restore_locks(Locks &locks, const SnapshotState &state,
                         const std::vector<std::shared_ptr<Process>> &processes, const FileRestorer &files,
                         vmp_error *error) {
  for (const KeptRangeLock &kept : state.range_locks) {
    FileDescription &file = *files.file(kept.file);
    LockOwner owner = {&file, 0};
    for (const auto &process : processes) {
      if (kept.process != 0 && process->id == kept.process) owner = {process.get(), process->id};
    }
    const int reason = locks.take_range(file, {kept.range, kept.is_write, owner});
    if (reason != 0) return not_taken(state.files[kept.file], reason, error);
  }
  for (const KeptFileLock &kept : state.file_locks) {
    const int reason = locks.take_file(*files.file(kept.file), kept.operation);
    if (reason != 0) return not_taken(state.files[kept.file], reason, error);
  }
  return VMP_OK;
}

}  // namespace vmp_linux
