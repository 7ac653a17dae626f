#include <chrono>
#include <random>
#include <thread>

#include "conformance/virtualization/guest.h"

namespace vmp::conformance {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Far more than a loaded host needs to schedule a thread.
constexpr auto patience = 5s;

// inc rax; jmp back
constexpr std::initializer_list<uint8_t> loop = {0x48, 0xff, 0xc0, 0xeb, 0xfb};

// Waits until a request has been acknowledged. When it is not, the kick was lost: another one, so that the case ends.
bool is_answered(VirtualCpu &cpu, std::chrono::milliseconds allowed) {
  const auto end = Clock::now() + allowed;
  while (cpu.layout().requests.load() != 0) {
    if (Clock::now() >= end) return false;
    std::this_thread::sleep_for(20us);
  }
  return true;
}

// Runs the loop on a thread of its own until a STOP, acknowledging every request.
class Runner {
 public:
  explicit Runner(Guest &guest) : guest_(guest), thread_([this] { work(); }) {}
  ~Runner() { stop(); }
  Runner(const Runner &) = delete;
  Runner &operator=(const Runner &) = delete;

  // Until it has stopped, however many kicks that takes.
  void stop() {
    if (!thread_.joinable()) return;
    do guest_.cpu.request(VMP_REQUEST_STOP);
    while (!is_answered(guest_.cpu, 100ms));
    thread_.join();
  }
  const std::string &fault() const { return fault_; }  // after stop

 private:
  void work() {
    uint64_t counted = 0;
    for (uint32_t seen = 0; (seen & VMP_REQUEST_STOP) == 0; seen = guest_.cpu.acknowledge()) {
      guest_.cpu.run();
      const uint64_t at = guest_.cpu.state().rip - address::code, count = guest_.cpu.state().gpr[rax];
      if (guest_.cpu.exit().kind != VMP_EXIT_INTERRUPTED)
        fault_ = "a kicked run ends with " + describe_exit(guest_.cpu.exit());
      else if (count < counted || (at != 0 && at != 3))
        fault_ = "an interrupted run does not leave the state between two instructions";
      counted = count;
      if (!fault_.empty()) {
        while ((guest_.cpu.acknowledge() & VMP_REQUEST_STOP) == 0) std::this_thread::sleep_for(100us);
        return;
      }
    }
  }
  Guest &guest_;
  std::string fault_;
  std::thread thread_;
};

void before_run(Context &context) {
  Guest guest(context, Mode::long64, {0xff, 0xc0, 0xf4});  // inc eax; hlt
  guest.cpu.request(VMP_REQUEST_PAUSE);
  guest.cpu.run_to(VMP_EXIT_INTERRUPTED, "a run after a kick");
  expect(guest.reg(rax) == 0 && guest.cpu.state().rip == address::code, "a run that was kicked before has run code");
  guest.cpu.run_to(VMP_EXIT_INTERRUPTED, "a run while a request is pending");
  guest.cpu.acknowledge();
  guest.cpu.run_to(VMP_EXIT_HALT, "a run once the request is acknowledged");
}

void endless_loop(Context &context) {
  Guest guest(context, Mode::long64, loop);
  Runner runner(guest);
  std::this_thread::sleep_for(20ms);
  guest.cpu.request(VMP_REQUEST_PAUSE);
  const bool answered = is_answered(guest.cpu, patience);
  runner.stop();
  expect(answered, "a kick does not end the run of an endless loop");
  expect(runner.fault().empty(), "%s", runner.fault().c_str());
}

void many_kicks(Context &context) {
  constexpr int most = 3000;
  Guest guest(context, Mode::long64, loop);
  Runner runner(guest);
  std::minstd_rand random(1);
  const auto end = Clock::now() + 2s;
  int kicks = 0;
  bool answered = true;
  for (; answered && kicks < most && (kicks < 100 || Clock::now() < end); ++kicks) {
    const auto until = Clock::now() + std::chrono::microseconds(random() % 60);
    while (Clock::now() < until) {
    }
    guest.cpu.request(VMP_REQUEST_PAUSE);
    answered = is_answered(guest.cpu, patience);
  }
  runner.stop();
  expect(answered, "kick %d is lost: the run goes on, and the request stays", kicks);
  expect(runner.fault().empty(), "%s", runner.fault().c_str());
}

void keeps_exit(Context &context) {
  Guest guest(context, Mode::long64, {0x8b, 0x03, 0xff, 0xc1, 0xf4});  // mov eax, [rbx]; inc ecx; hlt
  guest.reg(rbx) = address::unbacked;
  guest.cpu.run_to(VMP_EXIT_MMIO, "a load where no memory is");
  guest.cpu.exit().u.io.data = 42;
  guest.cpu.request(VMP_REQUEST_PAUSE);
  guest.cpu.run_to(VMP_EXIT_INTERRUPTED, "a run after a kick");
  guest.cpu.acknowledge();
  guest.cpu.run_to(VMP_EXIT_HALT, "a run once the request is acknowledged");
  expect(guest.reg(rax) == 42 && guest.reg(rcx) == 1, "the answer to a load is lost by a kick");
}

constexpr Case cases[] = {
    {"a kick before a run ends it before any code", 0, before_run},
    {"a kick ends the run of an endless loop", 0, endless_loop},
    {"of many kicks at random moments none is lost", 0, many_kicks},
    {"a kick between an exit and its completion loses nothing", 0, keeps_exit},
};

}  // namespace

constinit const Group pause_cases = {"pause", cases};

}  // namespace vmp::conformance
