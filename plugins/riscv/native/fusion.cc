#include "fusion.h"

namespace vmp::riscv {
namespace {

struct Pair {
  Handler first;
  Handler second;
  Handler both;
};

constexpr Pair pairs[] = {
#define VM_PLUGIN_RISCV_PAIR(first, second) {Handler::first, Handler::second, Handler::first##_then_##second},
    VM_PLUGIN_RISCV_PAIRS(VM_PLUGIN_RISCV_PAIR)
#undef VM_PLUGIN_RISCV_PAIR
};

// The list names branches without a direction, and means linked ones.
constexpr Handler listed_as(Handler handler) {
  switch (handler) {
    case Handler::beq_forward:
    case Handler::beq_backward:
      return Handler::beq;
    case Handler::bne_forward:
    case Handler::bne_backward:
      return Handler::bne;
    case Handler::blt_forward:
    case Handler::blt_backward:
      return Handler::blt;
    case Handler::bge_forward:
    case Handler::bge_backward:
      return Handler::bge;
    case Handler::bltu_forward:
    case Handler::bltu_backward:
      return Handler::bltu;
    case Handler::bgeu_forward:
    case Handler::bgeu_backward:
      return Handler::bgeu;
    default:
      return handler >= Handler::beq && handler <= Handler::bgeu ? Handler::decode : handler;
  }
}

// The handlers in front of these are single ones.
constexpr size_t single_handlers = static_cast<size_t>(Handler::add_chained);

// By handler: the one that takes the held result, or decode.
constexpr std::array<Handler, single_handlers> make_chained_handlers() {
  std::array<Handler, single_handlers> chained{};
#define VM_PLUGIN_RISCV_CHAINED(name, value) chained[static_cast<size_t>(Handler::name)] = Handler::name##_chained;
  VM_PLUGIN_RISCV_CHAINABLE(VM_PLUGIN_RISCV_CHAINED)
#undef VM_PLUGIN_RISCV_CHAINED
  return chained;
}
constexpr std::array<Handler, single_handlers> chained_handlers = make_chained_handlers();

constexpr bool is_chainable(Handler handler) {
  return chained_handlers[static_cast<size_t>(handler)] != Handler::decode;
}

constexpr bool is_constant(Handler handler) { return handler == Handler::load_immediate || handler == Handler::auipc; }

constexpr bool is_commutative(Operation operation) {
  switch (operation) {
    case Operation::add:
    case Operation::addw:
    case Operation::and_:
    case Operation::or_:
    case Operation::xor_:
    case Operation::mul:
    case Operation::mulw:
    case Operation::mulhu:
    case Operation::beq:
    case Operation::bne:
      return true;
    default:
      return false;
  }
}

// Makes `held` the first operand where that is possible.
bool takes_first(Slot &slot, uint8_t held) {
  if (held != 0 && slot.rs1 != held && slot.rs2 == held && is_commutative(slot.operation) &&
      slot.handler != Handler::move) {
    slot.rs2 = slot.rs1;
    slot.rs1 = held;
  }
  return held != 0 && slot.rs1 == held;
}

// Where in the list, which is ordered by firsts, each first has its pairs.
struct Index {
  std::array<uint16_t, single_handlers> begin{};
  std::array<uint16_t, single_handlers> end{};
};

constexpr Index make_index() {
  Index index;
  for (size_t i = 0; i < std::size(pairs); ++i) {
    const size_t first = static_cast<size_t>(pairs[i].first);
    index.begin[first] = index.end[first] == 0 ? static_cast<uint16_t>(i) : index.begin[first];
    index.end[first] = static_cast<uint16_t>(i + 1);
  }
  return index;
}
constexpr Index index_of_firsts = make_index();

}  // namespace

uint8_t chain(Slot &slot, uint8_t held) {
  slot.chained = slot.handler;
  if (is_chainable(slot.handler)) {
    if (takes_first(slot, held)) {
      slot.chained = chained_handlers[static_cast<size_t>(slot.handler)];
    }
    return slot.rd;
  }
  return is_constant(slot.handler) ? slot.rd : 0;
}

void fuse(Slot &first, Slot &second) {
  const size_t handler = static_cast<size_t>(first.handler);
  const bool adjacent = static_cast<uint16_t>(first.pc_low + first.length) == second.pc_low;
  if (!adjacent || handler >= single_handlers) {
    return;
  }
  const Handler wanted = listed_as(second.handler);
  for (size_t i = index_of_firsts.begin[handler]; i < index_of_firsts.end[handler]; ++i) {
    if (pairs[i].first == first.handler && pairs[i].second == wanted) {
      const bool chained = first.chained != first.handler;
      const bool writes = is_chainable(first.handler) || is_constant(first.handler);
      const size_t both = static_cast<size_t>(pairs[i].both) + (writes && takes_first(second, first.rd) ? 1 : 0);
      first.handler = static_cast<Handler>(both);
      first.chained = static_cast<Handler>(both + (chained ? 2 : 0));
      return;
    }
  }
}

}  // namespace vmp::riscv
