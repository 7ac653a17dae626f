#include "conformance/virtualization/guest.h"

namespace vmp::conformance {
namespace {

constexpr uint32_t vector = 0x40;
constexpr uint16_t handler_port = 0x99, marker_port = 0x98;

// The real-mode interrupt table (Intel SDM volume 3, section 21.1.4), and a handler that tells that it runs.
void install_handler(Guest &guest) {
  guest.memory.word(vector * 4) = address::handler;           // segment 0
  guest.place(address::handler, {0xe6, handler_port, 0xcf});  // out handler_port, al; iret
}

void expect_port(Guest &guest, uint16_t port, const char *what) {
  guest.cpu.run_to(VMP_EXIT_PORT_IO, what);
  expect(guest.cpu.exit().u.io.address == port, "%s: the exit is %s", what, describe_exit(guest.cpu.exit()).c_str());
}

// Delivers at once, or after the run that ends as soon as the guest takes interrupts.
void deliver(Guest &guest) {
  vmp_status status = guest.cpu.try_interrupt(vector);
  if (status == VMP_ERROR_BUSY) {
    guest.cpu.run_to(VMP_EXIT_INTERRUPTED, "a run of a guest that takes interrupts, after BUSY");
    status = guest.cpu.try_interrupt(vector);
  }
  expect_status("vcpu_interrupt", VMP_OK, status, guest.cpu.error());
}

void delivered(Context &context) {
  Guest guest(context, Mode::real, {0xfb, 0x90, 0xf4, 0x40, 0xf4});  // sti; nop; hlt; inc ax; hlt
  install_handler(guest);
  guest.cpu.run_to(VMP_EXIT_HALT, "HLT with interrupts on");
  deliver(guest);
  expect_port(guest, handler_port, "the interrupt's handler");
  guest.cpu.run_to(VMP_EXIT_HALT, "the return from the handler");
  expect(guest.reg(rax) == 1, "the guest does not go on behind HLT after the handler");
}

void held_back(Context &context) {
  // cli; out marker_port, al; inc ax; mov cx, 5000; sti; loop to itself; hlt
  Guest guest(context, Mode::real, {0xfa, 0xe6, marker_port, 0x40, 0xb9, 0x88, 0x13, 0xfb, 0xe2, 0xfe, 0xf4});
  install_handler(guest);
  expect_port(guest, marker_port, "OUT with interrupts off");
  expect_status("vcpu_interrupt with interrupts off", VMP_ERROR_BUSY, guest.cpu.try_interrupt(vector),
                guest.cpu.error());
  guest.cpu.run_to(VMP_EXIT_INTERRUPTED, "the guest's STI after BUSY");
  expect(guest.reg(rax) == 1 && (guest.cpu.state().rflags & 0x200) != 0,
         "the run after BUSY ends before the guest takes interrupts");
  expect_status("vcpu_interrupt with interrupts on", VMP_OK, guest.cpu.try_interrupt(vector), guest.cpu.error());
  expect_port(guest, handler_port, "the interrupt's handler");
  guest.cpu.run_to(VMP_EXIT_HALT, "the return from the handler");
}

void once(Context &context) {
  Guest guest(context, Mode::real, {0xfb, 0x90, 0xf4, 0xf4});  // sti; nop; hlt; hlt
  install_handler(guest);
  for (int round = 0; round < 3; ++round) {
    guest.cpu.state().rip = address::code;
    guest.cpu.run_to(VMP_EXIT_HALT, "HLT with interrupts on");
    deliver(guest);
    expect_port(guest, handler_port, "the interrupt's handler");
    guest.cpu.run_to(VMP_EXIT_HALT, "the return from the handler, which runs once an interrupt");
  }
}

constexpr Case cases[] = {
    {"an external interrupt reaches its handler", 0, delivered},
    {"an external interrupt is BUSY while the guest takes none, and the window ends the run", 0, held_back},
    {"each external interrupt is delivered once", 0, once},
};

}  // namespace

constinit const Group interrupt_cases = {"interrupts", cases};

}  // namespace vmp::conformance
