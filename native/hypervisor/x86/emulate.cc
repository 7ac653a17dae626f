// One instruction on a device. Its accesses are made in order; where one needs the program's answer the exit says so,
// and the next call begins the instruction anew, with the answers so far: nothing has changed until the last of them.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include "hypervisor/hypervisor.h"
#include "hypervisor/x86/execute.h"
#include "hypervisor/x86/guest_memory.h"

namespace vmp::x86 {
namespace {

constexpr int32_t access_made = -1;  // no result of the entry's: the instruction goes on

class Emulation {
 public:
  Emulation(vmp_x86_emulator &emulator, const vmp_x86_64_state &system, vmp_x86_64_state &general, vmp_exit &exit)
      : emulator_(emulator), memory_(emulator, system), system_(system), general_(general), exit_(exit) {}

  int32_t run() {
    if (emulator_.expected != 0) {
      emulator_.answers[emulator_.answered++] = exit_.u.io.data;
      emulator_.expected = 0;
    }
    int32_t result = prepare();
    if (result == access_made) result = execute();
    if (result != VMP_EMULATION_EXIT || emulator_.expected == 0) emulator_.answered = 0;
    return result;
  }

 private:
  int32_t prepare() {
    if (emulator_.port_length != 0) {
      instruction_ = {};
      instruction_.operation = emulator_.port_write != 0 ? Operation::port_out : Operation::port_in;
      instruction_.length = static_cast<uint8_t>(emulator_.port_length);
      instruction_.size = instruction_.register_size = emulator_.port_size;
      instruction_.port = emulator_.port;
      return access_made;
    }
    uint8_t bytes[15];
    uint64_t count = std::min<uint64_t>(emulator_.count, sizeof bytes);
    std::memcpy(bytes, emulator_.bytes, count);
    if (count == 0) {
      const uint64_t at = is_64_bit(system_) ? system_.rip : (system_.cs.base + system_.rip) & 0xffffffff;
      // The instruction may end before a page that cannot be fetched.
      const uint64_t in_page = std::min<uint64_t>(sizeof bytes, 4096 - at % 4096);
      Place place;
      if (const Outcome outcome = memory_.read(at, bytes, in_page, Access::execute, place); outcome != Outcome::done)
        return fault(outcome, place);
      count = in_page;
      if (in_page < sizeof bytes &&
          memory_.read(at + in_page, bytes + in_page, sizeof bytes - in_page, Access::execute, place) == Outcome::done)
        count = sizeof bytes;
    }
    return decode(bytes, count, system_, instruction_) ? access_made : -EINVAL;
  }

  int32_t execute() {
    const Operation operation = instruction_.operation;
    const bool is_in = operation == Operation::port_in || operation == Operation::port_in_string;
    const bool is_out = operation == Operation::port_out || operation == Operation::port_out_string;
    if (instruction_.is_repeated && (general_.gpr[rcx] & mask_of(instruction_.address_size)) == 0) return skip();
    // Before a device is read: that may not be undone.
    if (writes_memory_later()) {
      Place place;
      if (const Outcome outcome = memory_.translate(instruction_.destination, Access::write, place);
          outcome != Outcome::done)
        return fault(outcome, place);
    }
    uint64_t operand = 0;
    if (is_in) {
      if (!answer(VMP_EXIT_PORT_IO, instruction_.port, false, operand)) return VMP_EMULATION_EXIT;
    } else if (reads_memory(instruction_)) {
      if (const int32_t result = read(operand); result != access_made) return result;
    }
    const Result result = compute(instruction_, general_, operand);
    if (is_out) {
      uint64_t value = result.memory;
      if (!answer(VMP_EXIT_PORT_IO, instruction_.port, true, value)) return VMP_EMULATION_EXIT;
    } else if (result.writes_memory) {
      if (const int32_t written = write(result.memory); written != access_made) return written;
    }
    retire(instruction_, result, is_64_bit(system_), general_);
    return VMP_EMULATION_DONE;
  }

  bool writes_memory_later() const {
    return instruction_.operation == Operation::move_string || instruction_.operation == Operation::port_in_string;
  }

  int32_t skip() {
    general_.rip = (general_.rip + instruction_.length) & mask_of(is_64_bit(system_) ? 8 : 4);
    return VMP_EMULATION_DONE;
  }

  int32_t read(uint64_t &operand) {
    Place place;
    const Outcome outcome = memory_.read(instruction_.source, &operand, instruction_.size, Access::read, place);
    if (outcome == Outcome::done) return access_made;
    if (outcome != Outcome::device) return fault(outcome, place);
    return answer(VMP_EXIT_MMIO, place.physical, false, operand) ? access_made : VMP_EMULATION_EXIT;
  }

  int32_t write(uint64_t value) {
    Place place;
    const Outcome outcome = memory_.write(instruction_.destination, &value, instruction_.size, place);
    if (outcome == Outcome::done) return access_made;
    if (outcome != Outcome::device) return fault(outcome, place);
    return answer(VMP_EXIT_MMIO, place.physical, true, value) ? access_made : VMP_EMULATION_EXIT;
  }

  // True when the device has already answered this access; else the exit asks.
  bool answer(uint32_t kind, uint64_t address, bool is_write, uint64_t &value) {
    if (made_ < emulator_.answered) {
      if (!is_write) value = emulator_.answers[made_] & mask_of(instruction_.size);
      ++made_;
      return true;
    }
    exit_.kind = kind;
    exit_.flags = 0;
    exit_.pc = general_.rip;
    const uint64_t left = general_.gpr[rcx] & mask_of(instruction_.address_size);
    exit_.u.io = {.address = address,
                  .size = instruction_.size,
                  .write = is_write ? 1u : 0u,
                  .data = is_write ? value & mask_of(instruction_.size) : 0,
                  .count = instruction_.is_repeated ? static_cast<uint32_t>(std::min<uint64_t>(left, ~0u)) : 1,
                  .reserved = 0};
    emulator_.expected = 1;
    return false;
  }

  int32_t fault(Outcome outcome, const Place &place) {
    if (outcome != Outcome::page_fault) return -EFAULT;
    constexpr uint32_t page_fault_vector = 14;
    exit_.kind = VMP_EXIT_EXCEPTION;
    exit_.flags = 0;
    exit_.pc = general_.rip;
    exit_.u.exception = {
        .vector = page_fault_vector, .has_error_code = 1, .error_code = place.error_code, .address = place.linear};
    return VMP_EMULATION_EXIT;
  }

  vmp_x86_emulator &emulator_;
  const GuestMemory memory_;
  const vmp_x86_64_state &system_;
  vmp_x86_64_state &general_;
  vmp_exit &exit_;
  Instruction instruction_{};
  uint32_t made_ = 0;  // accesses to devices, of this instruction
};

}  // namespace
}  // namespace vmp::x86

int32_t vmp_x86_emulate(vmp_x86_emulator *emulator, const vmp_x86_64_state *system, vmp_x86_64_state *general,
                        vmp_exit *exit) {
  return vmp::x86::Emulation(*emulator, *system, *general, *exit).run();
}
