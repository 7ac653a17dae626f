// The registers of a PC16550D (National Semiconductor, PC16550D data sheet, section 8), without its line: who owns it
// moves bytes between the two buffers and the world. Bits go at once, whatever the divisor says, and always eight of
// them.
#pragma once

#include <cstdint>
#include <deque>

namespace vmp_serial {

class Uart {
 public:
  void reset();
  // register_number: 0 to 7.
  uint8_t read(uint32_t register_number);
  void write(uint32_t register_number, uint8_t value);

  // What the guest has sent and nobody has taken; it holds the transmitter until it is empty.
  const std::deque<uint8_t> &sent() const { return sent_; }
  void take_sent();
  // How many bytes of the line's it has room for; more would be lost.
  uint64_t room() const;
  void receive(uint8_t byte);

  // The interrupt line, as the PC's board gates it with OUT2.
  bool interrupts() const;
  // Whether an interrupt waits for a byte, or for the transmitter.
  bool awaits_input() const { return (interrupt_enable_ & 1) != 0; }
  bool awaits_output() const { return (interrupt_enable_ & 2) != 0 && !sent_.empty(); }

 private:
  bool has_queues() const { return (queue_control_ & 1) != 0; }
  bool loops() const { return (modem_control_ & 0x10) != 0; }
  uint64_t depth() const { return has_queues() ? 16 : 1; }
  uint8_t pending() const;
  uint8_t modem_lines() const;
  void set_modem_control(uint8_t value);
  void set_queue_control(uint8_t value);
  void send(uint8_t byte);

  std::deque<uint8_t> received_, sent_;
  uint8_t interrupt_enable_ = 0, queue_control_ = 0, line_control_ = 0, modem_control_ = 0, scratch_ = 0;
  uint8_t divisor_low_ = 12, divisor_high_ = 0;
  uint8_t line_errors_ = 0;    // of the line status
  uint8_t modem_changes_ = 0;  // of the modem status
  bool transmitter_interrupts_ = false;
};

}  // namespace vmp_serial
