#include "hypervisor/x86/instruction.h"

namespace vmp::x86 {
namespace {

constexpr uint64_t long_mode_active = 1u << 10;  // of EFER
constexpr uint16_t attribute_long = 1u << 13, attribute_big = 1u << 14;

class Decoder {
 public:
  Decoder(const uint8_t *bytes, size_t count, const vmp_x86_64_state &state, Instruction &out)
      : bytes_(bytes), count_(count < 15 ? count : 15), state_(state), out_(out), is_64_bit_(is_64_bit(state)) {}

  bool run() {
    out_ = {};
    prefixes();
    const uint8_t opcode = byte();
    const bool known = opcode == 0x0f ? two_bytes(byte()) : one_byte(opcode);
    if (!known || is_short_) return false;
    out_.length = static_cast<uint8_t>(at_);
    if (is_relative_) effective_ += state_.rip + at_;
    if (has_memory_) out_.source = out_.destination = linear(effective_, segment_or(default_segment_));
    return true;
  }

 private:
  uint8_t byte() {
    if (at_ >= count_) {
      is_short_ = true;
      return 0;
    }
    return bytes_[at_++];
  }
  uint64_t bytes(unsigned size) {
    uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i) value |= uint64_t{byte()} << 8 * i;
    return value;
  }

  // Section 2.1.1; REX counts only right before the opcode (section 2.2.1).
  void prefixes() {
    const bool is_big = (state_.cs.attributes & attribute_big) != 0;
    bool other_operand = false, other_address = false;
    for (bool more = true; more && at_ < count_;) {
      const uint8_t prefix = bytes_[at_];
      more = true;
      switch (prefix) {
        case 0x66:
          other_operand = true;
          break;
        case 0x67:
          other_address = true;
          break;
        case 0xf2:
        case 0xf3:
          is_repeated_ = true;
          break;
        case 0xf0:
          break;
        case 0x26:
          segment_ = &state_.es;
          break;
        case 0x2e:
          segment_ = &state_.cs;
          break;
        case 0x36:
          segment_ = &state_.ss;
          break;
        case 0x3e:
          segment_ = &state_.ds;
          break;
        case 0x64:
          segment_ = &state_.fs;
          break;
        case 0x65:
          segment_ = &state_.gs;
          break;
        default:
          more = false;
      }
      if (more) ++at_;
    }
    if (is_64_bit_ && at_ < count_ && (bytes_[at_] & 0xf0) == 0x40) rex_ = bytes_[at_++];
    const bool is_wide = is_64_bit_ ? !other_operand : is_big != other_operand;
    operand_size_ = (rex_ & 8) != 0 ? 8 : is_wide ? 4 : 2;
    if (is_64_bit_)
      out_.address_size = other_address ? 4 : 8;
    else
      out_.address_size = is_big != other_address ? 4 : 2;
  }

  uint64_t gpr(unsigned number) const { return state_.gpr[number]; }

  const vmp_x86_64_segment &segment_or(const vmp_x86_64_segment *preset) const {
    return segment_ != nullptr ? *segment_ : *preset;
  }

  // In 64-bit mode only FS and GS have a base (volume 1, section 3.3.4).
  uint64_t linear(uint64_t offset, const vmp_x86_64_segment &segment) const {
    offset &= mask_of(out_.address_size);
    if (!is_64_bit_) return (segment.base + offset) & 0xffffffff;
    return offset + (&segment == &state_.fs || &segment == &state_.gs ? segment.base : 0);
  }

  // Sections 2.1.5 and 2.2.1.2. False: the operand is a register, for which no instruction is here.
  bool memory_operand() {
    const uint8_t mod_rm = byte();
    mod_ = mod_rm >> 6;
    reg_ = mod_rm >> 3 & 7;
    if (mod_ == 3) return false;
    has_memory_ = true;
    default_segment_ = &state_.ds;
    if (out_.address_size == 2)
      address_16(mod_rm & 7);
    else
      address_32(mod_rm & 7);
    return true;
  }

  // Table 2-1.
  void address_16(unsigned rm) {
    static constexpr uint8_t bases[8][2] = {{rbx, rsi}, {rbx, rdi}, {rbp, rsi}, {rbp, rdi},
                                            {rsi, 16},  {rdi, 16},  {rbp, 16},  {rbx, 16}};
    if (mod_ == 0 && rm == 6) {
      effective_ = bytes(2);
      return;
    }
    effective_ = gpr(bases[rm][0]) + (bases[rm][1] != 16 ? gpr(bases[rm][1]) : 0);
    if (bases[rm][0] == rbp) default_segment_ = &state_.ss;
    displace();
  }

  // Tables 2-2 and 2-3.
  void address_32(unsigned rm) {
    if (rm == 4) return scaled_index();
    if (mod_ == 0 && rm == 5) {
      effective_ = sign_extend(bytes(4), 4);
      is_relative_ = is_64_bit_;
      return;
    }
    base(rm);
    displace();
  }

  void scaled_index() {
    const uint8_t sib = byte();
    const unsigned index = (sib >> 3 & 7) | (rex_ & 2) << 2;
    const bool has_base = (sib & 7) != 5 || mod_ != 0;
    if (has_base)
      base(sib & 7);
    else
      effective_ = sign_extend(bytes(4), 4);
    if (index != 4) effective_ += gpr(index) << (sib >> 6);
    if (has_base) displace();
  }

  void base(unsigned number) {
    if (number == rsp || number == rbp) default_segment_ = &state_.ss;
    number |= (rex_ & 1) << 3;
    if (number >= 8) default_segment_ = &state_.ds;
    effective_ = gpr(number);
  }

  void displace() {
    if (mod_ == 1) effective_ += sign_extend(byte(), 1);
    if (mod_ == 2) effective_ += out_.address_size == 2 ? bytes(2) : sign_extend(bytes(4), 4);
  }

  void use_register(unsigned size) {
    out_.register_number = static_cast<uint8_t>(reg_ | (rex_ & 4) << 1);
    out_.register_size = static_cast<uint8_t>(size);
    // Without a REX prefix, 4 to 7 are AH, CH, DH, BH (table 3-1).
    if (size == 1 && rex_ == 0 && out_.register_number >= 4) {
      out_.register_number = static_cast<uint8_t>(out_.register_number - 4);
      out_.is_high_byte = true;
    }
  }

  void use_immediate(unsigned size) {
    out_.has_immediate = true;
    out_.immediate = sign_extend(bytes(size), size);
  }

  // The register of one size, the memory operand of another.
  bool with_register(Operation operation, bool to_memory, unsigned size, unsigned register_size) {
    if (!memory_operand()) return false;
    out_.operation = operation;
    out_.to_memory = to_memory;
    out_.size = static_cast<uint8_t>(size);
    use_register(register_size);
    return true;
  }
  bool with_register(Operation operation, bool to_memory, unsigned size) {
    return with_register(operation, to_memory, size, size);
  }

  bool with_immediate(Operation operation, unsigned size, unsigned immediate_size) {
    out_.operation = operation;
    out_.to_memory = true;
    out_.size = static_cast<uint8_t>(size);
    use_immediate(immediate_size);
    return true;
  }

  bool alone(Operation operation, unsigned size) {
    out_.operation = operation;
    out_.to_memory = true;
    out_.size = static_cast<uint8_t>(size);
    return true;
  }

  // The accumulator and an absolute address.
  bool absolute(bool to_memory, unsigned size) {
    out_.operation = Operation::move;
    out_.to_memory = to_memory;
    out_.size = out_.register_size = static_cast<uint8_t>(size);
    effective_ = bytes(out_.address_size);
    default_segment_ = &state_.ds;
    has_memory_ = true;
    return true;
  }

  bool string(Operation operation, unsigned size) {
    out_.operation = operation;
    out_.size = out_.register_size = static_cast<uint8_t>(size);
    out_.is_repeated = is_repeated_;
    out_.source = linear(gpr(rsi), segment_or(&state_.ds));
    out_.destination = linear(gpr(rdi), state_.es);
    out_.port = static_cast<uint16_t>(gpr(rdx));
    return true;
  }

  bool port(Operation operation, unsigned size, bool is_immediate) {
    out_.operation = operation;
    out_.size = out_.register_size = static_cast<uint8_t>(size);
    out_.port = is_immediate ? byte() : static_cast<uint16_t>(gpr(rdx));
    return true;
  }

  unsigned immediate_size() const { return operand_size_ == 2 ? 2 : 4; }
  static Operation arithmetic(unsigned number) {
    return static_cast<Operation>(static_cast<unsigned>(Operation::add) + number);
  }

  bool one_byte(uint8_t opcode) {
    const unsigned size = (opcode & 1) != 0 ? operand_size_ : 1;
    const unsigned port_size = (opcode & 1) != 0 ? (operand_size_ == 2 ? 2 : 4) : 1;
    if (opcode < 0x40 && (opcode & 7) < 4) {
      const Operation operation = arithmetic(opcode >> 3);
      return with_register(operation, (opcode & 2) == 0, size);
    }
    switch (opcode) {
      case 0x63:
        return is_64_bit_ &&
               with_register(Operation::move_sign_extended, false, operand_size_ == 2 ? 2 : 4, operand_size_);
      case 0x6c:
      case 0x6d:
        return string(Operation::port_in_string, port_size);
      case 0x6e:
      case 0x6f:
        return string(Operation::port_out_string, port_size);
      case 0x80:
      case 0x81:
      case 0x83:
        return memory_operand() && with_immediate(arithmetic(reg_), size, opcode == 0x81 ? immediate_size() : 1);
      case 0x84:
      case 0x85:
        return with_register(Operation::test, true, size);
      case 0x86:
      case 0x87:
        return with_register(Operation::exchange, true, size);
      case 0x88:
      case 0x89:
        return with_register(Operation::move, true, size);
      case 0x8a:
      case 0x8b:
        return with_register(Operation::move, false, size);
      case 0xa0:
      case 0xa1:
        return absolute(false, size);
      case 0xa2:
      case 0xa3:
        return absolute(true, size);
      case 0xa4:
      case 0xa5:
        return string(Operation::move_string, size);
      case 0xaa:
      case 0xab:
        return string(Operation::store_string, size);
      case 0xac:
      case 0xad:
        return string(Operation::load_string, size);
      case 0xc6:
      case 0xc7:
        return memory_operand() && reg_ == 0 && with_immediate(Operation::move, size, size == 1 ? 1 : immediate_size());
      case 0xe4:
      case 0xe5:
        return port(Operation::port_in, port_size, true);
      case 0xe6:
      case 0xe7:
        return port(Operation::port_out, port_size, true);
      case 0xec:
      case 0xed:
        return port(Operation::port_in, port_size, false);
      case 0xee:
      case 0xef:
        return port(Operation::port_out, port_size, false);
      case 0xf6:
      case 0xf7:
        return memory_operand() && group_3(size);
      case 0xfe:
      case 0xff:
        return memory_operand() && reg_ < 2 && alone(reg_ == 0 ? Operation::increment : Operation::decrement, size);
      default:
        return false;
    }
  }

  bool group_3(unsigned size) {
    if (reg_ < 2) return with_immediate(Operation::test, size, size == 1 ? 1 : immediate_size());
    if (reg_ < 4) return alone(reg_ == 2 ? Operation::complement : Operation::negate, size);
    return false;
  }

  bool two_bytes(uint8_t opcode) {
    const unsigned size = (opcode & 1) != 0 ? operand_size_ : 1;
    switch (opcode) {
      case 0xb0:
      case 0xb1:
        return with_register(Operation::compare_exchange, true, size);
      case 0xb6:
        return with_register(Operation::move, false, 1, operand_size_);
      case 0xb7:
        return with_register(Operation::move, false, 2, operand_size_);
      case 0xbe:
        return with_register(Operation::move_sign_extended, false, 1, operand_size_);
      case 0xbf:
        return with_register(Operation::move_sign_extended, false, 2, operand_size_);
      case 0xc0:
      case 0xc1:
        return with_register(Operation::exchange_add, true, size);
      case 0xc3:
        return operand_size_ != 2 && with_register(Operation::move, true, operand_size_);
      case 0xba:
        return memory_operand() && reg_ >= 4 &&
               with_immediate(static_cast<Operation>(static_cast<unsigned>(Operation::bit_test) + reg_ - 4),
                              operand_size_, 1);
      default:
        return false;
    }
  }

  const uint8_t *const bytes_;
  const size_t count_;
  const vmp_x86_64_state &state_;
  Instruction &out_;
  const bool is_64_bit_;
  size_t at_ = 0;
  bool is_short_ = false, is_repeated_ = false, is_relative_ = false, has_memory_ = false;
  unsigned rex_ = 0, operand_size_ = 4, mod_ = 0, reg_ = 0;
  const vmp_x86_64_segment *segment_ = nullptr;
  const vmp_x86_64_segment *default_segment_ = nullptr;
  uint64_t effective_ = 0;
};

}  // namespace

bool is_64_bit(const vmp_x86_64_state &state) {
  return (state.efer & long_mode_active) != 0 && (state.cs.attributes & attribute_long) != 0;
}

bool decode(const uint8_t *bytes, size_t count, const vmp_x86_64_state &state, Instruction &instruction) {
  return Decoder(bytes, count, state, instruction).run();
}

}  // namespace vmp::x86
