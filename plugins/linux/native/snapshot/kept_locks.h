// The locks on files in a snapshot (fcntl(2), flock(2)). Whoever is restored holds them again, unless somebody else
// does by then: the machine that the snapshot was taken of, say, as long as it goes on.
#ifndef VMP_LINUX_SNAPSHOT_KEPT_LOCKS_H
#define VMP_LINUX_SNAPSHOT_KEPT_LOCKS_H

#include "snapshot/file_keeper.h"
#include "snapshot/file_restorer.h"

namespace vmp_linux {

// [control] After the files were kept.
vmp_status save_locks(Locks &locks, const std::vector<std::shared_ptr<Process>> &processes, const FileKeeper &files,
                      SnapshotState &state, vmp_error *error);

// [control] IO with the process when somebody else holds one. processes: in the snapshot's order.
vmp_status restore_locks(Locks &locks, const SnapshotState &state,
                         const std::vector<std::shared_ptr<Process>> &processes, const FileRestorer &files,
                         vmp_error *error);

}  // namespace vmp_linux
#endif
