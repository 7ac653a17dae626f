// Decodes every 16-bit word and many 32-bit ones, prepares each as the interpreter does, and checks that what comes out
// stays within its bounds. Meant for AddressSanitizer and UndefinedBehaviorSanitizer.
//   decoder_check random SEED COUNT   random 32-bit words, half of them shaped like instructions
//   decoder_check names               reads hexadecimal words, one a line; prints the operation of each
//   decoder_check operations          prints every operation that the decoder knows
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

#include "specialize.h"
#include "vm_plugin_riscv/decoder.h"

using namespace vmp::riscv;

namespace {

uint64_t counts[operation_count];

bool is_sound(uint32_t word) {
  const Instruction instruction = decode(word);
  const bool is_short = (word & 3) != 3;
  const bool bounded =
      instruction.rd < 32 && instruction.rs1 < 32 && instruction.rs2 < 32 && instruction.rs3 < 32 &&
      (instruction.rounding <= 4 || instruction.rounding == dynamic_rounding) &&
      static_cast<size_t>(instruction.operation) < operation_count && instruction.length == (is_short ? 2 : 4) &&
      instruction.encoding == (is_short ? word & 0xffff : word) && std::strlen(name_of(instruction.operation)) > 0;
  bool specialized = true;
  for (const uint64_t pc : {uint64_t{0}, uint64_t{0xffe}, ~uint64_t{1}}) {
    const Slot slot = specialize(instruction, pc, (word & 4) != 0);
    specialized = specialized && slot.handler != Handler::decode && slot.length == instruction.length;
  }
  if (!bounded || !specialized) {
    std::printf("unsound: %08" PRIx32 "\n", word);
  }
  ++counts[static_cast<size_t>(instruction.operation)];
  return bounded && specialized;
}

int check_random(uint64_t seed, uint64_t count) {
  std::mt19937_64 random(seed);
  bool sound = true;
  for (uint32_t word = 0; word < 0x10000; ++word) {
    sound = is_sound(word) && is_sound(word | 0xffff0000u) && sound;
  }
  for (uint64_t i = 0; i < count; ++i) {
    uint32_t word = static_cast<uint32_t>(random());
    if (i % 2 == 0) {  // a known encoding with a few bits turned
      word = decoder::table.encodings[random() % decoder::table.encodings.size()].match ^ (word & 0x01fff000u);
      word ^= i % 4 == 0 ? 0 : 1u << random() % 32;
    }
    sound = is_sound(word) && sound;
  }
  uint64_t seen = 0;
  for (const uint64_t number : counts) {
    seen += number != 0 ? 1 : 0;
  }
  std::printf("seed %" PRIu64 ": %" PRIu64 " words, %" PRIu64 " of %zu operations seen\n", seed, count + 0x20000, seen,
              operation_count);
  return sound && seen == operation_count ? 0 : 1;
}

int print_names() {
  char line[64];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    std::puts(name_of(decode(static_cast<uint32_t>(std::strtoul(line, nullptr, 16))).operation));
  }
  return 0;
}

int print_operations() {
  for (size_t i = 1; i < operation_count; ++i) {
    std::puts(name_of(static_cast<Operation>(i)));
  }
  return 0;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc == 4 && std::strcmp(argv[1], "random") == 0) {
    return check_random(std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10));
  }
  if (argc == 2 && std::strcmp(argv[1], "operations") == 0) {
    return print_operations();
  }
  return argc == 2 && std::strcmp(argv[1], "names") == 0 ? print_names() : 2;
}
