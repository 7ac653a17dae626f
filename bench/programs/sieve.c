/* The sieve of Eratosthenes over bits: stores with strides, shifts and masks. */
#include "program.h"

enum { LIMIT = 1 << 20 };

static uint64_t run_program(uint64_t scale) {
  static uint64_t composite[LIMIT / 64];
  uint64_t hash = 0;
  for (uint64_t round = 0; round < scale; round++) {
    memset(composite, 0, sizeof composite);
    uint64_t primes = 0;
    for (uint64_t number = 2; number < LIMIT; number++) {
      if (composite[number / 64] >> (number % 64) & 1) continue;
      primes += number ^ round;
      for (uint64_t multiple = number * number; multiple < LIMIT; multiple += number)
        composite[multiple / 64] |= (uint64_t)1 << (multiple % 64);
    }
    hash = mix(hash, primes);
  }
  return hash;
}
