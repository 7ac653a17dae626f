#include "x86_64/virtual_cpu.h"

#include "exits.h"
#include "x86_64/reset.h"

namespace vmp::hvf {
namespace {

constexpr uint64_t interrupt_flag = 0x200;  // of RFLAGS
constexpr uint32_t every_class = VMP_STATE_GENERAL | VMP_STATE_SYSTEM | VMP_STATE_VECTOR | VMP_STATE_MODEL;

int32_t read_memory(void *context, uint64_t address, void *bytes, uint64_t size) {
  return static_cast<VirtualMachine *>(context)->read(address, bytes, size);
}

int32_t write_memory(void *context, uint64_t address, const void *bytes, uint64_t size) {
  return static_cast<VirtualMachine *>(context)->write(address, bytes, size);
}

// What is wanted of a control and must be or may be (appendix A.2): low half what must be 1, high half what may be.
uint64_t allowed(uint64_t capability, uint64_t wanted) {
  return (wanted | (capability & 0xffffffff)) & (capability >> 32);
}

}  // namespace

VirtualCpu::VirtualCpu(VirtualMachine &machine, vmp_vcpu *vcpu, const vmp_identity &identity)
    : machine_(machine),
      vcpu_(vcpu),
      identity_(identity.count != 0 ? std::vector(identity.leaves, identity.leaves + identity.count)
                                    : machine.backend().leaves),
      bound_(machine) {
  emulator_.context = &machine;
  emulator_.read = read_memory;
  emulator_.write = write_memory;
}

VirtualCpu *VirtualCpu::create(VirtualMachine &machine, vmp_vcpu *vcpu, const vmp_identity &identity,
                               vmp_error *error) {
  constexpr uint32_t least_size = VMP_VCPU_STATE_OFFSET + sizeof(vmp_x86_64_state);
  if (vcpu->architecture != VMP_ARCHITECTURE_X86_64 || vcpu->struct_size < least_size) {
    fail(error, VMP_ERROR_INVALID_ARGUMENT, "WRONG_ARCHITECTURE", "the virtual CPU is not an x86_64 one");
    return nullptr;
  }
  auto *created = new VirtualCpu(machine, vcpu, identity);
  vcpu->engine_data = created;
  reset(created->state());
  return created;
}

uint64_t VirtualCpu::field(vmcs::Field name) {
  uint64_t value = 0;
  calls().hvf_read_vmcs(bound_.id(), name, &value);
  return value;
}

void VirtualCpu::set_field(vmcs::Field name, uint64_t value) { calls().hvf_write_vmcs(bound_.id(), name, value); }

void VirtualCpu::set_primary(uint64_t control, bool on) {
  const uint64_t controls = field(vmcs::primary_controls);
  set_field(vmcs::primary_controls, on ? controls | control : controls & ~control);
}

// The framework's virtual CPU, with the state after a reset when it is new.
int32_t VirtualCpu::bind() {
  bool is_new = false;
  const int32_t result = bound_.bind(is_new);
  return result != 0 || !is_new ? result : set_up();
}

int32_t VirtualCpu::set_up() {
  uint64_t pin = 0, primary = 0, secondary = 0, entry = 0, exit = 0;
  const struct {
    uint32_t code;
    uint64_t *to;
  } wanted[] = {{VMP_HVF_CAPABILITY_PIN_BASED, &pin},
                {VMP_HVF_CAPABILITY_PROCESSOR_BASED, &primary},
                {VMP_HVF_CAPABILITY_PROCESSOR_BASED2, &secondary},
                {VMP_HVF_CAPABILITY_ENTRY, &entry},
                {VMP_HVF_CAPABILITY_EXIT, &exit}};
  for (const auto &one : wanted) {
    if (const int32_t result = calls().hvf_read_capability(one.code, one.to); result != 0) return result;
  }
  using namespace vmcs;
  set_field(pin_controls, allowed(pin, pin_external_interrupt | pin_nmi | pin_virtual_nmis));
  set_field(primary_controls,
            allowed(primary, tsc_offset | hlt_exiting | mwait_exiting | rdpmc_exiting | cr8_load_exiting |
                                 cr8_store_exiting | io_exiting | monitor_exiting | use_secondary));
  set_field(secondary_controls, allowed(secondary, enable_rdtscp | unrestricted_guest | enable_invpcid));
  set_field(exit_controls, allowed(exit, exit_host_64 | exit_save_efer | exit_load_efer));
  set_field(entry_controls, allowed(entry, entry_load_efer));
  set_field(exception_bitmap, 0);
  set_field(guest_dr7, 0x400);
  set_field(guest_pat, 0x0007040600070406);
  // STAR, LSTAR, CSTAR, SFMASK, the bases of FS, GS and the kernel's GS, TSC_AUX, TSC, SYSENTER_CS, ESP, EIP.
  constexpr uint32_t native[] = {0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084, 0xc0000100, 0xc0000101,
                                 0xc0000102, 0xc0000103, 0x10,       0x174,      0x175,      0x176};
  for (const uint32_t number : native) {
    if (const int32_t result = calls().hvf_enable_native_msr(bound_.id(), number); result != 0) return result;
  }
  reset(system_);
  return set(every_class & ~uint32_t{VMP_STATE_GENERAL}, system_);
}

int32_t VirtualCpu::get(uint32_t classes, vmp_x86_64_state &to) {
  const int32_t result = calls().hvf_get_x86_state(bound_.id(), classes, &to);
  if ((classes & VMP_STATE_SYSTEM) != 0) {
    to.cr8 = cr8_;
    to.apic_base = apic_base_;
  }
  return result;
}

int32_t VirtualCpu::set(uint32_t classes, const vmp_x86_64_state &from) {
  int32_t result = calls().hvf_set_x86_state(bound_.id(), classes, &from);
  if ((classes & VMP_STATE_SYSTEM) != 0) {
    cr8_ = from.cr8;
    apic_base_ = from.apic_base;
    if (result == 0) result = load_page_directory_pointers(from);
  }
  return result;
}

// With EPT, PAE paging takes its four first entries from the VMCS at an entry (section 26.3.2.4).
int32_t VirtualCpu::load_page_directory_pointers(const vmp_x86_64_state &from) {
  constexpr uint64_t paging = 0x80000000, physical_extension = 0x20, long_mode_active = 0x400;
  if ((from.cr0 & paging) == 0 || (from.cr4 & physical_extension) == 0 || (from.efer & long_mode_active) != 0) return 0;
  uint64_t entries[4];
  if (machine_.read(from.cr3 & 0xffffffe0, entries, sizeof entries) != 0)
    return 0;  // the entry then fails, and says so
  for (uint32_t i = 0; i < 4; ++i) {
    const int32_t result = calls().hvf_write_vmcs(bound_.id(), vmcs::guest_pdpte0 + 2 * i, entries[i]);
    if (result != 0) return result;
  }
  return 0;
}

vmp_status VirtualCpu::read(uint32_t classes, vmp_error *error) {
  // The general registers are the layout's between runs.
  int32_t result = bind();
  if (result == 0) result = get(classes & ~uint32_t{VMP_STATE_GENERAL}, state());
  if (result != 0) return fail_call(error, "reading the state", result);
  if ((classes & VMP_STATE_VECTOR) != 0) state().xsave_size = machine_.backend().host.xsave_size;
  return VMP_OK;
}

vmp_status VirtualCpu::write(uint32_t classes, vmp_error *error) {
  if (const int32_t result = bind(); result != 0) return fail_call(error, "hv_vcpu_create", result);
  // Or the last exit's instruction would be finished with the new state.
  if (emulates_) emulate();
  emulates_ = false;
  emulator_.answered = emulator_.expected = 0;
  constexpr auto bad_argument = static_cast<int32_t>(0xfae94003);
  const int32_t result = set(classes, state());
  if (result == bad_argument)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "STATE_INVALID", "no processor can be in this state");
  return result != 0 ? fail_call(error, "writing the state", result) : VMP_OK;
}

vmp_status VirtualCpu::interrupt(uint32_t vector, vmp_error *error) {
  if (vector < 32 || vector > 255)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "VECTOR_INVALID", "external interrupts are 32 to 255");
  if (const int32_t result = bind(); result != 0) return fail_call(error, "hv_vcpu_create", result);
  const bool is_ready = (state().rflags & interrupt_flag) != 0 &&
                        (field(vmcs::guest_interruptibility) & vmcs::blocking) == 0 &&
                        (field(vmcs::entry_interruption) & vmcs::interruption_valid) == 0;
  set_primary(vmcs::interrupt_window, !is_ready);
  if (!is_ready) return fail(error, VMP_ERROR_BUSY, "INTERRUPTS_OFF", "the guest takes no interrupt now");
  set_field(vmcs::entry_interruption, vector | vmcs::external_interrupt | vmcs::interruption_valid);
  return VMP_OK;
}

void VirtualCpu::kick() {
  // Before the interrupt: whoever is not yet in the run sees the flag; the framework keeps an interrupt that finds no
  // run for the next one.
  kicked_.store(true);
  bound_.interrupt();
}

void VirtualCpu::run(uint32_t flags) {
  vmp_exit &exit = vcpu_->exit;
  const bool steps = (flags & VMP_RUN_STEP) != 0;
  if (const int32_t result = bind(); result != 0) {
    fail_exit("hv_vcpu_create", result);
    return;
  }
  if (emulates_) {
    if (emulate() == Next::leave) return;
    if (steps) return describe_kind(VMP_EXIT_STEPPED, state().rip, exit);
  }
  if ((flags & VMP_RUN_COMPLETE) != 0) return describe_kind(VMP_EXIT_INTERRUPTED, state().rip, exit);
  if (steps != traps_) set_primary(vmcs::monitor_trap, steps);
  traps_ = steps;
  for (;;) {
    const bool is_kicked = kicked_.exchange(false);
    if (is_kicked || vcpu_->requests.load(std::memory_order_seq_cst) != 0)
      return describe_kind(VMP_EXIT_INTERRUPTED, state().rip, exit);
    const uint64_t before = state().rip;
    if (!enter() || handle(steps) == Next::leave) return;
    // The program has carried the instruction out, where no trap follows.
    if (steps && state().rip != before) return describe_kind(VMP_EXIT_STEPPED, state().rip, exit);
  }
}

}  // namespace vmp::hvf
