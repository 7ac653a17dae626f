/* Products of 2048-bit numbers by the school's method, reduced by their top: 64 x 64 -> 128-bit multiplication. */
#include "program.h"

enum { LIMBS = 32, PRODUCTS = 100 };

__extension__ typedef unsigned __int128 wide;

static void multiply(uint64_t product[2 * LIMBS], const uint64_t left[LIMBS], const uint64_t right[LIMBS]) {
  memset(product, 0, 2 * LIMBS * sizeof product[0]);
  for (int row = 0; row < LIMBS; row++) {
    uint64_t carry = 0;
    for (int column = 0; column < LIMBS; column++) {
      wide sum = (wide)left[row] * right[column] + product[row + column] + carry;
      product[row + column] = (uint64_t)sum;
      carry = (uint64_t)(sum >> 64);
    }
    product[row + LIMBS] = carry;
  }
}

static uint64_t run_program(uint64_t scale) {
  uint64_t number[LIMBS], factor[LIMBS], product[2 * LIMBS];
  for (int limb = 0; limb < LIMBS; limb++) {
    number[limb] = next_random();
    factor[limb] = next_random();
  }
  uint64_t hash = 0;
  for (uint64_t round = 0; round < scale; round++) {
    for (int index = 0; index < PRODUCTS; index++) {
      multiply(product, number, factor);
      uint64_t carry = 0;
      for (int limb = 0; limb < LIMBS; limb++) { /* fold the upper half onto the lower */
        wide sum = (wide)product[limb] + product[limb + LIMBS] + carry;
        number[limb] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
      }
    }
    hash = mix(hash, number[0] ^ number[LIMBS - 1]);
  }
  return hash;
}
