/* Product of square matrices of doubles: floating point with regular memory accesses. */
#include "program.h"

enum { SIZE = 96 };

static uint64_t run_program(uint64_t scale) {
  static double left[SIZE][SIZE], right[SIZE][SIZE], product[SIZE][SIZE];
  for (int row = 0; row < SIZE; row++) {
    for (int column = 0; column < SIZE; column++) {
      left[row][column] = (double)(next_random() >> 44) / 1048576.0 - 0.5;
      right[row][column] = (double)(next_random() >> 44) / 1048576.0 - 0.5;
    }
  }
  uint64_t hash = 0;
  for (uint64_t round = 0; round < scale; round++) {
    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++) {
        double sum = 0;
        for (int index = 0; index < SIZE; index++) sum += left[row][index] * right[index][column];
        product[row][column] = sum;
      }
    }
    for (int index = 0; index < SIZE; index++) {
      hash = mix_double(hash, product[index][(index * 7) % SIZE]);
      left[index][index] += product[index][SIZE - 1 - index] * 0.125;
    }
  }
  return hash;
}
