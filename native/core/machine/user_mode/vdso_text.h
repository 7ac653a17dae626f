// The machine code of the vDSO and where its functions begin.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace vmp {

struct VdsoText {
  struct Function {
    std::string_view name;
    uint64_t offset;  // in the code
  };
  std::span<const uint8_t> code;  // empty where there is none for this host
  std::array<Function, 3> functions;
};

VdsoText vdso_text();

}  // namespace vmp
