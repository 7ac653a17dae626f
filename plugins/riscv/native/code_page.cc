#include "code_page.h"

#include "fusion.h"
#include "specialize.h"
#include "vm_plugin_riscv/decoder.h"

namespace vmp::riscv {
namespace {

// Words of four bytes read for a line: enough for most loops and functions; more would often be decoded in vain.
constexpr uint32_t longest_line = 32;
// Instructions decoded again where a line runs into another: most often what is left until a jump.
constexpr uint32_t most_repeated = 8;
constexpr uint32_t largest_line = longest_line * 2 + 1;  // slots: compressed instructions, and the one that leads on

// Another thread of the guest may be writing here. Instructions lie on even addresses.
uint32_t read_halfword(const vmp_address_space *space, uint64_t address) {
  return __atomic_load_n(reinterpret_cast<const uint16_t *>(space->base + address), __ATOMIC_RELAXED);
}

uint16_t &slot_of(CodePage &page, uint64_t address) { return page.slot_of[address % page_size / 2]; }

Slot &append(CodePage &page, const Slot &slot) { return page.slots[++page.used] = slot; }

Slot leading_to(Handler handler, uint64_t address) {
  Slot slot{};
  slot.handler = handler;
  slot.chained = handler;
  slot.pc_low = static_cast<uint16_t>(address);
  return slot;
}

void make_room(CodePage &page, uint64_t pc) {
  const Slot &last = page.slots[page.used];
  if (last.handler == Handler::resume_decoding && last.pc_low == static_cast<uint16_t>(pc)) {
    --page.used;  // the line goes on where it was cut
  } else if (page.used + largest_line >= CodePage::capacity) {
    page.slot_of.fill(0);
    page.used = 0;
  }
}

// Whether what follows is reached by a jump only.
bool ends_line(const Instruction &instruction) {
  const Format format = format_of(instruction.operation);
  return format == Format::none || instruction.operation == Operation::fence_i ||
         ((format == Format::jump || format == Format::jump_register) && instruction.rd == 0);
}

// The guest's code from `start` to at most the end of its page, and the halfword behind it where that is executable.
struct Code {
  std::array<uint16_t, longest_line * 2> halfwords;
  uint64_t start;
  uint64_t end;

  uint16_t halfword(uint64_t address) const { return halfwords[(address - start) / 2]; }
  bool holds_instruction(uint64_t address) const {
    return address < end && address + instruction_length(halfword(address)) <= end;
  }
  // As decode() takes it.
  uint32_t word(uint64_t address) const {
    const uint32_t first = halfword(address);
    return address + 2 < end ? first | static_cast<uint32_t>(halfword(address + 2)) << 16 : first;
  }
};

Code read_code(const Engine *engine, vmp_address_space *space, uint64_t start) {
  Code code;
  const uint64_t page_end = start - start % page_size + page_size;
  const uint64_t longest = start + sizeof code.halfwords;
  code.start = start;
  code.end = longest < page_end ? longest : page_end;
  if (longest > page_end && is_executable(engine, space, page_end)) {
    code.end += 2;
  }
  for (uint64_t address = start; address < code.end; address += 2) {
    code.halfwords[(address - start) / 2] = read_halfword(space, address);
  }
  return code;
}

}  // namespace

bool is_executable(const Engine *engine, vmp_address_space *space, uint64_t address) {
  vmp_area area;
  return address <= space->size - 2 && engine->memory->find(space, address, &area) == VMP_OK &&
         area.address <= address && (area.protection & VMP_PROTECTION_EXECUTE) != 0;
}

Fetched fetch(const Engine *engine, vmp_address_space *space, uint64_t pc) {
  if (!is_executable(engine, space, pc)) {
    return {false, 0, pc};
  }
  const uint32_t first = read_halfword(space, pc);
  if (instruction_length(static_cast<uint16_t>(first)) == 2) {
    return {true, first, pc};
  }
  if (!is_executable(engine, space, pc + 2)) {
    return {false, 0, pc + 2};
  }
  return {true, first | read_halfword(space, pc + 2) << 16, pc};
}

void link_jump(CodePage &page, uint64_t page_address, Slot &slot, uint64_t target) {
  const uint16_t index = target - page_address < page_size ? slot_of(page, target) : 0;
  if (index != 0) {
    link(slot, static_cast<int32_t>(&page.slots[index] - &slot));
    fuse((&slot)[-1], slot);
  }
}

Slot *decode_line(const Engine *engine, vmp_address_space *space, CodePage &page, uint64_t pc) {
  const Code code = read_code(engine, space, pc);  // may fault, so before anything changes
  if (!code.holds_instruction(pc)) {
    return nullptr;
  }
  make_room(page, pc);
  const uint64_t page_end = pc - pc % page_size + page_size;
  const uint32_t first = page.used + 1;
  uint32_t repeated = 0;
  for (uint64_t address = pc;;) {
    if (address >= page_end) {
      append(page, leading_to(Handler::next_page, address));
      break;
    }
    const bool known = slot_of(page, address) != 0;
    if (known && (repeated == most_repeated || page.used > CodePage::capacity / 2)) {
      Slot &slot = append(page, leading_to(Handler::go_to, address));
      slot.immediate = static_cast<int32_t>((&page.slots[slot_of(page, address)] - &slot) * sizeof(Slot));
      break;
    }
    if (!code.holds_instruction(address)) {
      append(page, leading_to(Handler::resume_decoding, address));
      break;
    }
    const Instruction instruction = decode(code.word(address));
    append(page, specialize(instruction, address, engine->host_fused));
    if (known) {
      ++repeated;
    } else {
      slot_of(page, address) = static_cast<uint16_t>(page.used);
    }
    if (ends_line(instruction)) {
      break;
    }
    address += instruction.length;
  }
  uint8_t held = 0;
  for (uint32_t index = first; index <= page.used; ++index) {
    Slot &slot = page.slots[index];
    held = chain(slot, held);
    if (is_linkable(slot)) {
      const uint64_t from = page_end - page_size + slot.pc_low % page_size;
      link_jump(page, page_end - page_size, slot, from + static_cast<uint64_t>(int64_t{slot.immediate}));
    } else {
      fuse((&slot)[-1], slot);
    }
  }
  return &page.slots[first];
}

}  // namespace vmp::riscv
