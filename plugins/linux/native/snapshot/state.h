// What a snapshot keeps of a machine's processes: plain data that nothing changes once it was made, so that any number
// of machines are restored from it at the same time, long after the one that it was taken of is gone.
//
// Kept: processes (running, stopped, zombies) and their families, signals, timers, limits, descriptors with what they
// share, and locks on files. The machine keeps memory and registers.
// - A file or directory of the host is opened again, with the flags and the position that it had. What is in it is the
//   host's, and is not undone.
// - Pipes, eventfds, timerfds, signalfds, epoll instances and memory files are the guest's own: each restored machine
//   has new ones with the same contents.
// - Deadlines are spans from the moment of the snapshot, but for those that were asked for as a time of day. The clocks
//   themselves are the host's; those of processor time are of the host's thread that runs the guest.
// - There is no random state to be made anew: getrandom(2) is the host's. The 16 bytes of AT_RANDOM, and whatever a
//   program has derived from random bytes, are in the guest's memory, and the same in all that is restored.
#ifndef VMP_LINUX_SNAPSHOT_STATE_H
#define VMP_LINUX_SNAPSHOT_STATE_H

#include "locks/range_locks.h"
#include "process.h"
#include "snapshot/kept_file.h"
#include "timers/timers.h"

namespace vmp_linux {

struct KeptRun {
  uint32_t id = 0;
  // Shared with the run itself: fixed once that has begun. Its host descriptors are O_PATH, which have no state.
  std::shared_ptr<MountTable> mounts;
  uint32_t process_limit = 0, open_file_limit = 0;
  uint64_t system_calls = 0;
  std::vector<std::pair<size_t, uint64_t>> refusals;  // Run::refusals that are not 0, by index
  uint32_t first_process = 0, processes = 0, processes_so_far = 0;
  Terminal terminal;
};

struct KeptMap {
  uint64_t space = 0;  // vmp_address_space.id
  MemoryMap::Plan plan;
};

struct KeptThread {
  uint32_t vcpu = 0;  // vmp_vcpu.index
  uint32_t id = 0;
  bool attention = false;
  ThreadState state;  // kept_deadline: nanoseconds from the moment of the snapshot on
};

struct KeptDescriptor {
  int number = 0;
  size_t file = 0;  // of SnapshotState::files
  bool close_on_exec = false;
};

// A working directory or a program. One that no descriptor is of never changes, so it is shared itself.
struct KeptReference {
  std::shared_ptr<FileDescription> itself;
  std::optional<size_t> file;  // else
};

struct KeptProcess {
  uint32_t id = 0;
  size_t run = 0;             // of SnapshotState::runs
  std::optional<size_t> map;  // of SnapshotState::maps; a zombie has none
  ProcessState state;
  int32_t nice = 0;
  int parent_death_signal = 0;
  uint32_t vfork_parent = 0;  // its process id; 0: none
  bool vfork_done = false;
  std::vector<KeptThread> threads;
  std::vector<KeptDescriptor> descriptors;
  std::vector<size_t> signal_files;  // of SnapshotState::files
  KeptReference working_directory, executable;
  std::unique_ptr<const Timers::ProcessTimers> timers;  // null: none
};

struct KeptRangeLock {
  size_t file = 0;       // a description through which it can be taken
  uint32_t process = 0;  // its owner; 0: the description
  LockRange range;
  bool is_write = false;
};

struct KeptFileLock {
  size_t file = 0;
  int operation = 0;  // LOCK_SH or LOCK_EX
};

struct SnapshotState {
  uint32_t architecture = 0;  // VMP_ARCHITECTURE_*
  uint32_t last_process_id = 0;
  std::vector<KeptRun> runs;
  std::vector<KeptMap> maps;
  std::vector<KeptPipe> pipes;
  std::vector<KeptMemoryFile> memory_files;
  std::vector<KeptFile> files;
  std::vector<KeptProcess> processes;
  std::vector<KeptRangeLock> range_locks;
  std::vector<KeptFileLock> file_locks;
};

}  // namespace vmp_linux
#endif
