// A virtual CPU that runs a user-mode program on a backend: translates between the processor's state at an exit, which
// may be in a stub of the system area, and the program's.
#pragma once

#include "core/machine/user_mode/user_space.h"
#include "core/machine/vcpu.h"

namespace vmp {

class UserVcpu final : public BackendVcpu {
 public:
  UserVcpu(const Backend &backend, vmp_vcpu *vcpu) : BackendVcpu(backend, vcpu) {}
  ~UserVcpu() override;

  // [control, vcpu] Gives it a processor in the space's virtual machine, and takes away the one it had. The program's
  // state in the layout stays; the processor's vectors are those of a new program.
  vmp_status enter(std::shared_ptr<UserSpace> space, const vmp_identity &identity, vmp_error *error);
  // [vcpu] NULL before the first enter.
  const UserSpace *space() const { return space_.get(); }

  void run() override;
  vmp_status load(uint32_t classes, vmp_error *error) override;
  void store(uint32_t classes) override;

 private:
  // Where the processor is, which decides how it returns to the program.
  enum class Place {
    program,      // in ring 3: the registers are all there is
    system_call,  // in the stub that SYSCALL leads to
    handler       // in one of ring 0's handlers
  };

  bool begin(vmp_error *error);
  void begin_vectors();
  bool find_counter(vmp_error *error);
  void leave_space();
  bool enter_program();
  bool leave_processor();
  bool leave_stub(uint64_t raw);
  bool refuse_port(uint64_t raw);
  bool refuse_device();
  void complete_instruction(uint64_t raw);
  bool settle_ring();
  bool find_ring();
  bool set_up(vmp_error *error);
  bool take_exception(uint32_t vector);
  bool take_page_fault(uint64_t error_code);
  bool take_forbidden_access();
  bool probe_access(uint64_t &address, uint32_t &access);
  void leave_where_interrupted();
  void read_frame();
  bool read_system(vmp_error &error);

  std::shared_ptr<UserSpace> space_;
  uint32_t index_ = SystemArea::largest_vcpus;
  Place place_ = Place::program;
  bool knows_ring_ = false;
  uint32_t pending_ = 0;              // classes that the personality has changed
  uint64_t root_ = SystemArea::root;  // wanted
  uint64_t cr3_ = SystemArea::root;   // as the processor has it
  bool probing_ = false;
  uint64_t fs_base_ = 0, gs_base_ = 0;  // as the processor has them
};

}  // namespace vmp
