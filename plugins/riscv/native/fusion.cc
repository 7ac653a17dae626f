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

// Handlers behind the single ones are pairs'.
constexpr size_t single_handlers = static_cast<size_t>(pairs[0].both);

// Where in the list, which is ordered by firsts, each first has its pairs.
struct Index {
  std::array<uint8_t, single_handlers> begin{};
  std::array<uint8_t, single_handlers> end{};
};

constexpr Index make_index() {
  static_assert(std::size(pairs) < 256);
  Index index;
  for (size_t i = 0; i < std::size(pairs); ++i) {
    const size_t first = static_cast<size_t>(pairs[i].first);
    index.begin[first] = index.end[first] == 0 ? static_cast<uint8_t>(i) : index.begin[first];
    index.end[first] = static_cast<uint8_t>(i + 1);
  }
  return index;
}
constexpr Index index_of_firsts = make_index();

}  // namespace

void fuse(Slot &first, const Slot &second) {
  const size_t handler = static_cast<size_t>(first.handler);
  const bool adjacent = static_cast<uint16_t>(first.pc_low + first.length) == second.pc_low;
  if (!adjacent || handler >= single_handlers) {
    return;
  }
  const Handler wanted = listed_as(second.handler);
  for (size_t i = index_of_firsts.begin[handler]; i < index_of_firsts.end[handler]; ++i) {
    if (pairs[i].first == first.handler && pairs[i].second == wanted) {
      first.handler = pairs[i].both;
      return;
    }
  }
}

}  // namespace vmp::riscv
