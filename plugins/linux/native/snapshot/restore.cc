// Makes the processes of a snapshot, in place of those that are there.
#include <algorithm>
#include <set>

#include "function_calls/function_call.h"
#include "personality.h"
#include "processes/answers.h"
#include "snapshot/file_restorer.h"
#include "snapshot/kept_locks.h"
#include "timers/clocks.h"
#include "waiting.h"

namespace vmp_linux {
namespace {

using Processes = std::vector<std::shared_ptr<Process>>;

// Without a word to anyone: what they held is let go.
void discard(Personality &personality, const Processes &processes) {
  for (const auto &process : processes) {
    {
      std::lock_guard lock(process->signal_mutex);
      // A virtual CPU that is not restored comes back once more to be let go (handle_exit). Of a process that has ended
      // it is gone already.
      for (const auto &thread : process->threads) {
        if (!process->ended && thread->vcpu->personality_data == thread.get()) thread->vcpu->personality_data = nullptr;
      }
      process->ended = true;  // no virtual CPU of it is woken from here on
    }
    for (const auto &thread : process->threads) abandon_call(*thread, "the machine was brought back to a snapshot");
    personality.timers().process_ended(*process);
    personality.locks().process_ended(*process);
    process->descriptors.close_all();
    process->working_directory.reset();
    process->executable.reset();
    process->map.reset();
    for (const auto &thread : process->threads) thread->keep.reset();
  }
}

template <typename T, typename Matches>
T *find(T **items, uint64_t count, Matches matches) {
  const auto found = std::find_if(items, items + count, matches);
  return found == items + count ? nullptr : *found;
}

class Restorer {
 public:
  Restorer(Personality &personality, const vmp_restore &request)
      : personality_(personality),
        request_(request),
        state_(*static_cast<const SnapshotState *>(request.snapshot)),
        files_(state_, personality, request, runs_) {}
  Restorer(const Restorer &) = delete;
  Restorer &operator=(const Restorer &) = delete;
  ~Restorer() {
    if (is_done_) return;
    personality_.table().replace({}, state_.last_process_id);
    discard(personality_, processes_);
  }

  vmp_status restore(vmp_error *error) {
    if (state_.architecture != personality_.architecture().id) {
      return fail(error, VMP_ERROR_UNSUPPORTED, "SNAPSHOT_ARCHITECTURE",
                  "the snapshot is of architecture %u, the machine of %u", state_.architecture,
                  personality_.architecture().id);
    }
    restore_runs();
    vmp_status status = restore_maps(error);
    if (status == VMP_OK) status = files_.restore(error);
    for (size_t i = 0; i < state_.processes.size() && status == VMP_OK; ++i)
      status = restore_process(state_.processes[i], error);
    if (status == VMP_OK) status = restore_locks(personality_.locks(), state_, processes_, files_, error);
    if (status != VMP_OK) return status;
    link_vforks();
    personality_.table().replace(processes_, state_.last_process_id);
    status = restore_timers(error);
    if (status != VMP_OK) return status;
    wake_waiting();
    maps_.clear();  // whoever shares one is known by its users
    for (const auto &process : processes_) {
      if (process->map != nullptr) offer_answers(*process);
    }
    is_done_ = true;
    return VMP_OK;
  }

 private:
  void restore_runs() {
    for (size_t i = 0; i < state_.runs.size(); ++i) {
      const KeptRun &kept = state_.runs[i];
      auto run = std::make_shared<Run>(kept.id, FileSystem(kept.mounts));
      run->process_limit = kept.process_limit;
      run->open_file_limit = kept.open_file_limit;
      run->system_calls = kept.system_calls;
      for (const auto &[index, count] : kept.refusals) run->refusals[index] = count;
      run->first_process = kept.first_process;
      run->processes = kept.processes;
      run->processes_so_far = kept.processes_so_far;
      run->terminal = kept.terminal;
      const vmp_restored_streams *streams = files_.streams(i);
      if (streams != nullptr && streams->trace >= 0) run->trace = std::make_unique<Trace>(streams->trace);
      runs_.push_back(std::move(run));
    }
  }

  vmp_status restore_maps(vmp_error *error) {
    for (const KeptMap &kept : state_.maps) {
      vmp_address_space *space =
          find(request_.spaces, request_.space_count, [&](const auto *each) { return each->id == kept.space; });
      if (space == nullptr) {
        return fail(error, VMP_ERROR_IO, "SNAPSHOT_INCOMPLETE", "address space %llu of the snapshot is missing",
                    static_cast<unsigned long long>(kept.space));
      }
      maps_.push_back(std::make_shared<MemoryMap>(GuestMemory(personality_.services().memory, space), kept.plan));
    }
    return VMP_OK;
  }

  vmp_status restore_process(const KeptProcess &kept, vmp_error *error) {
    const auto &run = runs_[kept.run];
    const auto process = std::make_shared<Process>(personality_, run, kept.id);
    processes_.push_back(process);
    static_cast<ProcessState &>(*process) = kept.state;
    process->nice = kept.nice;
    process->parent_death_signal = kept.parent_death_signal;
    process->vfork_done = kept.vfork_done;
    if (kept.map) process->map = maps_[*kept.map];
    process->working_directory = files_.file(kept.working_directory);
    process->executable = files_.file(kept.executable);
    for (const KeptDescriptor &descriptor : kept.descriptors)
      process->descriptors.put(descriptor.number, files_.file(descriptor.file), descriptor.close_on_exec);
    for (const KeptThread &thread : kept.threads) {
      vmp_vcpu *vcpu =
          find(request_.vcpus, request_.vcpu_count, [&](const auto *each) { return each->index == thread.vcpu; });
      if (vcpu == nullptr) {
        return fail(error, VMP_ERROR_IO, "SNAPSHOT_INCOMPLETE",
                    "virtual CPU %u of the snapshot's process %u is missing", thread.vcpu, kept.id);
      }
      restore_thread(process, vcpu, thread);
    }
    for (const size_t index : kept.signal_files)
      process->signal_files.add(std::static_pointer_cast<SignalFile>(files_.file(index)->special));
    refresh_signal_files(*process);  // nobody else knows the process yet
    if (run->trace != nullptr && !process->ended && traced_.insert(run.get()).second == false) run->trace->began();
    return VMP_OK;
  }

  static void restore_thread(const std::shared_ptr<Process> &process, vmp_vcpu *vcpu, const KeptThread &kept) {
    process->threads.push_back(std::make_unique<Thread>(process, vcpu, kept.id));
    Thread &thread = *process->threads.back();
    static_cast<ThreadState &>(thread) = kept.state;
    thread.attention = kept.attention;
    auto &deadline = thread.kept_deadline;
    if (deadline && *deadline != kForever) *deadline = saturating_sum(monotonic_nanoseconds(), *deadline);
  }

  void link_vforks() {
    for (size_t i = 0; i < processes_.size(); ++i) {
      const uint32_t parent = state_.processes[i].vfork_parent;
      const auto found = std::ranges::find(processes_, parent, [](const auto &process) { return process->id; });
      if (parent != 0 && found != processes_.end()) processes_[i]->vfork_parent = *found;
    }
  }

  vmp_status restore_timers(vmp_error *error) {
    for (size_t i = 0; i < processes_.size(); ++i) {
      const auto &timers = state_.processes[i].timers;
      if (timers != nullptr && personality_.timers().restore(*processes_[i], *timers) != 0) {
        return fail(error, VMP_ERROR_OUT_OF_MEMORY, "SNAPSHOT_FILE_LOST",
                    "the host has no thread or descriptors for the timers of process %u", processes_[i]->id);
      }
    }
    return VMP_OK;
  }

  // Before their first instruction: who was stopped, has a signal to take, or begins to use timed processor time.
  void wake_waiting() const {
    for (size_t i = 0; i < processes_.size(); ++i) {
      const bool has_timers = state_.processes[i].timers != nullptr;
      for (const auto &thread : processes_[i]->threads) {
        if (!has_timers && !thread->attention) continue;
        thread->attention = true;
        personality_.services().machine->vcpu_interrupt(thread->vcpu);
      }
    }
  }

  Personality &personality_;
  const vmp_restore &request_;
  const SnapshotState &state_;
  std::vector<std::shared_ptr<Run>> runs_;
  FileRestorer files_;
  std::vector<std::shared_ptr<MemoryMap>> maps_;
  Processes processes_;
  std::set<const Run *> traced_;
  bool is_done_ = false;
};

}  // namespace

vmp_status Personality::restore(const vmp_restore &request, vmp_error *error) {
  discard(*this, table_.replace({}, kInit));
  return Restorer(*this, request).restore(error);
}

}  // namespace vmp_linux
