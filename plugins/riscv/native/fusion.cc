#include "fusion.h"

namespace vmp::riscv {
namespace {

// Pairs are numbered by rows of one first each, behind all other handlers.
constexpr size_t first_pair = static_cast<size_t>(Handler::addi_then_addi);
static_assert(first_pair == static_cast<size_t>(Handler::bgeu_backward) + 1);

// The row or column of each handler in the table of pairs, counted from 1; 0: it is in none.
struct Places {
  std::array<uint8_t, first_pair> row{};
  std::array<uint8_t, first_pair> column{};
  uint8_t rows = 0;
  uint8_t columns = 0;
};

constexpr Places make_places() {
  Places places;
#define VM_PLUGIN_RISCV_ROW(name) places.row[static_cast<size_t>(Handler::name)] = ++places.rows;
#define VM_PLUGIN_RISCV_COLUMN(first, name) places.column[static_cast<size_t>(Handler::name)] = ++places.columns;
  VM_PLUGIN_RISCV_FIRSTS(VM_PLUGIN_RISCV_ROW)
  VM_PLUGIN_RISCV_SECONDS(VM_PLUGIN_RISCV_COLUMN, none)
#undef VM_PLUGIN_RISCV_ROW
#undef VM_PLUGIN_RISCV_COLUMN
  // Branches are named without their direction, but only linked ones pair.
#define VM_PLUGIN_RISCV_LINKED(name)                                                                                \
  places.column[static_cast<size_t>(Handler::name##_forward)] = places.column[static_cast<size_t>(Handler::name)];  \
  places.column[static_cast<size_t>(Handler::name##_backward)] = places.column[static_cast<size_t>(Handler::name)]; \
  places.column[static_cast<size_t>(Handler::name)] = 0;
  VM_PLUGIN_RISCV_LINKED(beq)
  VM_PLUGIN_RISCV_LINKED(bne)
  VM_PLUGIN_RISCV_LINKED(blt)
  VM_PLUGIN_RISCV_LINKED(bge)
  VM_PLUGIN_RISCV_LINKED(bltu)
  VM_PLUGIN_RISCV_LINKED(bgeu)
#undef VM_PLUGIN_RISCV_LINKED
  return places;
}
constexpr Places places = make_places();

}  // namespace

void fuse(Slot &first, const Slot &second) {
  const size_t a = static_cast<size_t>(first.handler);
  const size_t b = static_cast<size_t>(second.handler);
  const bool adjacent = static_cast<uint16_t>(first.pc_low + first.length) == second.pc_low;
  if (adjacent && a < first_pair && b < first_pair && places.row[a] != 0 && places.column[b] != 0) {
    const size_t pair = (places.row[a] - 1u) * places.columns + places.column[b] - 1u;
    first.handler = static_cast<Handler>(first_pair + pair);
  }
}

}  // namespace vmp::riscv
