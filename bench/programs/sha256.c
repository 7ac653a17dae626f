/* SHA-256 (FIPS 180-4, section 6.2) of a long message: 32-bit rotations and additions. */
#include "program.h"

enum { BLOCKS = 1024 };

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static inline uint32_t rotate(uint32_t value, unsigned by) { return (value >> by) | (value << (32 - by)); }

static void hash_block(uint32_t state[8], const uint8_t *block) {
  uint32_t schedule[64];
  for (int index = 0; index < 16; index++, block += 4)
    schedule[index] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
  for (int index = 16; index < 64; index++) {
    uint32_t before = schedule[index - 15], last = schedule[index - 2];
    uint32_t small0 = rotate(before, 7) ^ rotate(before, 18) ^ (before >> 3);
    uint32_t small1 = rotate(last, 17) ^ rotate(last, 19) ^ (last >> 10);
    schedule[index] = schedule[index - 16] + small0 + schedule[index - 7] + small1;
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int index = 0; index < 64; index++) {
    uint32_t big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    uint32_t first = h + big1 + ((e & f) ^ (~e & g)) + constants[index] + schedule[index];
    uint32_t big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    uint32_t second = big0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static uint64_t run_program(uint64_t scale) {
  static uint8_t message[BLOCKS * 64];
  for (size_t index = 0; index < sizeof message; index++) message[index] = (uint8_t)(next_random() >> 56);
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  for (uint64_t round = 0; round < scale; round++) {
    for (int block = 0; block < BLOCKS; block++) hash_block(state, message + block * 64);
  }
  uint64_t hash = 0;
  for (int index = 0; index < 8; index++) hash = mix(hash, state[index]);
  return hash;
}
