// What a machine was at one moment: memory, registers and the personality's processes. Machines are made from it, and
// brought back to it. Immutable; the machine that it was taken from may be gone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/machine/run.h"
#include "core/machine/space_image.h"
#include "core/module/library.h"
#include "vm_plugin/os_personality.h"

namespace vmp {

struct VcpuImage {
  uint32_t index = 0;
  uint32_t run = 0;
  uint64_t space = 0;  // its id
  uint64_t instructions = 0;
  std::vector<uint8_t> state;  // the architecture's
};

struct RunImage {
  uint32_t id = 0;
  RunLimits limits;
  Run::Account account;
  uint32_t first_process = 0;
};

// The personality's part, which it destroys itself.
class PersonalityImage {
 public:
  PersonalityImage(const vmp_os_personality *vtable, std::shared_ptr<Library> library, void *data)
      : vtable_(vtable), library_(std::move(library)), data_(data) {}
  ~PersonalityImage() {
    if (vtable_->snapshot_destroy != nullptr) vtable_->snapshot_destroy(data_);
  }
  PersonalityImage(const PersonalityImage &) = delete;
  PersonalityImage &operator=(const PersonalityImage &) = delete;
  const void *data() const { return data_; }
  const vmp_os_personality *vtable() const { return vtable_; }

 private:
  const vmp_os_personality *const vtable_;
  const std::shared_ptr<Library> library_;  // as long as its code may be called
  void *const data_;
};

struct Snapshot {
  std::string engine;  // its point, plugin and name: registers are another's only by accident
  uint64_t memory_size = 0;
  std::vector<SpaceImage> spaces;
  std::vector<VcpuImage> vcpus;
  std::vector<RunImage> runs;
  std::unique_ptr<PersonalityImage> personality;
};

// Descriptors of the host for a run that is made anew.
struct RestoredStreams {
  uint32_t run = 0;
  int32_t standard[3] = {0, 1, 2};  // borrowed until the run has ended
};

// What restore has made: the runs that were not there, for which events will come.
struct RestoredRun {
  uint32_t run = 0;
  uint32_t process = 0;  // the first
};

}  // namespace vmp
