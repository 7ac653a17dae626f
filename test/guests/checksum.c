/* checksum [ITERATIONS]: integers, doubles, bytes and strings by turns, folded into one line that is the same on every
 * architecture (compiled without contraction of floating-point expressions). The default takes a good third of a second
 * of a current x86-64 core. */
#include "guest.h"

enum {
  DEFAULT_ITERATIONS = 200,
  SORTED = 12000,
  SIEVED = 120000,
  MATRIX = 48,
  BYTES = 24576,
  WORDS = 6000,
  SLOTS = 4096
};

static uint64_t random_state = 0x853c49e6748fea9bu;

/* xorshift64*, Vigna 2016. */
static uint64_t next_random(void) {
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return random_state * 0x2545f4914f6cdd1du;
}

static uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

static void quicksort(int32_t *items, int64_t low, int64_t high) {
  while (low < high) {
    int32_t pivot = items[low + (high - low) / 2];
    int64_t left = low, right = high;
    while (left <= right) {
      while (items[left] < pivot) left++;
      while (items[right] > pivot) right--;
      if (left > right) break;
      int32_t item = items[left];
      items[left++] = items[right];
      items[right--] = item;
    }
    quicksort(items, low, right);
    low = left;
  }
}

static uint64_t sort_integers(void) {
  static int32_t items[SORTED];
  for (int index = 0; index < SORTED; index++) items[index] = (int32_t)next_random();
  quicksort(items, 0, SORTED - 1);
  uint64_t hash = 0;
  for (int index = 0; index < SORTED; index++) hash = mix(hash, (uint32_t)items[index]);
  return hash;
}

static uint64_t sieve(void) {
  static uint8_t composite[SIEVED];
  memset(composite, 0, sizeof composite);
  uint64_t hash = 0;
  for (uint32_t number = 2; number < SIEVED; number++) {
    if (composite[number]) continue;
    hash = mix(hash, number);
    for (uint32_t multiple = number * 2; multiple < SIEVED; multiple += number) composite[multiple] = 1;
  }
  return hash;
}

static uint64_t multiply_matrices(void) {
  static double left[MATRIX][MATRIX], right[MATRIX][MATRIX];
  for (int row = 0; row < MATRIX; row++) {
    for (int column = 0; column < MATRIX; column++) {
      left[row][column] = (double)(int64_t)(next_random() >> 40) / 65536.0;
      right[row][column] = __builtin_sqrt((double)(next_random() >> 44));
    }
  }
  uint64_t hash = 0;
  for (int row = 0; row < MATRIX; row++) {
    for (int column = 0; column < MATRIX; column++) {
      double sum = 0;
      for (int index = 0; index < MATRIX; index++) sum += left[row][index] * right[index][column];
      uint64_t bits;
      memcpy(&bits, &sum, sizeof bits);
      hash = mix(hash, bits);
    }
  }
  return hash;
}

/* Reflected polynomial 0xedb88320, one table (ISO 3309). */
static uint32_t crc32(const uint8_t *data, size_t size) {
  static uint32_t table[256];
  for (uint32_t index = 0; index < 256; index++) {
    uint32_t value = index;
    for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ (0xedb88320u & -(value & 1));
    table[index] = value;
  }
  uint32_t crc = 0xffffffffu;
  for (size_t index = 0; index < size; index++) crc = (crc >> 8) ^ table[(crc ^ data[index]) & 255];
  return ~crc;
}

static uint32_t rotate(uint32_t value, unsigned by) { return (value >> by) | (value << (32 - by)); }

/* One block of SHA-256 (FIPS 180-4, section 6.2.2). */
static void sha256_block(uint32_t state[8], const uint8_t *block) {
  static const uint32_t constants[64] = {
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
      0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
      0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
      0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
      0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
      0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
      0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
      0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
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

static uint64_t hash_bytes(void) {
  static uint8_t bytes[BYTES];
  for (int index = 0; index < BYTES; index++) bytes[index] = (uint8_t)(next_random() >> 56);
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  for (int offset = 0; offset < BYTES; offset += 64) sha256_block(state, bytes + offset);
  uint64_t hash = crc32(bytes, sizeof bytes);
  for (int index = 0; index < 8; index++) hash = mix(hash, state[index]);
  return hash;
}

/* Counts random words in an open-addressed table under FNV-1a. */
static uint64_t count_words(void) {
  static struct slot {
    char word[8];
    uint32_t count;
  } slots[SLOTS];
  memset(slots, 0, sizeof slots);
  for (int index = 0; index < WORDS; index++) {
    char word[8] = {0};
    uint64_t random = next_random();
    unsigned length = 2 + (unsigned)(random & 1);
    for (unsigned place = 0; place < length; place++) word[place] = (char)('a' + (random >> (8 + place * 8)) % 13);
    uint64_t hash = 0xcbf29ce484222325u;
    for (unsigned place = 0; place < length; place++) hash = (hash ^ (uint8_t)word[place]) * 0x100000001b3u;
    unsigned slot = (unsigned)(hash % SLOTS);
    while (slots[slot].count != 0 && !text_equal(slots[slot].word, word)) slot = (slot + 1) % SLOTS;
    memcpy(slots[slot].word, word, sizeof word);
    slots[slot].count++;
  }
  uint64_t hash = 0;
  for (int index = 0; index < SLOTS; index++) hash = mix(hash, slots[index].count + (uint8_t)slots[index].word[1]);
  return hash;
}

static int guest_main(int argument_count, char **arguments, char **environment) {
  (void)environment;
  uint64_t iterations = argument_count > 1 ? parse_unsigned(arguments[1]) : DEFAULT_ITERATIONS;
  uint64_t hash = 0;
  for (uint64_t iteration = 0; iteration < iterations; iteration++) {
    hash = mix(hash, sort_integers());
    hash = mix(hash, sieve());
    hash = mix(hash, multiply_matrices());
    hash = mix(hash, hash_bytes());
    hash = mix(hash, count_words());
  }
  print("checksum ");
  print_hexadecimal(hash, 16);
  print("\n");
  return 0;
}
