/* LZ77 with a hash of three bytes and byte-aligned output, there and back: matching, copying, bookkeeping. */
#include "program.h"

enum { SIZE = 1 << 16, HASH_BITS = 13, WINDOW = 8192, SHORTEST = 3, LONGEST = 18, CAPACITY = SIZE + SIZE / 8 + 16 };

static uint8_t input[SIZE], packed[CAPACITY], unpacked[SIZE];

static unsigned hash_of(const uint8_t *at) {
  uint32_t value = (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
  return (value * 2654435761u) >> (32 - HASH_BITS);
}

/* Groups of one flag byte and eight items: a literal, or 13 bits of distance - 1 and 4 bits of length - 3 in 3 bytes.
 */
static size_t compress(void) {
  static int32_t latest[1 << HASH_BITS];
  memset(latest, 0xff, sizeof latest);
  size_t out = 0, flags = 0;
  unsigned item = 8;
  for (size_t at = 0; at < SIZE; item++) {
    if (item == 8) {
      flags = out++;
      packed[flags] = 0;
      item = 0;
    }
    size_t length = 0, distance = 0;
    if (at + SHORTEST <= SIZE) {
      int32_t *entry = &latest[hash_of(input + at)];
      if (*entry >= 0 && at - (size_t)*entry <= WINDOW) {
        distance = at - (size_t)*entry;
        size_t most = SIZE - at < LONGEST ? SIZE - at : LONGEST;
        while (length < most && input[at + length] == input[at + length - distance]) length++;
      }
      *entry = (int32_t)at;
    }
    if (length >= SHORTEST) {
      packed[flags] |= (uint8_t)(1u << item);
      uint32_t code = (uint32_t)(distance - 1) << 4 | (uint32_t)(length - SHORTEST);
      packed[out++] = (uint8_t)(code >> 16);
      packed[out++] = (uint8_t)(code >> 8);
      packed[out++] = (uint8_t)code;
      at += length;
    } else {
      packed[out++] = input[at++];
    }
  }
  return out;
}

static void decompress(void) {
  size_t in = 0, out = 0;
  while (out < SIZE) {
    unsigned flags = packed[in++];
    for (unsigned item = 0; item < 8 && out < SIZE; item++) {
      if ((flags >> item & 1) == 0) {
        unpacked[out++] = packed[in++];
        continue;
      }
      uint32_t code = (uint32_t)packed[in] << 16 | (uint32_t)packed[in + 1] << 8 | packed[in + 2];
      in += 3;
      size_t distance = (code >> 4) + 1, length = (code & 15) + SHORTEST;
      for (size_t index = 0; index < length; index++, out++) unpacked[out] = unpacked[out - distance];
    }
  }
}

static uint64_t run_program(uint64_t scale) {
  uint64_t hash = 0;
  for (uint64_t round = 0; round < scale; round++) {
    for (size_t at = 0; at < SIZE;) { /* text that repeats itself now and then */
      uint64_t random = next_random();
      size_t length = 4 + random % 24;
      for (size_t index = 0; index < length && at < SIZE; index++, at++) {
        int repeat = (random >> 32) % 4 != 0 && at > 4096;
        input[at] = repeat ? input[at - 1 - (random >> 40) % 4096] : (uint8_t)('a' + (random >> index) % 16);
      }
    }
    size_t size = compress();
    decompress();
    hash = mix(hash, size + (memcmp(input, unpacked, SIZE) == 0));
  }
  return hash;
}
