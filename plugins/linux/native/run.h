// What one spawn started: the first process and all that come from it. Its processes, each on a thread of its own,
// share what is here.
#ifndef VMP_LINUX_RUN_H
#define VMP_LINUX_RUN_H

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "files/file_system.h"
#include "files/memory_file.h"
#include "trace/trace.h"

namespace vmp_linux {

// The terminal that the run was started from (termios(3), "job control"). Under the process table's lock.
struct Terminal {
  uint32_t session = 0;  // 0: no session has it
  uint32_t foreground_group = 0;
};

struct Thread;

struct Run {
  static constexpr uint64_t kNumbers = 512;  // of system calls

  explicit Run(uint32_t run_id, FileSystem file_system = FileSystem()) : id(run_id), files(std::move(file_system)) {}

  const uint32_t id;
  FileSystem files;
  std::unique_ptr<Trace> trace;  // null: no trace is wanted
  uint32_t process_limit = 0;    // 0: none
  uint32_t open_file_limit = 0;  // 0: none but each process's own
  const MemoryFile::Total memory_file_bytes = std::make_shared<std::atomic<uint64_t>>(0);
  std::atomic<uint64_t> system_calls{0};
  std::atomic<uint64_t> refusals[kNumbers + 1]{};  // how often each call was not implemented; the last: greater numbers

  struct FutexWaiter {
    Thread *thread;
    bool *woken;
  };
  std::mutex futex_mutex;
  std::vector<FutexWaiter> futex_waiters;

  // Under the process table's lock.
  uint32_t first_process = 0;
  uint32_t processes = 0;         // that there are, zombies included
  uint32_t processes_so_far = 0;  // that there ever were
  Terminal terminal;
};

}  // namespace vmp_linux
#endif
