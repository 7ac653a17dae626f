// The open file descriptions of a snapshot, made anew for one machine.
#ifndef VMP_LINUX_SNAPSHOT_FILE_RESTORER_H
#define VMP_LINUX_SNAPSHOT_FILE_RESTORER_H

#include "personality.h"
#include "snapshot/state.h"

namespace vmp_linux {

// [control]
class FileRestorer {
 public:
  // runs: in the order of the snapshot's. All must outlive this.
  FileRestorer(const SnapshotState &state, const Personality &personality, const vmp_restore &request,
               const std::vector<std::shared_ptr<Run>> &runs)
      : state_(state),
        personality_(personality),
        request_(request),
        runs_(runs),
        pipes_(state.pipes.size()),
        memory_files_(state.memory_files.size()) {}

  // Makes all of them. IO or OUT_OF_MEMORY with the process and the descriptor.
  vmp_status restore(vmp_error *error);
  const std::shared_ptr<FileDescription> &file(size_t index) const { return files_[index]; }
  std::shared_ptr<FileDescription> file(const KeptReference &reference) const {
    return reference.file ? files_[*reference.file] : reference.itself;
  }

  // What the host has given to a run of the snapshot; null when it has not.
  const vmp_restored_streams *streams(size_t run) const;

  // For the kinds. A new host descriptor, or minus an errno. access: O_RDONLY, O_WRONLY or O_RDWR.
  int open_pipe(size_t index, int access);
  int open_memory_file(size_t index, int flags, std::shared_ptr<SpecialFile> &special);

 private:
  struct Pipe {
    OwnedDescriptor ends[2];  // as of pipe(2), until a description has it
    int known[2] = {-1, -1};  // a description's, then
    int any(int end) const { return ends[end] ? ends[end].get() : known[end]; }
  };
  struct Memory {
    OwnedDescriptor host;
    std::shared_ptr<SpecialFile> special;
  };
  int make_pipe(const KeptPipe &kept, Pipe &pipe) const;
  int make_memory_file(const KeptMemoryFile &kept, Memory &memory) const;
  vmp_status lost(const KeptFile &kept, int reason, vmp_error *error) const;

  const SnapshotState &state_;
  const Personality &personality_;
  const vmp_restore &request_;
  const std::vector<std::shared_ptr<Run>> &runs_;
  std::vector<Pipe> pipes_;
  std::vector<Memory> memory_files_;
  std::vector<std::shared_ptr<FileDescription>> files_;
};

}  // namespace vmp_linux
#endif
