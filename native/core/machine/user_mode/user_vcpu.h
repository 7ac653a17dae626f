// A virtual CPU that runs a user-mode program on a backend: translates between the processor's state at an exit, which
// may be in a stub of the system area, and the program's.
#pragma once

#include "core/machine/user_mode/user_space.h"
#include "core/machine/vcpu.h"

namespace vmp {

class UserVcpu {
 public:
  // The backend must outlive it.
  UserVcpu(const Backend &backend, vmp_vcpu *vcpu) : backend_(backend), vcpu_(vcpu) {}
  ~UserVcpu();
  UserVcpu(const UserVcpu &) = delete;
  UserVcpu &operator=(const UserVcpu &) = delete;

  // [control, vcpu] Gives it a processor in the space's virtual machine, and takes away the one it had. The program's
  // state in the layout stays; the processor's vectors are those of a new program.
  vmp_status enter(std::shared_ptr<UserSpace> space, const vmp_identity &identity, vmp_error *error);
  // [vcpu] NULL before the first enter.
  const UserSpace *space() const { return space_.get(); }

  // [vcpu] Until an exit that the program itself has caused, or a request. The layout's state is the program's before
  // and after.
  void run();
  // [vcpu] Parts of the program's state that an exit leaves in the processor: brings them into the layout; takes them
  // over from there at the next run. VMP_STATE_*.
  vmp_status load(uint32_t classes, vmp_error *error);
  void store(uint32_t classes) { pending_ |= classes; }
  // [any] After a request was set: out of run.
  void kick();
  // [vcpu] Ends run with an exit that says why it cannot go on.
  void describe_engine_error(const char *message);

 private:
  // Where the processor is, which decides how it returns to the program.
  enum class Place {
    program,      // in ring 3: the registers are all there is
    system_call,  // in the stub that SYSCALL leads to
    handler       // in one of ring 0's handlers
  };

  vmp_x86_64_state &state() {
    return *reinterpret_cast<vmp_x86_64_state *>(reinterpret_cast<uint8_t *>(vcpu_) + VMP_VCPU_STATE_OFFSET);
  }
  bool begin(vmp_error *error);
  bool find_counter(vmp_error *error);
  void leave_space();
  bool enter_program();
  bool leave_processor();
  bool leave_stub(uint64_t raw);
  bool refuse_port(uint64_t raw);
  bool take_exception(uint32_t vector);
  bool take_page_fault(uint64_t error_code);
  bool take_forbidden_access();
  bool probe_access(uint64_t &address, uint32_t &access);
  void leave_where_interrupted();
  void read_frame();
  bool read_system(vmp_error &error);

  const Backend &backend_;
  vmp_vcpu *const vcpu_;
  std::shared_ptr<UserSpace> space_;
  uint32_t index_ = SystemArea::largest_vcpus;
  std::mutex kick_mutex_;  // the backend's virtual CPU is not destroyed under a kick
  Place place_ = Place::program;
  bool calls_in_ring_3_ = false;  // the hypervisor leaves the processor in ring 3 in the stub
  bool knows_ring_ = false;
  uint32_t pending_ = 0;
  uint64_t root_ = SystemArea::root;
  bool probing_ = false;
  uint64_t fs_base_ = 0, gs_base_ = 0;  // as the processor has them
};

}  // namespace vmp
