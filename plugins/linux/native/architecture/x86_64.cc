// x86-64, as far as an engine for it will find it: numbers and layouts.
#include "architecture/architecture.h"

namespace vmp_linux {
namespace {

constexpr CallNumber kNumbers[] = {
#define NUMBER(number, name) {number, Call::name},
#include "architecture/x86_64_numbers.def"
#undef NUMBER
};

}  // namespace

const std::span<const CallNumber> kX86_64Calls = kNumbers;

// arch/x86/include/uapi/asm/stat.h
const StatLayout kX86_64Stat = {.size = 144,
                                .device = {0, 8},
                                .inode = {8, 8},
                                .mode = {24, 4},
                                .links = {16, 8},
                                .user = {28, 4},
                                .group = {32, 4},
                                .special_device = {40, 8},
                                .bytes = {48, 8},
                                .block_size = {56, 8},
                                .blocks = {64, 8},
                                .access_seconds = {72, 8},
                                .access_nanoseconds = {80, 8},
                                .modify_seconds = {88, 8},
                                .modify_nanoseconds = {96, 8},
                                .change_seconds = {104, 8},
                                .change_nanoseconds = {112, 8}};

}  // namespace vmp_linux
