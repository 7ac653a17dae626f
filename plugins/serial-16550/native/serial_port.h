// The serial port of one machine: the registers, the guest's standard streams as its line, and its interrupt.
#pragma once
#include <vm_plugin/machine.h>

#include <mutex>
#include <thread>

#include "settings.h"
#include "uart.h"

namespace vmp_serial {

class SerialPort {
 public:
  SerialPort(const vmp_machine_service &service, vmp_machine *machine, const Settings &settings)
      : service_(service), machine_(machine), settings_(settings) {}
  ~SerialPort() { reset(); }
  SerialPort(const SerialPort &) = delete;
  SerialPort &operator=(const SerialPort &) = delete;

  vmp_device_region region() const;
  // [vcpu] Wider accesses come to registers that follow each other, byte by byte, as over an 8-bit bus.
  uint64_t read(uint64_t offset, uint32_t size);
  void write(uint64_t offset, uint32_t size, uint64_t value);
  // [control]
  void reset();

 private:
  // Under the lock.
  uint8_t read_byte(uint64_t offset);
  void write_byte(uint64_t offset, uint8_t value);
  uint32_t register_at(uint64_t offset) const;  // 8: none
  void open_streams();
  void move_output();
  void move_input();
  void move_bytes();
  void drain();
  void set_line();
  void wake_listener() const;
  void start_listening();
  void listen();

  const vmp_machine_service &service_;
  vmp_machine *const machine_;
  const Settings settings_;
  std::mutex mutex_;  // what follows
  Uart uart_;
  int input_ = -1, output_ = -1;  // own duplicates of the guest's streams, while there is a guest
  bool is_open_ = false;
  bool line_ = false;
  bool stops_ = false;
  int wake_ = -1;  // an event descriptor: what the listener waits for has changed
  // Waits for the streams while the guest wants interrupts: else each access looks.
  std::thread listener_;
};

}  // namespace vmp_serial
