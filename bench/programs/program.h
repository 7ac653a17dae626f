/* program.h: what the bench programs share. A program takes one argument, its scale: work grows linearly with it. It
 * prints one line that depends on all the work done and is the same on every architecture (-ffp-contract=off). */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_state = 0x9e3779b97f4a7c15u;

/* xorshift64*, Vigna 2016. */
static inline uint64_t next_random(void) {
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return random_state * 0x2545f4914f6cdd1du;
}

static inline uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

static inline uint64_t mix_double(uint64_t hash, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return mix(hash, bits);
}

static inline void *allocate(size_t size) {
  void *memory = malloc(size);
  if (memory == NULL) {
    fputs("out of memory\n", stderr);
    exit(1);
  }
  return memory;
}

/* Does the program's work `scale` times over and answers its checksum. */
static uint64_t run_program(uint64_t scale);

int main(int argc, char **argv) {
  char *end = NULL;
  uint64_t scale = argc == 2 ? strtoull(argv[1], &end, 10) : 0;
  if (scale == 0 || *end != 0) {
    fprintf(stderr, "usage: %s SCALE\n", argv[0]);
    return 2;
  }
  printf("%016" PRIx64 "\n", run_program(scale));
  return 0;
}

#endif
