// Any 32 bits decode to an instruction whose fields are in range, and decoding is a function of what it says it reads.
#include "vm_plugin_riscv/decoder.h"

#include <cstdlib>
#include <cstring>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace vmp::riscv;
  for (size_t at = 0; at + 4 <= size; at += 2) {
    uint32_t word;
    std::memcpy(&word, data + at, 4);
    Instruction one = decode(word);
    require(one.length == 2 || one.length == 4);
    require(one.length == instruction_length(static_cast<uint16_t>(word)));
    require(one.rd < 32 && one.rs1 < 32 && one.rs2 < 32 && one.rs3 < 32);
    require(static_cast<size_t>(one.operation) < operation_count);
    require(std::strlen(name_of(one.operation)) > 0 && access_size(one.operation) <= 8);
    if (one.length == 2) {
      Instruction other = decode(word ^ 0xffff0000u);
      require(other.operation == one.operation && other.encoding == one.encoding && other.rd == one.rd &&
              other.rs1 == one.rs1 && other.rs2 == one.rs2 && other.immediate == one.immediate);
    }
  }
  return 0;
}
