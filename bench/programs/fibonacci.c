/* Doubly recursive Fibonacci: calls and returns. */
#include "program.h"

__attribute__((noinline)) static uint64_t fibonacci(uint64_t number) {
  return number < 2 ? number : fibonacci(number - 1) + fibonacci(number - 2);
}

static uint64_t run_program(uint64_t scale) {
  uint64_t hash = 0;
  for (uint64_t round = 0; round < scale; round++) hash = mix(hash, fibonacci(22 + (round & 1)));
  return hash;
}
