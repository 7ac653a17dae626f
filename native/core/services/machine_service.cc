#include "core/machine/machine.h"
#include "core/services/services.h"

namespace vmp {
namespace {

const vmp_guest_memory *memory(vmp_machine *machine) { return &Machine::from(machine).memory()->layout(); }

vmp_status vcpu_create(vmp_machine *machine, uint32_t run, vmp_address_space *space, vmp_vcpu **vcpu,
                       vmp_error *error) {
  return Machine::from(machine).create_vcpu(run, space, vcpu, error);
}

vmp_status vcpu_start(vmp_vcpu *vcpu, vmp_error *error) { return Machine::from(vcpu->machine).start_vcpu(vcpu, error); }

void vcpu_destroy(vmp_vcpu *vcpu) { Machine::from(vcpu->machine).destroy_vcpu(vcpu); }

void vcpu_set_space(vmp_vcpu *vcpu, vmp_address_space *space) { vcpu->space = space; }

void vcpu_interrupt(vmp_vcpu *vcpu) { Vcpu::from(vcpu).request(VMP_REQUEST_INTERRUPT); }

uint32_t vcpu_acknowledge(vmp_vcpu *vcpu) { return Vcpu::from(vcpu).acknowledge(VMP_REQUEST_INTERRUPT); }

vmp_status wait(vmp_vcpu *vcpu, int32_t descriptor, uint32_t events, int64_t nanoseconds, uint32_t *revents) {
  return Vcpu::from(vcpu).wait(descriptor, events, nanoseconds, revents);
}

void process_ended(vmp_machine *machine, uint32_t run, const vmp_process_result *result) {
  Machine::from(machine).process_ended(run, *result);
}

void run_limit(vmp_machine *machine, uint32_t run, vmp_string limit, vmp_string detail) {
  Machine::from(machine).run_limit(run, {limit.data, limit.size}, {detail.data, detail.size});
}

void process_stopped(vmp_machine *machine, uint32_t run, uint32_t process, uint32_t signal) {
  Machine::from(machine).process_stopped(run, process, signal);
}

vmp_status vcpu_load(vmp_vcpu *vcpu, uint32_t classes, vmp_error *error) {
  BackendVcpu *part = Vcpu::from(vcpu).backend_part.get();
  return part == nullptr ? VMP_OK : part->load(classes, error);
}

void vcpu_store(vmp_vcpu *vcpu, uint32_t classes) {
  if (BackendVcpu *part = Vcpu::from(vcpu).backend_part.get(); part != nullptr) part->store(classes);
}

uint64_t vdso(vmp_machine *machine) { return Machine::from(machine).vdso(); }
vmp_status hardware_create(vmp_address_space *space, uint32_t device, vmp_error *error) {
  return Machine::from(space->machine).create_hardware(space, device, error);
}

vmp_status line_set(vmp_machine *machine, uint32_t line, uint32_t level, vmp_error *error) {
  return Machine::from(machine).set_line(line, level, error);
}

int32_t standard_stream(vmp_machine *machine, uint32_t number) {
  return Machine::from(machine).standard_stream(number);
}

void power_off(vmp_machine *machine, int32_t exit_code) { Machine::from(machine).power_off(exit_code); }

void call_ended(vmp_machine *machine, uint64_t id, uint32_t status, uint64_t result, vmp_string reason) {
  Machine::from(machine).call_ended(id, status, result, std::string(reason.data, reason.size));
}

void answers_set(vmp_address_space *space, const vmp_call_answer *answers, uint32_t count) {
  Machine::from(space->machine).set_answers(space, {answers, count});
}

}  // namespace

const vmp_machine_service machine_service = {sizeof(vmp_machine_service),
                                             0,
                                             memory,
                                             vcpu_create,
                                             vcpu_start,
                                             vcpu_destroy,
                                             vcpu_set_space,
                                             vcpu_interrupt,
                                             vcpu_acknowledge,
                                             wait,
                                             process_ended,
                                             run_limit,
                                             process_stopped,
                                             vcpu_load,
                                             vcpu_store,
                                             vdso,
                                             hardware_create,
                                             line_set,
                                             standard_stream,
                                             power_off,
                                             call_ended,
                                             answers_set};

}  // namespace vmp
