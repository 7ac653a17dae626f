// The open file descriptions of all processes, each taken into a snapshot once.
#ifndef VMP_LINUX_SNAPSHOT_FILE_KEEPER_H
#define VMP_LINUX_SNAPSHOT_FILE_KEEPER_H

#include <map>
#include <unordered_map>

#include "locks/file_identity.h"
#include "snapshot/state.h"

namespace vmp_linux {

class KeptEpoll;

// Why a description cannot be kept: what it is, or what the host's kernel said.
struct KeepingProblem {
  const char *kind = nullptr;
  int error = 0;

  std::unique_ptr<const KeptContents> refuse(const char *what) {
    kind = what;
    return nullptr;
  }
  std::unique_ptr<const KeptContents> fail(int number) {
    error = number;
    return nullptr;
  }
};

// [control] While no virtual CPU runs.
class FileKeeper {
 public:
  explicit FileKeeper(SnapshotState &state) : state_(state) {}

  // A descriptor of the process, whose run is runs[run]: the description's place in `files`.
  vmp_status keep(const Process &process, size_t run, int descriptor, size_t &index, vmp_error *error);
  // After every descriptor was kept: what epoll instances watch.
  vmp_status keep_interests(vmp_error *error);

  KeptReference reference(const std::shared_ptr<FileDescription> &file) const;
  std::optional<size_t> find(const FileDescription *file) const;
  std::optional<size_t> find(const SpecialFile *special) const;

  // For the kinds. A pipe's place in `pipes`, or minus an errno; a memory file's in `memory_files`, likewise.
  int64_t pipe(const FileDescription &file);
  int64_t memory_file(const FileDescription &file, size_t run);

 private:
  std::unique_ptr<const KeptContents> contents_of(const FileDescription &file, size_t run, KeepingProblem &problem);
  std::unique_ptr<const KeptContents> keep_epoll(const FileDescription &file);

  SnapshotState &state_;
  std::unordered_map<const FileDescription *, size_t> files_;
  std::unordered_map<const SpecialFile *, size_t> special_files_;
  std::unordered_map<const SpecialFile *, size_t> memory_files_;
  std::map<FileIdentity, size_t> pipes_;
  std::vector<std::pair<KeptEpoll *, const FileDescription *>> epolls_;
};

// The kinds; each null with `problem` filled where it cannot be kept.
std::unique_ptr<const KeptContents> keep_host_file(const FileDescription &file, KeepingProblem &problem);
std::unique_ptr<const KeptContents> keep_stream(const FileDescription &file);
std::unique_ptr<const KeptContents> keep_pipe(const FileDescription &file, FileKeeper &keeper, KeepingProblem &problem);
std::unique_ptr<const KeptContents> keep_event_file(const FileDescription &file, KeepingProblem &problem);
std::unique_ptr<const KeptContents> keep_timer_file(const FileDescription &file, KeepingProblem &problem);
std::unique_ptr<const KeptContents> keep_signal_file(const FileDescription &file);
std::unique_ptr<const KeptContents> keep_memory_file(const FileDescription &file, size_t run, FileKeeper &keeper,
                                                     KeepingProblem &problem);

}  // namespace vmp_linux
#endif
