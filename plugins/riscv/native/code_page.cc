#include "code_page.h"

#include "specialize.h"
#include "vm_plugin_riscv/decoder.h"

namespace vmp::riscv {
namespace {

// Another thread of the guest may be writing here. Instructions lie on even addresses.
uint32_t read_halfword(const vmp_address_space *space, uint64_t address) {
  return __atomic_load_n(reinterpret_cast<const uint16_t *>(space->base + address), __ATOMIC_RELAXED);
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

bool decode_line(const Engine *engine, vmp_address_space *space, Slot *slots, uint64_t pc) {
  const uint64_t page = pc - pc % page_size;
  for (uint64_t offset = pc % page_size; offset < page_size;) {
    Slot &slot = slots[offset / 2];
    if (slot.handler != Handler::decode) {
      break;
    }
    uint32_t word = read_halfword(space, page + offset);
    if (instruction_length(static_cast<uint16_t>(word)) == 4) {
      if (offset + 2 == page_size && !is_executable(engine, space, page + page_size)) {
        return page + offset != pc;
      }
      word |= read_halfword(space, page + offset + 2) << 16;
    }
    const Instruction instruction = decode(word);
    slot = specialize(instruction, page + offset, engine->host_fused);
    if (ends_block(instruction.operation)) {
      break;
    }
    offset += instruction.length;
  }
  return true;
}

}  // namespace vmp::riscv
