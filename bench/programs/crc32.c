/* CRC-32 by one table (ISO 3309, reflected polynomial 0xedb88320): a chain of dependent loads. */
#include "program.h"

enum { SIZE = 1 << 18 };

static uint64_t run_program(uint64_t scale) {
  static uint32_t table[256];
  static uint8_t data[SIZE];
  for (uint32_t index = 0; index < 256; index++) {
    uint32_t value = index;
    for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ (0xedb88320u & -(value & 1));
    table[index] = value;
  }
  for (int index = 0; index < SIZE; index++) data[index] = (uint8_t)(next_random() >> 56);
  uint64_t hash = 0;
  for (uint64_t round = 0; round < scale; round++) {
    uint32_t crc = 0xffffffffu ^ (uint32_t)round;
    for (int index = 0; index < SIZE; index++) crc = (crc >> 8) ^ table[(crc ^ data[index]) & 255];
    hash = mix(hash, ~crc);
  }
  return hash;
}
