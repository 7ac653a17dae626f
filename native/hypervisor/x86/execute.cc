#include "hypervisor/x86/execute.h"

namespace vmp::x86 {
namespace {

// Volume 1, section 3.4.3.
constexpr uint64_t carry = 1, parity = 4, adjust = 16, zero = 64, sign = 128, direction = 1024, overflow = 2048;
constexpr uint64_t resume = 0x10000;
constexpr uint64_t arithmetic_flags = carry | parity | adjust | zero | sign | overflow;

uint64_t flags_of(uint64_t value, unsigned size) {
  const uint64_t masked = value & mask_of(size);
  const bool is_even = (__builtin_popcountll(masked & 255) & 1) == 0;
  return (is_even ? parity : 0) | (masked == 0 ? zero : 0) | ((masked >> (size * 8 - 1) & 1) != 0 ? sign : 0);
}

struct Sum {
  uint64_t value;
  uint64_t flags;
};

Sum add(uint64_t left, uint64_t right, uint64_t carried, unsigned size) {
  const uint64_t value = (left + right + carried) & mask_of(size);
  const uint64_t top = uint64_t{1} << (size * 8 - 1);
  const uint64_t carries = (left & right) | ((left | right) & ~value);
  return {value, flags_of(value, size) | ((carries & top) != 0 ? carry : 0) | ((carries & 8) != 0 ? adjust : 0) |
                     (((left ^ value) & (right ^ value) & top) != 0 ? overflow : 0)};
}

Sum subtract(uint64_t left, uint64_t right, uint64_t borrowed, unsigned size) {
  const uint64_t value = (left - right - borrowed) & mask_of(size);
  const uint64_t top = uint64_t{1} << (size * 8 - 1);
  const uint64_t borrows = (~left & right) | ((~left | right) & value);
  return {value, flags_of(value, size) | ((borrows & top) != 0 ? carry : 0) | ((borrows & 8) != 0 ? adjust : 0) |
                     (((left ^ right) & (left ^ value) & top) != 0 ? overflow : 0)};
}

uint64_t read_register(const Instruction &instruction, const vmp_x86_64_state &general) {
  const uint64_t whole = general.gpr[instruction.register_number];
  return (instruction.is_high_byte ? whole >> 8 : whole) & mask_of(instruction.size);
}

// A 32-bit result clears the upper half (volume 1, section 3.4.1.1).
void write_register(vmp_x86_64_state &general, unsigned number, unsigned size, bool is_high_byte, uint64_t value) {
  uint64_t &whole = general.gpr[number];
  const unsigned shift = is_high_byte ? 8 : 0;
  const uint64_t mask = size == 4 ? ~uint64_t{0} : mask_of(size) << shift;
  whole = (whole & ~mask) | ((value & mask_of(size)) << shift);
}

void advance(vmp_x86_64_state &general, unsigned number, unsigned address_size, int64_t by) {
  write_register(general, number, address_size, false, general.gpr[number] + static_cast<uint64_t>(by));
}

bool uses_source_index(Operation operation) {
  return operation == Operation::move_string || operation == Operation::load_string ||
         operation == Operation::port_out_string;
}

bool uses_destination_index(Operation operation) {
  return operation == Operation::move_string || operation == Operation::store_string ||
         operation == Operation::port_in_string;
}

class Computation {
 public:
  Computation(const Instruction &instruction, const vmp_x86_64_state &general, uint64_t operand)
      : instruction_(instruction),
        size_(instruction.size),
        memory_(operand & mask_of(size_)),
        other_((instruction.has_immediate ? instruction.immediate : read_register(instruction, general)) &
               mask_of(size_)),
        accumulator_(general.gpr[rax] & mask_of(size_)),
        flags_(general.rflags) {
    result_.flags = flags_;
  }

  Result run() {
    const uint64_t left = instruction_.to_memory ? memory_ : other_;
    const uint64_t right = instruction_.to_memory ? other_ : memory_;
    const uint64_t carried = flags_ & carry;
    switch (instruction_.operation) {
      case Operation::move:
        set(right);
        break;
      case Operation::move_sign_extended:
        set(sign_extend(memory_, size_));
        break;
      case Operation::add:
        set(add(left, right, 0, size_));
        break;
      case Operation::add_carry:
        set(add(left, right, carried, size_));
        break;
      case Operation::subtract:
        set(subtract(left, right, 0, size_));
        break;
      case Operation::subtract_borrow:
        set(subtract(left, right, carried, size_));
        break;
      case Operation::or_bits:
        set(logical(left | right));
        break;
      case Operation::and_bits:
        set(logical(left & right));
        break;
      case Operation::xor_bits:
        set(logical(left ^ right));
        break;
      case Operation::compare:
        flag(subtract(left, right, 0, size_).flags);
        break;
      case Operation::test:
        flag(logical(left & right).flags);
        break;
      case Operation::exchange:
        exchange(other_);
        break;
      case Operation::exchange_add: {
        const Sum sum = add(memory_, other_, 0, size_);
        flag(sum.flags);
        exchange(sum.value);
        break;
      }
      case Operation::compare_exchange:
        compare_exchange();
        break;
      // INC and DEC leave CF as it is.
      case Operation::increment:
        step(add(memory_, 1, 0, size_));
        break;
      case Operation::decrement:
        step(subtract(memory_, 1, 0, size_));
        break;
      case Operation::complement:
        set(~memory_);
        break;
      case Operation::negate:
        set(subtract(0, memory_, 0, size_));
        break;
      case Operation::bit_test:
      case Operation::bit_set:
      case Operation::bit_reset:
      case Operation::bit_complement:
        bits();
        break;
      case Operation::move_string:
      case Operation::port_in_string:
      case Operation::port_out_string:
        write(memory_);
        break;
      case Operation::store_string:
      case Operation::port_out:
        write(accumulator_);
        break;
      case Operation::load_string:
      case Operation::port_in:
        result_.register_value = memory_;
        result_.writes_register = true;
        break;
    }
    return result_;
  }

 private:
  void write(uint64_t value) {
    result_.memory = value & mask_of(size_);
    result_.writes_memory = true;
  }
  void set(uint64_t value) {
    if (instruction_.to_memory) return write(value);
    result_.register_value = value;
    result_.writes_register = true;
  }
  void flag(uint64_t flags) { result_.flags = (flags_ & ~arithmetic_flags) | flags; }
  void set(const Sum &sum) {
    set(sum.value);
    flag(sum.flags);
  }
  Sum logical(uint64_t value) const { return {value, flags_of(value, size_)}; }
  void step(const Sum &sum) {
    write(sum.value);
    flag((sum.flags & ~carry) | (flags_ & carry));
  }
  void exchange(uint64_t stored) {
    write(stored);
    result_.register_value = memory_;
    result_.writes_register = true;
  }
  // The destination is written either way, as the processor does (volume 2, CMPXCHG).
  void compare_exchange() {
    const Sum difference = subtract(accumulator_, memory_, 0, size_);
    flag(difference.flags);
    write(difference.value == 0 ? other_ : memory_);
    result_.accumulator = memory_;
    result_.writes_accumulator = difference.value != 0;
  }
  void bits() {
    const uint64_t bit = uint64_t{1} << (instruction_.immediate & (size_ * 8 - 1));
    result_.flags = (flags_ & ~carry) | ((memory_ & bit) != 0 ? carry : 0);
    if (instruction_.operation == Operation::bit_set) write(memory_ | bit);
    if (instruction_.operation == Operation::bit_reset) write(memory_ & ~bit);
    if (instruction_.operation == Operation::bit_complement) write(memory_ ^ bit);
  }

  const Instruction &instruction_;
  const unsigned size_;
  const uint64_t memory_, other_, accumulator_, flags_;
  Result result_{};
};

}  // namespace

bool reads_memory(const Instruction &instruction) {
  switch (instruction.operation) {
    case Operation::move:
      return !instruction.to_memory;
    case Operation::store_string:
    case Operation::port_out:
      return false;
    default:
      return true;
  }
}

Result compute(const Instruction &instruction, const vmp_x86_64_state &general, uint64_t operand) {
  return Computation(instruction, general, operand).run();
}

void retire(const Instruction &instruction, const Result &result, bool is_64_bit, vmp_x86_64_state &general) {
  if (result.writes_register) {
    write_register(general, instruction.register_number, instruction.register_size, instruction.is_high_byte,
                   result.register_value);
  }
  if (result.writes_accumulator) write_register(general, rax, instruction.size, false, result.accumulator);
  const int64_t step = (general.rflags & direction) != 0 ? -int64_t{instruction.size} : int64_t{instruction.size};
  if (uses_source_index(instruction.operation)) advance(general, rsi, instruction.address_size, step);
  if (uses_destination_index(instruction.operation)) advance(general, rdi, instruction.address_size, step);
  general.rflags = result.flags & ~resume;
  if (instruction.is_repeated) {
    advance(general, rcx, instruction.address_size, -1);
    if ((general.gpr[rcx] & mask_of(instruction.address_size)) != 0) return;
  }
  general.rip = (general.rip + instruction.length) & mask_of(is_64_bit ? 8 : 4);
}

}  // namespace vmp::x86
