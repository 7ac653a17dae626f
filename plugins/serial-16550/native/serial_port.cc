#include "serial_port.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace vmp_serial {
namespace {

constexpr uint32_t registers = 8;
constexpr uint64_t page = 4096;
constexpr uint8_t floating = 0xff;  // what a bus reads where nothing is

// Waits so many milliseconds at most.
bool is_ready(int descriptor, short events, int milliseconds = 0) {
  struct pollfd polled = {descriptor, events, 0};
  int ready = 0;
  do ready = descriptor < 0 ? 0 : ::poll(&polled, 1, milliseconds);
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

// A reader that has gone must not kill the host.
ssize_t write_quietly(int descriptor, uint8_t byte) {
  sigset_t broken, before;
  sigemptyset(&broken);
  sigaddset(&broken, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken, &before);
  const ssize_t written = ::write(descriptor, &byte, 1);
  const int reason = errno;
  const struct timespec now = {0, 0};
  if (written < 0 && reason == EPIPE && sigismember(&before, SIGPIPE) == 0) sigtimedwait(&broken, nullptr, &now);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = reason;
  return written;
}

void close_if_open(int &descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

}  // namespace

vmp_device_region SerialPort::region() const {
  if (settings_.address != 0) return {sizeof(vmp_device_region), VMP_DEVICE_REGION_MMIO, settings_.address, page};
  return {sizeof(vmp_device_region), VMP_DEVICE_REGION_PORT, settings_.port, registers};
}

uint32_t SerialPort::register_at(uint64_t offset) const {
  const uint64_t stride = settings_.address != 0 ? settings_.stride : 1;
  return offset % stride == 0 && offset / stride < registers ? static_cast<uint32_t>(offset / stride) : registers;
}

uint8_t SerialPort::read_byte(uint64_t offset) {
  const uint32_t number = register_at(offset);
  return number < registers ? uart_.read(number) : floating;
}

void SerialPort::write_byte(uint64_t offset, uint8_t value) {
  if (const uint32_t number = register_at(offset); number < registers) uart_.write(number, value);
}

uint64_t SerialPort::read(uint64_t offset, uint32_t size) {
  std::lock_guard lock(mutex_);
  open_streams();
  uint64_t value = 0;
  for (uint32_t i = 0; i < size; ++i) {
    move_bytes();
    value |= uint64_t{read_byte(offset + i)} << 8 * i;
  }
  set_line();
  wake_listener();
  return value;
}

void SerialPort::write(uint64_t offset, uint32_t size, uint64_t value) {
  std::lock_guard lock(mutex_);
  open_streams();
  for (uint32_t i = 0; i < size; ++i) {
    write_byte(offset + i, static_cast<uint8_t>(value >> 8 * i));
    move_bytes();
  }
  set_line();
  wake_listener();
  if (uart_.awaits_input() || uart_.awaits_output()) start_listening();
}

// With the guest's first access.
void SerialPort::open_streams() {
  if (is_open_) return;
  is_open_ = true;
  input_ = ::fcntl(service_.standard_stream(machine_, 0), F_DUPFD_CLOEXEC, 0);
  output_ = ::fcntl(service_.standard_stream(machine_, 1), F_DUPFD_CLOEXEC, 0);
}

// As far as the streams take and give without waiting. One that has ended, or is none, is a line that nobody is at:
// what is sent to it is gone.
void SerialPort::move_output() {
  while (!uart_.sent().empty()) {
    if (output_ >= 0 && !is_ready(output_, POLLOUT)) break;
    if (output_ >= 0 && write_quietly(output_, uart_.sent().front()) < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) break;
      close_if_open(output_);
    }
    uart_.take_sent();
  }
}

void SerialPort::move_input() {
  while (uart_.room() != 0 && is_ready(input_, POLLIN)) {
    uint8_t byte = 0;
    const ssize_t count = ::read(input_, &byte, 1);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) break;
    if (count <= 0)
      close_if_open(input_);
    else
      uart_.receive(byte);
  }
}

void SerialPort::move_bytes() {
  move_output();
  move_input();
}

// At the guest's end: what it has sent last goes where the rest went, if somebody takes it before long.
void SerialPort::drain() {
  constexpr int longest = 2000;  // milliseconds
  for (uint64_t i = uart_.sent().size(); i != 0 && !uart_.sent().empty() && is_ready(output_, POLLOUT, longest); --i)
    move_output();
}

void SerialPort::set_line() {
  const bool wanted = uart_.interrupts();
  // A guest without an interrupt controller has no line, and looks by itself.
  if (wanted != line_) service_.line_set(machine_, settings_.line, wanted ? 1 : 0, nullptr);
  line_ = wanted;
}

void SerialPort::wake_listener() const {
  const uint64_t one = 1;
  // EAGAIN: the counter is full, so it is readable, which is all that is wanted.
  while (wake_ >= 0 && ::write(wake_, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

void SerialPort::start_listening() {
  if (listener_.joinable()) return;
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_ < 0) return;  // the guest can still look by itself
  try {
    listener_ = std::thread([this] { listen(); });
  } catch (const std::system_error &) {
    close_if_open(wake_);
  }
}

void SerialPort::listen() {
  std::unique_lock lock(mutex_);
  while (!stops_) {
    struct pollfd polled[] = {{wake_, POLLIN, 0},
                              {uart_.awaits_input() && uart_.room() != 0 ? input_ : -1, POLLIN, 0},
                              {uart_.awaits_output() ? output_ : -1, POLLOUT, 0}};
    lock.unlock();
    ::poll(polled, 3, -1);
    lock.lock();
    uint64_t count = 0;
    if (::read(wake_, &count, sizeof count) > 0 && polled[1].revents == 0 && polled[2].revents == 0) continue;
    move_bytes();
    set_line();
  }
}

void SerialPort::reset() {
  if (listener_.joinable()) {
    {
      std::lock_guard lock(mutex_);
      stops_ = true;
      wake_listener();
    }
    listener_.join();
  }
  std::lock_guard lock(mutex_);
  stops_ = false;
  drain();
  close_if_open(wake_);
  close_if_open(input_);
  close_if_open(output_);
  is_open_ = line_ = false;
  uart_.reset();
}

}  // namespace vmp_serial
