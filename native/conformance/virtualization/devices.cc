#include <sys/eventfd.h>
#include <unistd.h>

#include <thread>

#include "conformance/virtualization/guest.h"

namespace vmp::conformance {
namespace {

constexpr uint16_t ready_port = 0x98, handler_port = 0x99;
constexpr uint32_t line = 3, first_vector = 0x20;

struct EventDescriptor {
  EventDescriptor() : value(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    expect(value >= 0, "the host has no event descriptor");
  }
  ~EventDescriptor() { ::close(value); }
  EventDescriptor(const EventDescriptor &) = delete;
  EventDescriptor &operator=(const EventDescriptor &) = delete;
  uint64_t take() const {
    uint64_t count = 0;
    return ::read(value, &count, sizeof count) == sizeof count ? count : 0;
  }
  const int value;
};

// Real-mode code that sets the first 8259A up (its data sheet's ICW1 to ICW4, OCW1), lets the unmasked lines in, tells
// so, and halts for ever; the handler tells that it runs, and ends the interrupt.
constexpr std::initializer_list<uint8_t> start = {
    0xb0, 0x11,         0xe6,       0x20,  // mov al, 11h; out 20h, al: edge-triggered, cascade, ICW4
    0xb0, first_vector, 0xe6,       0x21,  //
    0xb0, 0x04,         0xe6,       0x21,  // the second controller on line 2
    0xb0, 0x01,         0xe6,       0x21,  // 8086 mode
    0xb0, 0xf6,         0xe6,       0x21,  // all masked but lines 0 and 3
    0xfb, 0xe6,         ready_port,        // sti; out ready_port, al
    0xf4, 0xeb,         0xfd,              // hlt; jmp back
};
constexpr std::initializer_list<uint8_t> handler = {0xb0, 0x20, 0xe6, 0x20, 0xe6, handler_port, 0xcf};

void prepare(Guest &guest, uint32_t of_line) {
  guest.memory.word((first_vector + of_line) * 4) = address::handler;
  guest.place(address::handler, handler);
}

void expect_port(Guest &guest, uint16_t port, const char *what) {
  guest.cpu.run_to(VMP_EXIT_PORT_IO, what);
  expect(guest.cpu.exit().u.io.address == port, "%s: the exit is %s", what, describe_exit(guest.cpu.exit()).c_str());
}

// Ends a run that waits for an interrupt that does not come: the case then fails instead of hanging.
class Deadline {
 public:
  explicit Deadline(VirtualCpu &cpu) : cpu_(cpu), thread_([this] { watch(); }) {}
  ~Deadline() {
    done_ = true;
    thread_.join();
  }
  Deadline(const Deadline &) = delete;
  Deadline &operator=(const Deadline &) = delete;

 private:
  void watch() {
    using namespace std::chrono_literals;
    for (auto waited = 0ms; waited < 5000ms; waited += 5ms) {
      if (done_) return;
      std::this_thread::sleep_for(5ms);
    }
    cpu_.request(VMP_REQUEST_STOP);
  }
  VirtualCpu &cpu_;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

void line_set(Context &context) {
  Guest guest(context, Mode::real, start, VMP_HARDWARE_INTERRUPT_CONTROLLER);
  prepare(guest, line);
  expect_port(guest, ready_port, "setting the controller up");
  const Deadline deadline(guest.cpu);
  for (int round = 0; round < 3; ++round) {
    guest.machine.set_line(line, 1);
    guest.machine.set_line(line, 0);
    expect_port(guest, handler_port, "the line's handler");
  }
}

void halt_waits(Context &context) {
  Guest guest(context, Mode::real, start, VMP_HARDWARE_INTERRUPT_CONTROLLER);
  prepare(guest, line);
  expect_port(guest, ready_port, "setting the controller up");
  using namespace std::chrono_literals;
  std::thread kicker([&guest] {
    std::this_thread::sleep_for(20ms);
    guest.cpu.request(VMP_REQUEST_PAUSE);
  });
  guest.cpu.run();
  kicker.join();
  expect(guest.cpu.exit().kind == VMP_EXIT_INTERRUPTED, "a HLT that waits inside run ends with %s after a kick",
         describe_exit(guest.cpu.exit()).c_str());
  guest.cpu.acknowledge();
  guest.machine.set_line(line, 1);
  const Deadline deadline(guest.cpu);
  expect_port(guest, handler_port, "the line's handler after the kick");
}

void line_event(Context &context) {
  Guest guest(context, Mode::real, start, VMP_HARDWARE_INTERRUPT_CONTROLLER);
  prepare(guest, line);
  expect_port(guest, ready_port, "setting the controller up");
  const EventDescriptor event;
  const auto attach = [&](uint32_t on) {
    vmp_error error = make_error();
    expect(VMP_HAS(&context.table(), vmp_accel_virtualization, line_event), "line_event is missing");
    expect_status("line_event", VMP_OK,
                  context.table().line_event(context.self(), guest.machine.handle(), line, event.value, on, &error),
                  error);
  };
  attach(1);
  expect(::eventfd_write(event.value, 1) == 0, "the host's eventfd_write has failed");
  {
    const Deadline deadline(guest.cpu);
    expect_port(guest, handler_port, "the line's handler after a write to the descriptor");
  }
  attach(0);
  expect(::eventfd_write(event.value, 1) == 0 && event.take() == 1, "the descriptor is still read after it was let go");
}

void timer(Context &context) {
  // As above, but before STI the 8254 is told to count once (its data sheet's mode 0): 10,000 of 1.19 MHz.
  Guest guest(context, Mode::real,
              {0xb0, 0x11, 0xe6,       0x20, 0xb0, first_vector, 0xe6, 0x21, 0xb0, 0x04, 0xe6, 0x21,
               0xb0, 0x01, 0xe6,       0x21, 0xb0, 0xf6,         0xe6, 0x21,                          //
               0xb0, 0x30, 0xe6,       0x43, 0xb0, 0x10,         0xe6, 0x40, 0xb0, 0x27, 0xe6, 0x40,  //
               0xfb, 0xe6, ready_port, 0xf4, 0xeb, 0xfd},
              VMP_HARDWARE_INTERRUPT_CONTROLLER);
  guest.machine.create_device(VMP_HARDWARE_TIMER);
  prepare(guest, 0);
  const Deadline deadline(guest.cpu);
  guest.cpu.run_to(VMP_EXIT_PORT_IO, "starting the timer");
  if (guest.cpu.exit().u.io.address == ready_port) guest.cpu.run_to(VMP_EXIT_PORT_IO, "the timer's interrupt");
  expect(guest.cpu.exit().u.io.address == handler_port, "the timer's interrupt: the exit is %s",
         describe_exit(guest.cpu.exit()).c_str());
}

void io_event(Context &context) {
  // out 50h, al; mov [rbx], eax; hlt
  constexpr uint16_t port = 0x50;
  Guest guest(context, Mode::long64, {0xe6, port, 0x89, 0x03, 0xf4});
  guest.reg(rbx) = address::unbacked;
  const EventDescriptor of_port, of_memory;
  const auto attach = [&](uint32_t on) {
    vmp_error error = make_error();
    void *vm = guest.machine.handle();
    expect(VMP_HAS(&context.table(), vmp_accel_virtualization, io_event), "io_event is missing");
    expect_status("io_event of a port", VMP_OK,
                  context.table().io_event(context.self(), vm, port, 1, 1, of_port.value, on, &error), error);
    expect_status("io_event of an address", VMP_OK,
                  context.table().io_event(context.self(), vm, address::unbacked, 4, 0, of_memory.value, on, &error),
                  error);
  };
  attach(1);
  guest.cpu.run_to(VMP_EXIT_HALT, "writes that are counted in place of exits");
  expect(of_port.take() == 1 && of_memory.take() == 1, "the writes were not counted on the descriptors");
  attach(0);
  guest.cpu.state().rip = address::code;
  guest.cpu.run_to(VMP_EXIT_PORT_IO, "OUT once its event is off");
  guest.cpu.run_to(VMP_EXIT_MMIO, "a store once its event is off");
  expect(of_port.take() == 0 && of_memory.take() == 0, "writes are counted after the events are off");
}

constexpr uint32_t controller = VMP_VIRTUALIZATION_INTERRUPT_CONTROLLER;
constexpr Case cases[] = {
    {"a line reaches its handler through the interrupt controller", controller, line_set},
    {"with an interrupt controller HLT waits inside run, which a kick ends", controller, halt_waits},
    {"a write to an event descriptor pulses its line", controller | VMP_VIRTUALIZATION_LINE_EVENT, line_event},
    {"the timer interrupts", controller | VMP_VIRTUALIZATION_TIMER, timer},
    {"a write with an event is counted in place of an exit", VMP_VIRTUALIZATION_IO_EVENT, io_event},
};

}  // namespace

constinit const Group device_cases = {"devices", cases};

}  // namespace vmp::conformance
