#include "conformance/virtualization/guest.h"

namespace vmp::conformance {
namespace {

constexpr uint64_t logged = 0x400000, pages = 70;  // more than one word of bits
constexpr uint32_t words = 2;

// mov [rbx], al; mov [rcx], al; mov [rdx], al; mov al, [rsi]; hlt
constexpr std::initializer_list<uint8_t> code = {0x88, 0x03, 0x88, 0x01, 0x88, 0x02, 0x8a, 0x06, 0xf4};

struct Bits {
  uint64_t word[words] = {~uint64_t{0}, ~uint64_t{0}};
};

// Writes a byte of three pages of the slot, and reads one of a fourth.
void write_pages(Guest &guest, uint64_t first, uint64_t second, uint64_t third) {
  guest.cpu.state().rip = address::code;
  guest.reg(rbx) = logged + first * page;
  guest.reg(rcx) = logged + second * page + page - 1;
  guest.reg(rdx) = logged + third * page + 100;
  guest.reg(rsi) = logged + 40 * page;
  guest.cpu.run_to(VMP_EXIT_HALT, "stores into the logged slot");
}

void expect_bits(Guest &guest, uint64_t low, uint64_t high, const char *when) {
  Bits bits;
  expect_status("memory_dirty", VMP_OK, guest.machine.try_dirty(logged, bits.word, words), guest.machine.error());
  expect(bits.word[0] == low && bits.word[1] == high, "%s the log is 0x%llx 0x%llx instead of 0x%llx 0x%llx", when,
         static_cast<unsigned long long>(bits.word[0]), static_cast<unsigned long long>(bits.word[1]),
         static_cast<unsigned long long>(low), static_cast<unsigned long long>(high));
}

void written_pages(Context &context) {
  Guest guest(context, Mode::long64, code);
  Memory memory(pages * page);
  guest.machine.map(logged, memory, VMP_SLOT_LOG_DIRTY);
  expect_bits(guest, 0, 0, "before any store");
  write_pages(guest, 1, 5, 69);
  expect_bits(guest, 1u << 1 | 1u << 5, 1u << 5, "after stores into pages 1, 5 and 69");
}

void cleared(Context &context) {
  Guest guest(context, Mode::long64, code);
  Memory memory(pages * page);
  guest.machine.map(logged, memory, VMP_SLOT_LOG_DIRTY);
  write_pages(guest, 0, 1, 2);
  expect_bits(guest, 7, 0, "after stores into pages 0, 1 and 2");
  expect_bits(guest, 0, 0, "read again without a store");
  write_pages(guest, 1, 2, 3);
  expect_bits(guest, 14, 0, "after more stores into pages 1, 2 and 3");
}

void host_writes(Context &context) {
  Guest guest(context, Mode::long64, code);
  Memory memory(pages * page);
  guest.machine.map(logged, memory, VMP_SLOT_LOG_DIRTY);
  write_pages(guest, 4, 4, 4);
  memory.word(7 * page) = memory.word(8 * page) = 1;
  expect_bits(guest, 1 << 4, 0, "after the guest's store into page 4 and the host's into 7 and 8");
}

void refused(Context &context) {
  Guest guest(context, Mode::long64, code);
  Memory memory(pages * page);
  guest.machine.map(logged, memory);
  Bits bits;
  expect_status("memory_dirty of a slot without a log", VMP_ERROR_UNSUPPORTED,
                guest.machine.try_dirty(logged, bits.word, words), guest.machine.error());
  expect_status("memory_dirty where no slot is", VMP_ERROR_NOT_FOUND,
                guest.machine.try_dirty(2 * logged, bits.word, words), guest.machine.error());
  expect_status("memory_dirty inside a slot", VMP_ERROR_NOT_FOUND,
                guest.machine.try_dirty(logged + page, bits.word, words), guest.machine.error());
}

constexpr uint32_t needs = VMP_VIRTUALIZATION_DIRTY_LOG;
constexpr Case cases[] = {
    {"the log has exactly the pages that the guest has written", needs, written_pages},
    {"reading the log clears it, and later stores are logged again", needs, cleared},
    {"the host's own writes are not in the log", needs, host_writes},
    {"the log of a slot without one, or of none, is refused", needs, refused},
};

}  // namespace

constinit const Group dirty_log_cases = {"dirty log", cases};

}  // namespace vmp::conformance
