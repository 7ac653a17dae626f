// Makes a snapshot. Nothing of the processes changes; whatever cannot be kept is named.
#include <unordered_map>

#include "personality.h"
#include "snapshot/file_keeper.h"
#include "snapshot/kept_locks.h"
#include "waiting.h"

namespace vmp_linux {
namespace {

class Saver {
 public:
  Saver(Personality &personality, SnapshotState &state) : personality_(personality), state_(state), files_(state) {}

  vmp_status save(vmp_error *error) {
    // No timer expires between the look at it and the one at the signals that wait.
    const auto hold = personality_.timers().hold();
    state_.architecture = personality_.architecture().id;
    state_.last_process_id = personality_.table().last_id();
    const auto processes = personality_.table().all();
    state_.processes.reserve(processes.size());
    for (const auto &process : processes) {
      if (const vmp_status status = save_process(*process, error); status != VMP_OK) return status;
    }
    // Once it is known what is a descriptor's.
    for (size_t i = 0; i < processes.size(); ++i) save_references(*processes[i], state_.processes[i]);
    if (const vmp_status status = files_.keep_interests(error); status != VMP_OK) return status;
    return save_locks(personality_.locks(), processes, files_, state_, error);
  }

 private:
  size_t save_run(const Run &run) {
    const auto [entry, is_new] = runs_.emplace(&run, state_.runs.size());
    if (!is_new) return entry->second;
    KeptRun &kept = state_.runs.emplace_back();
    kept.id = run.id;
    kept.mounts = run.files.share_mounts();
    kept.process_limit = run.process_limit;
    kept.open_file_limit = run.open_file_limit;
    kept.system_calls = run.system_calls.load(std::memory_order_relaxed);
    for (size_t i = 0; i < std::size(run.refusals); ++i) {
      if (const uint64_t count = run.refusals[i].load(std::memory_order_relaxed); count != 0)
        kept.refusals.emplace_back(i, count);
    }
    kept.first_process = run.first_process;
    kept.processes = run.processes;
    kept.processes_so_far = run.processes_so_far;
    kept.terminal = personality_.table().terminal(run);
    return entry->second;
  }

  size_t save_map(const MemoryMap &map) {
    const auto [entry, is_new] = maps_.emplace(&map, state_.maps.size());
    if (is_new) state_.maps.push_back({map.memory().space()->id, map.plan()});
    return entry->second;
  }

  static KeptThread save_thread(const Thread &thread) {
    KeptThread kept;
    kept.vcpu = thread.vcpu->index;
    kept.id = thread.id;
    kept.attention = thread.attention.load(std::memory_order_relaxed);
    kept.state = thread;
    auto &deadline = kept.state.kept_deadline;
    if (deadline && *deadline != kForever) *deadline -= monotonic_nanoseconds();
    return kept;
  }

  vmp_status save_process(Process &process, vmp_error *error) {
    KeptProcess &kept = state_.processes.emplace_back();
    kept.id = process.id;
    kept.run = save_run(*process.run);
    kept.nice = process.nice.load();
    kept.parent_death_signal = process.parent_death_signal.load();
    if (const auto parent = process.vfork_parent.lock()) kept.vfork_parent = parent->id;
    kept.vfork_done = process.vfork_done.load(std::memory_order_acquire);
    {
      std::scoped_lock lock(process.public_mutex, process.signal_mutex);
      kept.state = process;
      if (process.waiting_call != nullptr || process.runs_call) {
        return fail(error, VMP_ERROR_UNSUPPORTED, "SNAPSHOT_UNSUPPORTED",
                    "process %u: a function that the host has called is under way", process.id);
      }
      // The virtual CPU of one that has ended is gone.
      if (!process.ended) {
        for (const auto &thread : process.threads) kept.threads.push_back(save_thread(*thread));
      }
    }
    kept.state.family = personality_.table().family(process);
    kept.timers = personality_.timers().save(process);
    if (process.map != nullptr) {
      kept.map = save_map(*process.map);
      if (process.map->shares_memory_files()) {
        return fail(error, VMP_ERROR_UNSUPPORTED, "SNAPSHOT_UNSUPPORTED",
                    "process %u: a file of memfd_create(2) that it has mapped as shared cannot be copied", process.id);
      }
    }
    return save_descriptors(process, kept, error);
  }

  vmp_status save_descriptors(const Process &process, KeptProcess &kept, vmp_error *error) {
    const DescriptorTable &table = process.descriptors;
    for (int number = 0; number < table.size(); ++number) {
      if (table.find(number) == nullptr) continue;
      size_t file = 0;
      const vmp_status status = files_.keep(process, kept.run, number, file, error);
      if (status != VMP_OK) return status;
      kept.descriptors.push_back({number, file, table.close_on_exec(number)});
    }
    return VMP_OK;
  }

  void save_references(Process &process, KeptProcess &kept) {
    kept.working_directory = files_.reference(process.working_directory);
    kept.executable = files_.reference(process.executable);
    std::lock_guard lock(process.signal_mutex);
    for (const auto &file : process.signal_files.all()) {
      if (const auto index = files_.find(file.get())) kept.signal_files.push_back(*index);
    }
  }

  Personality &personality_;
  SnapshotState &state_;
  FileKeeper files_;
  std::unordered_map<const Run *, size_t> runs_;
  std::unordered_map<const MemoryMap *, size_t> maps_;
};

}  // namespace

vmp_status Personality::snapshot(const SnapshotState **snapshot, vmp_error *error) {
  auto state = std::make_unique<SnapshotState>();
  const vmp_status status = Saver(*this, *state).save(error);
  if (status == VMP_OK) *snapshot = state.release();
  return status;
}

}  // namespace vmp_linux
