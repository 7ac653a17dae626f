// MD5, SHA-1, SHA-256, SHA-512, CRC-32, Adler-32, SipHash-2-4 and FNV over texts of many lengths.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ROTATE_LEFT(x, n) ((x) << (n) | (x) >> (8 * sizeof(x) - (n)))
#define ROTATE_RIGHT(x, n) ((x) >> (n) | (x) << (8 * sizeof(x) - (n)))

static unsigned char message[512];

static void print_digest(const char *name, const unsigned char *digest, size_t size) {
  printf("%s ", name);
  for (size_t at = 0; at < size; at++) printf("%02x", digest[at]);
  printf("\n");
}

// RFC 1321 and FIPS 180-4: 0x80, zeros and the length in bits fill the last blocks. Returns the padded size.
static size_t pad(const void *text, size_t size, size_t block, int big_endian, unsigned char *out) {
  size_t total = (size + 1 + block / 8 + block - 1) / block * block;
  memset(out, 0, total);
  memcpy(out, text, size);
  out[size] = 0x80;
  for (int at = 0; at < 8; at++) {
    unsigned char value = (unsigned char)((uint64_t)size * 8 >> (8 * at));
    out[big_endian ? total - 1 - (size_t)at : total - 8 + (size_t)at] = value;
  }
  return total;
}

static void md5(const void *text, size_t size) {
  static const unsigned char turns[] = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};
  uint32_t state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  size_t total = pad(text, size, 64, 0, message);
  for (size_t at = 0; at < total; at += 64) {
    uint32_t words[16], a = state[0], b = state[1], c = state[2], d = state[3];
    memcpy(words, message + at, 64);
    for (int step = 0; step < 64; step++) {
      uint32_t mixed;
      int word;
      if (step < 16) {
        mixed = (b & c) | (~b & d), word = step;
      } else if (step < 32) {
        mixed = (d & b) | (~d & c), word = (5 * step + 1) & 15;
      } else if (step < 48) {
        mixed = b ^ c ^ d, word = (3 * step + 5) & 15;
      } else {
        mixed = c ^ (b | ~d), word = (7 * step) & 15;
      }
      uint32_t constant = (uint32_t)(fabs(sin(step + 1)) * 4294967296.0);
      uint32_t sum = a + mixed + constant + words[word];
      a = d, d = c, c = b;
      b += ROTATE_LEFT(sum, turns[step / 16 * 4 + step % 4]);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  }
  print_digest("md5", (unsigned char *)state, 16);
}

static void sha1(const void *text, size_t size) {
  uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  size_t total = pad(text, size, 64, 1, message);
  for (size_t at = 0; at < total; at += 64) {
    uint32_t words[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (int word = 0; word < 16; word++) {
      memcpy(&words[word], message + at + 4 * word, 4);
      words[word] = __builtin_bswap32(words[word]);
    }
    for (int word = 16; word < 80; word++) {
      uint32_t mixed = words[word - 3] ^ words[word - 8] ^ words[word - 14] ^ words[word - 16];
      words[word] = ROTATE_LEFT(mixed, 1);
    }
    for (int step = 0; step < 80; step++) {
      uint32_t mixed, constant;
      if (step < 20) {
        mixed = (b & c) | (~b & d), constant = 0x5a827999;
      } else if (step < 40) {
        mixed = b ^ c ^ d, constant = 0x6ed9eba1;
      } else if (step < 60) {
        mixed = (b & c) | (b & d) | (c & d), constant = 0x8f1bbcdc;
      } else {
        mixed = b ^ c ^ d, constant = 0xca62c1d6;
      }
      uint32_t sum = ROTATE_LEFT(a, 5) + mixed + e + constant + words[step];
      e = d, d = c, c = ROTATE_LEFT(b, 30), b = a, a = sum;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
  }
  for (int at = 0; at < 5; at++) state[at] = __builtin_bswap32(state[at]);
  print_digest("sha1", (unsigned char *)state, 20);
}

// The first bits of the fractions of square and cube roots of primes (FIPS 180-4, 4.2 and 5.3), found with integers.
static uint64_t fraction_of_root(unsigned number, int degree) {
  unsigned __int128 low = 0, high = (unsigned __int128)1 << 72;
  while (high - low > 1) {  // the root, shifted by 64, of a number below 2^9
    unsigned __int128 middle = low + (high - low) / 2;
    long double root = (long double)middle / 18446744073709551616.0L;
    // A long double here has 113 bits.
    if ((degree == 2 ? root * root : root * root * root) <= number) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (uint64_t)low;
}

static uint64_t roots[80], starts[8];

static void find_constants(void) {
  int found = 0;
  for (unsigned number = 2; found < 80; number++) {
    unsigned divisor = 2;
    while (divisor * divisor <= number && number % divisor) divisor++;
    if (divisor * divisor <= number) continue;
    if (found < 8) starts[found] = fraction_of_root(number, 2);
    roots[found++] = fraction_of_root(number, 3);
  }
}

#define SHA2(NAME, WORD, ROUNDS, BLOCK, SWAP, SHIFT, A1, A2, A3, E1, E2, E3, S1, S2, S3, T1, T2, T3)         \
  static void NAME(const void *text, size_t size) {                                                          \
    WORD state[8], words[ROUNDS];                                                                            \
    for (int at = 0; at < 8; at++) state[at] = (WORD)(starts[at] >> SHIFT);                                  \
    size_t total = pad(text, size, BLOCK, 1, message);                                                       \
    for (size_t at = 0; at < total; at += BLOCK) {                                                           \
      WORD v[8];                                                                                             \
      memcpy(v, state, sizeof v);                                                                            \
      memcpy(words, message + at, BLOCK);                                                                    \
      for (int word = 0; word < 16; word++) words[word] = SWAP(words[word]);                                 \
      for (int word = 16; word < ROUNDS; word++) {                                                           \
        WORD x = words[word - 15], y = words[word - 2];                                                      \
        x = ROTATE_RIGHT(x, S1) ^ ROTATE_RIGHT(x, S2) ^ x >> S3;                                             \
        y = ROTATE_RIGHT(y, T1) ^ ROTATE_RIGHT(y, T2) ^ y >> T3;                                             \
        words[word] = words[word - 16] + x + words[word - 7] + y;                                            \
      }                                                                                                      \
      for (int step = 0; step < ROUNDS; step++) {                                                            \
        WORD e = ROTATE_RIGHT(v[4], E1) ^ ROTATE_RIGHT(v[4], E2) ^ ROTATE_RIGHT(v[4], E3);                   \
        WORD a = ROTATE_RIGHT(v[0], A1) ^ ROTATE_RIGHT(v[0], A2) ^ ROTATE_RIGHT(v[0], A3);                   \
        WORD sum = v[7] + e + ((v[4] & v[5]) ^ (~v[4] & v[6])) + (WORD)(roots[step] >> SHIFT) + words[step]; \
        WORD other = a + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));                                    \
        memmove(v + 1, v, sizeof v - sizeof v[0]);                                                           \
        v[4] += sum;                                                                                         \
        v[0] = sum + other;                                                                                  \
      }                                                                                                      \
      for (int word = 0; word < 8; word++) state[word] += v[word];                                           \
    }                                                                                                        \
    for (int at = 0; at < 8; at++) state[at] = SWAP(state[at]);                                              \
    print_digest(#NAME, (unsigned char *)state, sizeof state);                                               \
  }

SHA2(sha256, uint32_t, 64, 64, __builtin_bswap32, 32, 2, 13, 22, 6, 11, 25, 7, 18, 3, 17, 19, 10)
SHA2(sha512, uint64_t, 80, 128, __builtin_bswap64, 0, 28, 34, 39, 14, 18, 41, 1, 8, 7, 19, 61, 6)

static void checksums(const unsigned char *text, size_t size) {
  uint32_t crc = ~0u, low = 1, high = 0;
  uint64_t fnv = 14695981039346656037u;
  for (size_t at = 0; at < size; at++) {
    crc ^= text[at];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    low = (low + text[at]) % 65521;
    high = (high + low) % 65521;
    fnv = (fnv ^ text[at]) * 1099511628211u;
  }
  printf("crc32 %08x adler32 %08x fnv %016llx\n", ~crc, high << 16 | low, (unsigned long long)fnv);
}

static void siphash(const unsigned char *text, size_t size) {
  uint64_t k0 = 0x0706050403020100u, k1 = 0x0f0e0d0c0b0a0908u;
  uint64_t v0 = k0 ^ 0x736f6d6570736575u, v1 = k1 ^ 0x646f72616e646f6du;
  uint64_t v2 = k0 ^ 0x6c7967656e657261u, v3 = k1 ^ 0x7465646279746573u;
  for (size_t at = 0; at <= size / 8 + 1; at++) {
    uint64_t word = 0;
    if (at < size / 8) {
      memcpy(&word, text + 8 * at, 8);
    } else if (at == size / 8) {
      memcpy(&word, text + 8 * at, size % 8);
      word |= (uint64_t)size << 56;
    } else {
      v2 ^= 0xff;
    }
    v3 ^= word;
    for (int round = 0; round < (at > size / 8 ? 4 : 2); round++) {
      v0 += v1, v1 = ROTATE_LEFT(v1, 13) ^ v0, v0 = ROTATE_LEFT(v0, 32);
      v2 += v3, v3 = ROTATE_LEFT(v3, 16) ^ v2;
      v0 += v3, v3 = ROTATE_LEFT(v3, 21) ^ v0;
      v2 += v1, v1 = ROTATE_LEFT(v1, 17) ^ v2, v2 = ROTATE_LEFT(v2, 32);
    }
    v0 ^= word;
  }
  printf("siphash %016llx\n", (unsigned long long)(v0 ^ v1 ^ v2 ^ v3));
}

int main(void) {
  static const size_t sizes[] = {0, 1, 3, 8, 55, 56, 63, 64, 65, 111, 112, 119, 127, 128, 200};
  unsigned char text[256];
  find_constants();
  for (size_t index = 0; index < sizeof sizes / sizeof sizes[0]; index++) {
    size_t size = sizes[index];
    for (size_t at = 0; at < size; at++) text[at] = (unsigned char)(size == 3 ? "abc"[at] : (int)(at * 7 + size));
    printf("%zu bytes\n", size);
    md5(text, size);
    sha1(text, size);
    sha256(text, size);
    sha512(text, size);
    siphash(text, size);
    checksums(text, size);
  }
  return 0;
}
