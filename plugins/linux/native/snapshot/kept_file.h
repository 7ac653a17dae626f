// An open file description in a snapshot, and what a new one is made of.
#ifndef VMP_LINUX_SNAPSHOT_KEPT_FILE_H
#define VMP_LINUX_SNAPSHOT_KEPT_FILE_H

#include <memory>
#include <string>
#include <vector>

#include "files/file_description.h"
#include "files/owned_descriptor.h"

namespace vmp_linux {

class FileRestorer;
struct KeptFile;

// What the host has of a description, by its kind. Any thread, several at a time.
class KeptContents {
 public:
  KeptContents() = default;
  KeptContents(const KeptContents &) = delete;
  KeptContents &operator=(const KeptContents &) = delete;
  virtual ~KeptContents() = default;

  // Gives the description, of which the rest is there, its host descriptor and what belongs to it. 0 or minus an errno.
  virtual int open(FileRestorer &restorer, const KeptFile &kept, FileDescription &file) const = 0;
  // After every description was opened.
  virtual int connect(FileRestorer &, FileDescription &) const { return 0; }
};

struct KeptFile {
  FileAttributes attributes;
  uint32_t flags = 0;
  uint64_t position = 0;
  int32_t owner = 0, owner_signal = 0;
  std::unique_ptr<const KeptContents> contents;  // null: the host has nothing of it
  size_t run = 0;                                // of SnapshotState::runs
  uint32_t process = 0;                          // one that has it, and its descriptor: for messages
  int descriptor = -1;
};

// One that both ends of a pipe share.
struct KeptPipe {
  OwnedDescriptor unread;  // the reading end of a pipe that holds what was not read; none: it was empty
  int size = 0;            // as F_GETPIPE_SZ
};

// memfd_create(2)
struct KeptMemoryFile {
  OwnedDescriptor copy;
  int64_t size = 0;
  int seals = 0;
  std::string name;
  uint64_t reserved = 0;  // of its run's memory
  size_t run = 0;         // of SnapshotState::runs
};

}  // namespace vmp_linux
#endif
