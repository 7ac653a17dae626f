#include "uart.h"

namespace vmp_serial {
namespace {

enum Register : uint32_t {
  data = 0,
  interrupt_enable = 1,
  interrupt_identification = 2,  // read
  queue_control = 2,             // written
  line_control = 3,
  modem_control = 4,
  line_status = 5,
  modem_status = 6,
  scratch = 7
};

constexpr uint8_t divisor_access = 0x80;                                  // of the line control
constexpr uint8_t data_ready = 1, overrun = 2, transmitter_empty = 0x60;  // of the line status: THRE, TEMT
constexpr uint8_t nothing_pending = 1;                                    // of the identification
constexpr uint8_t line_interrupt = 6, data_interrupt = 4, timeout_interrupt = 0xc, transmitter_interrupt = 2,
                  modem_interrupt = 0;
constexpr uint8_t data_ready_terminal = 1, request_to_send = 2, out1 = 4, out2 = 8;  // of the modem control
constexpr uint8_t clear_to_send = 0x10, data_set_ready = 0x20, ring = 0x40, carrier = 0x80;

}  // namespace

void Uart::reset() { *this = Uart(); }

// In loopback the line is cut off (section 8.8).
uint64_t Uart::room() const { return loops() ? 0 : depth() - received_.size(); }

void Uart::receive(uint8_t byte) {
  if (received_.size() == depth()) {
    line_errors_ |= overrun;
    if (!has_queues()) received_.back() = byte;  // section 8.6: it takes the place of the one that was not read
    return;
  }
  received_.push_back(byte);
}

void Uart::take_sent() {
  sent_.pop_front();
  if (sent_.empty()) transmitter_interrupts_ = true;
}

void Uart::send(uint8_t byte) {
  transmitter_interrupts_ = false;
  if (loops()) {
    receive(byte);
    transmitter_interrupts_ = true;
    return;
  }
  if (sent_.size() == depth()) sent_.pop_back();
  sent_.push_back(byte);
}

// Table 3 of section 8.7, the highest priority first.
uint8_t Uart::pending() const {
  constexpr uint8_t triggers[] = {1, 4, 8, 14};
  if ((interrupt_enable_ & 4) != 0 && line_errors_ != 0) return line_interrupt;
  if ((interrupt_enable_ & 1) != 0 && !received_.empty()) {
    const uint64_t trigger = has_queues() ? triggers[queue_control_ >> 6] : 1;
    return received_.size() >= trigger ? data_interrupt : timeout_interrupt;
  }
  if ((interrupt_enable_ & 2) != 0 && transmitter_interrupts_) return transmitter_interrupt;
  if ((interrupt_enable_ & 8) != 0 && modem_changes_ != 0) return modem_interrupt;
  return nothing_pending;
}

bool Uart::interrupts() const { return pending() != nothing_pending && (loops() || (modem_control_ & out2) != 0); }

// A modem that is always there; in loopback the own outputs (section 8.8).
uint8_t Uart::modem_lines() const {
  if (!loops()) return clear_to_send | data_set_ready | carrier;
  return static_cast<uint8_t>(((modem_control_ & request_to_send) != 0 ? clear_to_send : 0) |
                              ((modem_control_ & data_ready_terminal) != 0 ? data_set_ready : 0) |
                              ((modem_control_ & out1) != 0 ? ring : 0) | ((modem_control_ & out2) != 0 ? carrier : 0));
}

void Uart::set_modem_control(uint8_t value) {
  const uint8_t before = modem_lines();
  modem_control_ = value & 0x1f;
  const uint8_t after = modem_lines();
  const auto changed = static_cast<uint8_t>((before ^ after) >> 4);
  // Of the ring indicator only its end counts.
  const uint8_t relevant = (after & ring) != 0 ? 0x0b : 0x0f;
  modem_changes_ |= changed & relevant;
}

void Uart::set_queue_control(uint8_t value) {
  if (((value ^ queue_control_) & 1) != 0 || (value & 2) != 0) received_.clear();
  if ((((value ^ queue_control_) & 1) != 0 || (value & 4) != 0) && !sent_.empty()) {
    sent_.clear();
    transmitter_interrupts_ = true;
  }
  queue_control_ = value & 0xc9;
}

uint8_t Uart::read(uint32_t register_number) {
  const bool divides = (line_control_ & divisor_access) != 0;
  switch (register_number) {
    case data: {
      if (divides) return divisor_low_;
      if (received_.empty()) return 0;
      const uint8_t byte = received_.front();
      received_.pop_front();
      return byte;
    }
    case interrupt_enable:
      return divides ? divisor_high_ : interrupt_enable_;
    case interrupt_identification: {
      const uint8_t identification = pending();
      if (identification == transmitter_interrupt) transmitter_interrupts_ = false;
      return static_cast<uint8_t>(identification | (has_queues() ? 0xc0 : 0));
    }
    case line_control:
      return line_control_;
    case modem_control:
      return modem_control_;
    case line_status: {
      const auto status = static_cast<uint8_t>((received_.empty() ? 0 : data_ready) | line_errors_ |
                                               (sent_.empty() ? transmitter_empty : 0));
      line_errors_ = 0;
      return status;
    }
    case modem_status: {
      const auto status = static_cast<uint8_t>(modem_lines() | modem_changes_);
      modem_changes_ = 0;
      return status;
    }
    default:
      return scratch_;
  }
}

void Uart::write(uint32_t register_number, uint8_t value) {
  const bool divides = (line_control_ & divisor_access) != 0;
  switch (register_number) {
    case data:
      if (divides)
        divisor_low_ = value;
      else
        send(value);
      return;
    case interrupt_enable:
      if (divides) {
        divisor_high_ = value;
        return;
      }
      if ((interrupt_enable_ & 2) == 0 && (value & 2) != 0 && sent_.empty()) transmitter_interrupts_ = true;
      interrupt_enable_ = value & 0xf;
      return;
    case queue_control:
      return set_queue_control(value);
    case line_control:
      line_control_ = value;
      return;
    case modem_control:
      return set_modem_control(value);
    case scratch:
      scratch_ = value;
      return;
    default:
      return;  // the two status registers are read
  }
}

}  // namespace vmp_serial
