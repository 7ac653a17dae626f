// The software arithmetic against the host's floating-point unit: results and flags of every operation, in the four
// rounding modes that the host has, over edge values and seeded random operands. RMM, which no host has, is checked
// against itself: it may differ from nearest-even only upwards in magnitude, on a tie, and raises the same flags.
// Usage: float_check SEED ROUNDS
#include <immintrin.h>

#include <cfenv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

#include "software_float.h"

using namespace vmp::riscv;

namespace {

uint64_t failures = 0;
uint64_t checks = 0;

template <typename F>
typename F::Host host(typename F::Bits bits) {
  typename F::Host value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

template <typename F>
typename F::Bits bits_of(typename F::Host value) {
  typename F::Bits bits;
  std::memcpy(&bits, &value, sizeof bits);
  return is_nan<F>(bits) ? F::canonical_nan : bits;
}

uint32_t riscv_flags() {
  const uint32_t raised = _mm_getcsr();
  return (raised & 1 ? flag_invalid : 0) | (raised & 4 ? flag_divide_by_zero : 0) | (raised & 8 ? flag_overflow : 0) |
         (raised & 16 ? flag_underflow : 0) | (raised & 32 ? flag_inexact : 0);
}

void set_host(Rounding rounding) {
  constexpr uint32_t modes[] = {0, 3, 1, 2};  // RISC-V's order -> MXCSR.RC
  _mm_setcsr(0x1f80 | modes[static_cast<uint32_t>(rounding)] << 13);
}

void expect(const char *operation, Rounding rounding, const uint64_t *operands, uint64_t ours, uint32_t our_flags,
            uint64_t theirs, uint32_t their_flags) {
  ++checks;
  if (ours != theirs || our_flags != their_flags) {
    if (++failures <= 20) {
      std::printf("%s mode %u of %016lx %016lx %016lx: software %016lx flags %02x, host %016lx flags %02x\n", operation,
                  static_cast<uint32_t>(rounding), operands[0], operands[1], operands[2], ours, our_flags, theirs,
                  their_flags);
    }
  }
}

template <typename F, typename Software, typename Host>
void compare(const char *operation, const uint64_t *operands, Software software, Host on_host) {
  for (uint32_t mode = 0; mode < 4; ++mode) {
    const Rounding rounding = static_cast<Rounding>(mode);
    uint32_t flags = 0;
    const uint64_t ours = software(rounding, flags);
    set_host(rounding);
    volatile typename F::Host result = on_host();
    const uint32_t their_flags = riscv_flags();
    set_host(Rounding::nearest_even);
    expect(operation, rounding, operands, ours, flags, bits_of<F>(result), their_flags);
  }
  uint32_t away_flags = 0;
  uint32_t even_flags = 0;
  const uint64_t away = software(Rounding::nearest_away, away_flags);
  const uint64_t even = software(Rounding::nearest_even, even_flags);
  if (away != even || away_flags != even_flags) {
    // A tie is inexact, and rounding it away may cross into infinity or out of the subnormal numbers.
    expect(operation, Rounding::nearest_away, operands, away - even, away_flags & flag_inexact, 1,
           even_flags & flag_inexact);
  }
}

template <typename F>
typename F::Bits random_operand(std::mt19937_64 &random) {
  using Bits = typename F::Bits;
  const Bits bits = static_cast<Bits>(random());
  const Bits fraction_mask = F::least_normal - 1;
  switch (random() % 8) {
    case 0:  // edge exponents and fractions
    case 1: {
      const Bits exponents[] = {
          0, 1, 2, F::bias - 1, F::bias, F::bias + 1, 2 * F::bias - 1, 2 * F::bias, 2 * F::bias + 1};
      const Bits fractions[] = {
          0, 1, 2, fraction_mask, fraction_mask - 1, F::quiet_bit, F::quiet_bit - 1, bits & fraction_mask};
      return (bits & F::sign_bit) | exponents[random() % 9] << F::fraction_bits | fractions[random() % 8];
    }
    case 2:  // few bits set: ties
      return (bits & F::sign_bit) | (bits & (F::infinity)) | (Bits{1} << random() % F::fraction_bits) |
             (Bits{1} << random() % F::fraction_bits);
    case 3:
    case 4: {  // exponents close to each other
      const Bits exponent = static_cast<Bits>(F::bias - 30 + random() % 60);
      return (bits & F::sign_bit) | exponent << F::fraction_bits | (bits & fraction_mask);
    }
    case 5: {  // small results
      const Bits exponent = static_cast<Bits>(random() % 2 ? F::bias / 2 + random() % 40 - 20 : random() % 60);
      return (bits & F::sign_bit) | exponent << F::fraction_bits | (bits & fraction_mask);
    }
    default:
      return bits;
  }
}

template <typename F>
__attribute__((target("fma"))) void check_fused(const typename F::Bits a, const typename F::Bits b,
                                                const typename F::Bits c) {
  const uint64_t operands[3] = {a, b, c};
  compare<F>(
      "fma", operands, [&](Rounding r, uint32_t &f) { return software::multiply_add<F>(a, b, c, r, f); },
      [&]() -> typename F::Host {
        volatile typename F::Host x = host<F>(a), y = host<F>(b), z = host<F>(c);
        typename F::Host product = x;
        const typename F::Host factor = y, addend = z;
        if constexpr (sizeof product == 8) {
          asm volatile("vfmadd213sd %2, %1, %0" : "+x"(product) : "x"(factor), "x"(addend));
        } else {
          asm volatile("vfmadd213ss %2, %1, %0" : "+x"(product) : "x"(factor), "x"(addend));
        }
        return product;
      });
}

template <typename F, typename Other>
void check(std::mt19937_64 &random) {
  using Host = typename F::Host;
  const typename F::Bits a = random_operand<F>(random), b = random_operand<F>(random), c = random_operand<F>(random);
  const uint64_t operands[3] = {a, b, c};
  volatile Host x = host<F>(a), y = host<F>(b);
  compare<F>(
      "add", operands, [&](Rounding r, uint32_t &f) { return software::add<F>(a, b, r, f); }, [&] { return x + y; });
  compare<F>(
      "multiply", operands, [&](Rounding r, uint32_t &f) { return software::multiply<F>(a, b, r, f); },
      [&] { return x * y; });
  compare<F>(
      "divide", operands, [&](Rounding r, uint32_t &f) { return software::divide<F>(a, b, r, f); },
      [&] { return x / y; });
  compare<F>(
      "square root", operands, [&](Rounding r, uint32_t &f) { return software::square_root<F>(a, r, f); },
      [&] {
        Host value = x;
        if constexpr (sizeof(Host) == 8) {
          asm volatile("sqrtsd %0, %0" : "+x"(value));
        } else {
          asm volatile("sqrtss %0, %0" : "+x"(value));
        }
        return value;
      });
  compare<Other>(
      "convert", operands, [&](Rounding r, uint32_t &f) { return software::convert<Other, F>(a, r, f); },
      [&] { return static_cast<typename Other::Host>(x); });
  const int64_t integer = static_cast<int64_t>(random()) >> random() % 64;
  const uint64_t size = integer < 0 ? 0 - static_cast<uint64_t>(integer) : static_cast<uint64_t>(integer);
  volatile int64_t integer_operand = integer;
  const uint64_t integers[3] = {static_cast<uint64_t>(integer), 0, 0};
  compare<F>(
      "from integer", integers,
      [&](Rounding r, uint32_t &f) { return software::from_integer<F>(integer < 0, size, r, f); },
      [&] { return static_cast<Host>(integer_operand); });
  if (__builtin_cpu_supports("fma")) {
    check_fused<F>(a, b, c);
  }
  // x86 has no saturating conversion: compare where the value fits.
  for (uint32_t mode = 0; mode < 4; ++mode) {
    if (std::isfinite(host<F>(a)) && std::fabs(host<F>(a)) < 0x1p62) {
      uint32_t flags = 0;
      const Rounding rounding = static_cast<Rounding>(mode);
      const int64_t ours = software::to_integer<int64_t, F>(a, rounding, flags);
      set_host(rounding);
      int64_t theirs;
      Host value = x;
      if constexpr (sizeof(Host) == 8) {
        asm volatile("cvtsd2siq %1, %0" : "=r"(theirs) : "x"(value));
      } else {
        asm volatile("cvtss2siq %1, %0" : "=r"(theirs) : "x"(value));
      }
      const uint32_t their_flags = riscv_flags();
      set_host(Rounding::nearest_even);
      expect("to integer", rounding, operands, static_cast<uint64_t>(ours), flags, static_cast<uint64_t>(theirs),
             their_flags);
    }
  }
}

}  // namespace

int main(int argc, char **argv) {
  const uint64_t seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  const uint64_t rounds = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20000;
  std::mt19937_64 random(seed);
  for (uint64_t round = 0; round < rounds; ++round) {
    check<Single, Double>(random);
    check<Double, Single>(random);
  }
  std::printf("seed %lu: %lu comparisons, %lu failures%s\n", seed, checks, failures,
              __builtin_cpu_supports("fma") ? "" : " (no fused multiply-add on this host: not compared)");
  return failures != 0;
}
