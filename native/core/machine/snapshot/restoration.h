// Bringing a machine to a snapshot, step by step; what a step has made is undone by stopping the machine.
#pragma once

#include <unordered_map>

#include "core/machine/machine.h"

namespace vmp {

class Restoration {
 public:
  Restoration(Machine &machine, const Snapshot &snapshot, bool copies)
      : machine_(machine), snapshot_(snapshot), copies_(copies) {}
  ~Restoration();
  Restoration(const Restoration &) = delete;
  Restoration &operator=(const Restoration &) = delete;

  // [control] In this order, while the machine is quiet.
  vmp_status find_runs(const std::vector<RestoredStreams> &streams, std::vector<RestoredRun> &restored,
                       vmp_error *error);
  vmp_status restore_memory(vmp_error *error);
  vmp_status restore_registers(vmp_error *error);
  vmp_status restore_processes(vmp_error *error);
  // all: there is no process any more, not even of the snapshot.
  void drop_vcpus(bool all);
  void restore_accounts();
  vmp_status start(vmp_error *error);

 private:
  void undo_end(Run &run);
  bool is_kept(const vmp_vcpu *vcpu) const;
  bool has_no_thread(const vmp_vcpu *vcpu) const;
  AddressSpace *find_space(uint64_t id) const;
  vmp_vcpu *find_vcpu(uint32_t index, const std::shared_ptr<Run> &run) const;
  vmp_status restore_space(const SpaceImage &image, vmp_error *error);
  vmp_status restore_vcpu(const VcpuImage &image, vmp_error *error);

  Machine &machine_;
  const Snapshot &snapshot_;
  const bool copies_;
  SharedPages shared_;
  std::unordered_map<uint32_t, std::shared_ptr<Run>> runs_;  // of the snapshot; each held by a thread more
  std::set<uint32_t> made_runs_;
  std::unordered_map<uint64_t, AddressSpace *> spaces_;
  std::vector<vmp_vcpu *> vcpus_;
  std::vector<vmp_vcpu *> made_;  // those of them that have no thread yet
};

}  // namespace vmp
