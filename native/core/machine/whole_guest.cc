// The guest that owns the processor, of which a machine has one at a time: what devices ask of the machine for it.
#include "core/error.h"
#include "core/machine/machine.h"

namespace vmp {

// False: there is one already.
bool Machine::begin_guest(const std::shared_ptr<Run> &run) {
  std::lock_guard lock(mutex_);
  if (guest_ != nullptr) return false;
  guest_ = run;
  return true;
}

// Before its end is told: the next one finds the devices as this one did.
void Machine::end_guest(const Run &run) {
  {
    std::lock_guard lock(mutex_);
    if (guest_.get() != &run) return;
  }
  vmp_error error = make_error();
  const vmp_status status = devices_.reset(&error);
  std::lock_guard lock(mutex_);
  guest_.reset();
  if (status == VMP_OK || stopping_) return;
  stopping_ = true;
  stop_code_ = error.code;
  stop_detail_ = error.message;
}

vmp_status Machine::create_hardware(vmp_address_space *space, uint32_t device, vmp_error *error) {
  return engine_->create_hardware(space, device, error);
}

vmp_status Machine::set_line(uint32_t line, uint32_t level, vmp_error *error) {
  return engine_->set_line(line, level, error);
}

int32_t Machine::standard_stream(uint32_t number) {
  std::lock_guard lock(mutex_);
  return guest_ == nullptr || number > 2 ? -1 : guest_->standard[number];
}

void Machine::power_off(int32_t exit_code) {
  std::lock_guard lock(mutex_);
  if (guest_ == nullptr) return;
  vmp_process_result result{};
  result.struct_size = sizeof result;
  result.process = guest_->first_process;
  result.exit_code = exit_code;
  result.processes = 1;
  take_result(*guest_, result);
}

}  // namespace vmp
