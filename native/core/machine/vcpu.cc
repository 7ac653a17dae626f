#include "core/machine/vcpu.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <limits>
#include <new>

#include "core/error.h"
#include "core/machine/machine.h"

namespace vmp {
namespace {

constexpr int64_t second = 1'000'000'000;

int64_t now() {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * second + time.tv_nsec;
}

}  // namespace

Vcpu::Owner Vcpu::create(vmp_machine *machine, std::shared_ptr<Run> run, vmp_address_space *space, uint32_t index,
                         uint32_t architecture, uint32_t state_size, vmp_error *error) {
  int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake < 0) {
    fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED",
         std::string("no descriptor for a virtual CPU: ") + std::strerror(errno));
    return nullptr;
  }
  size_t size = sizeof(Vcpu) + VMP_VCPU_STATE_OFFSET + state_size;
  void *block = ::operator new (size, std::align_val_t{alignof(Vcpu)}, std::nothrow);
  if (block == nullptr) {
    close(wake);
    fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED", "no memory for a virtual CPU");
    return nullptr;
  }
  std::memset(block, 0, size);
  Owner vcpu(new (block) Vcpu(wake, std::move(run)));
  auto *layout = new (vcpu.get() + 1) vmp_vcpu{};
  layout->struct_size = VMP_VCPU_STATE_OFFSET + state_size;
  layout->architecture = architecture;
  layout->index = index;
  layout->machine = machine;
  layout->space = space;
  return vcpu;
}

void Vcpu::Deleter::operator()(Vcpu *vcpu) const {
  vcpu->~Vcpu();
  ::operator delete (vcpu, std::align_val_t{alignof(Vcpu)});
}

Vcpu::~Vcpu() { close(wake_); }

void Vcpu::request(uint32_t bits) {
  layout()->requests.fetch_or(bits, std::memory_order_release);
  wake();
  if (backend_part != nullptr) backend_part->kick();
}

void Vcpu::withdraw(uint32_t bits) {
  layout()->requests.fetch_and(~bits, std::memory_order_acq_rel);
  wake();
}

void Vcpu::wake() {
  uint64_t one = 1;
  // EAGAIN: the counter is full, so it is readable, which is all that is wanted.
  while (write(wake_, &one, sizeof(one)) < 0 && errno == EINTR) {
  }
}

bool Vcpu::is_paused() const {
  const auto *header = reinterpret_cast<const vmp_vcpu *>(this + 1);
  const uint32_t requests = header->requests.load(std::memory_order_acquire);
  return (requests & VMP_REQUEST_PAUSE) != 0 && (requests & VMP_REQUEST_STOP) == 0;
}

// Until it is woken, or its run has no time left.
void Vcpu::rest_once() {
  struct pollfd polled = {wake_, POLLIN, 0};
  constexpr int64_t never = std::numeric_limits<int64_t>::max();
  // Nothing more is to be done about the time of one that ends.
  const bool is_ending = (layout()->requests.load(std::memory_order_acquire) & VMP_REQUEST_STOP) != 0;
  const int64_t deadline = is_ending ? never : run_->deadline();
  const int64_t left = deadline == never ? 0 : std::max<int64_t>(deadline - now(), 0);
  const struct timespec time = {left / second, left % second};
  const int ready = ppoll(&polled, 1, deadline == never ? nullptr : &time, nullptr);
  uint64_t count;
  // Drained before the requests are read again: what comes later is readable again.
  while (ready > 0 && read(wake_, &count, sizeof(count)) < 0 && errno == EINTR) {
  }
  if (ready == 0) Machine::from(layout()->machine).end_over_time(*run_);  // which is a request
}

uint32_t Vcpu::acknowledge(uint32_t bits) {
  uint64_t count;
  // Drained before the bits are cleared: a request that comes between is then seen twice, never missed.
  while (read(wake_, &count, sizeof(count)) < 0 && errno == EINTR) {
  }
  uint32_t before = layout()->requests.fetch_and(~bits, std::memory_order_acq_rel);
  if ((before & ~bits) != 0) request(0);  // others stay pending: readable again
  return before;
}

vmp_status Vcpu::wait(int32_t descriptor, uint32_t events, int64_t nanoseconds, uint32_t *revents) {
  if (revents != nullptr) *revents = 0;
  struct pollfd polled[2] = {{wake_, POLLIN, 0}, {descriptor, static_cast<short>(events), 0}};
  constexpr int64_t never = std::numeric_limits<int64_t>::max();
  const int64_t start = now();
  const int64_t wanted = nanoseconds < 0 || nanoseconds >= never - start ? never : start + nanoseconds;
  const int64_t deadline = std::min(wanted, run_->deadline());
  for (;;) {
    if (const uint32_t requests = layout()->requests.load(std::memory_order_acquire); requests != 0) {
      Machine &machine = Machine::from(layout()->machine);
      if ((requests & ~uint32_t{VMP_REQUEST_PAUSE}) != 0 || machine.is_quiet()) return VMP_ERROR_CANCELLED;
      machine.rest_in_wait(*this);
      continue;
    }
    struct timespec left {};
    if (deadline != never) {
      const int64_t rest = std::max<int64_t>(deadline - now(), 0);
      left = {rest / second, rest % second};
    }
    int ready = ppoll(polled, descriptor < 0 ? 1 : 2, deadline == never ? nullptr : &left, nullptr);
    if (ready < 0 && errno != EINTR) return VMP_ERROR_INVALID_ARGUMENT;
    if (ready > 0 && polled[1].revents != 0 && descriptor >= 0) {
      if ((polled[1].revents & POLLNVAL) != 0) return VMP_ERROR_INVALID_ARGUMENT;
      if (revents != nullptr) *revents = static_cast<uint32_t>(polled[1].revents);
      return VMP_OK;
    }
    if (ready > 0 && layout()->requests.load(std::memory_order_acquire) == 0) {
      // A wake-up whose request is already acknowledged.
      uint64_t count;
      if (read(wake_, &count, sizeof(count)) < 0 && errno != EINTR && errno != EAGAIN) return VMP_ERROR_IO;
    }
    if (ready == 0 && deadline == wanted) return VMP_ERROR_TIMED_OUT;
    if (ready == 0) Machine::from(layout()->machine).end_over_time(*run_);  // which is a request
  }
}

}  // namespace vmp
