/* pipeline FILE ROUNDS sha256|copy: what `cat FILE... | sha256sum` does, with the file read ROUNDS times: one process
 * writes it into a pipe, the other makes its SHA-256 (FIPS 180-4), or with "copy" counts its bytes. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK = 64 * 1024 };
static unsigned char block[BLOCK];

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t value, int by) { return value >> by | value << (32 - by); }

static void add_block(uint32_t state[8], const unsigned char *bytes) {
  uint32_t words[64], v[8];
  for (int at = 0; at < 16; at++) {
    memcpy(&words[at], bytes + 4 * at, 4);
    words[at] = __builtin_bswap32(words[at]);
  }
  for (int at = 16; at < 64; at++) {
    uint32_t x = words[at - 15], y = words[at - 2];
    words[at] = words[at - 16] + words[at - 7] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) +
                (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
  }
  memcpy(v, state, sizeof v);
  for (int at = 0; at < 64; at++) {
    uint32_t sum = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) +
                   constants[at] + words[at];
    uint32_t other =
        (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
    memmove(v + 1, v, 7 * sizeof v[0]);
    v[4] += sum;
    v[0] = sum + other;
  }
  for (int at = 0; at < 8; at++) state[at] += v[at];
}

static ssize_t fill(int from) {
  ssize_t filled = 0;
  for (ssize_t got; filled < BLOCK && (got = read(from, block + filled, (size_t)(BLOCK - filled))) > 0;) filled += got;
  return filled;
}

static void print_sum(int from) {
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint64_t total = 0;
  ssize_t got;
  while ((got = fill(from)) == BLOCK) {
    for (int at = 0; at < BLOCK; at += 64) add_block(state, block + at);
    total += BLOCK;
  }
  unsigned char last[128] = {0};
  ssize_t whole = got & ~63;
  for (ssize_t at = 0; at < whole; at += 64) add_block(state, block + at);
  total += (uint64_t)got;
  memcpy(last, block + whole, (size_t)(got - whole));
  last[got - whole] = 0x80;
  size_t size = got - whole < 56 ? 64 : 128;
  for (int at = 0; at < 8; at++) last[size - 1 - (size_t)at] = (unsigned char)(total * 8 >> 8 * at);
  for (size_t at = 0; at < size; at += 64) add_block(state, last + at);
  for (int at = 0; at < 8; at++) printf("%08x", state[at]);
  printf("\n");
}

static void print_count(int from) {
  uint64_t total = 0;
  for (ssize_t got; (got = read(from, block, BLOCK)) > 0;) total += (uint64_t)got;
  printf("%llu bytes\n", (unsigned long long)total);
}

static int write_rounds(const char *path, long rounds, int to) {
  for (long round = 0; round < rounds; round++) {
    int file = open(path, O_RDONLY);
    if (file < 0) return 1;
    for (ssize_t got; (got = read(file, block, BLOCK)) > 0;) {
      for (ssize_t done = 0; done < got;) {
        ssize_t written = write(to, block + done, (size_t)(got - done));
        if (written < 0) return 1;
        done += written;
      }
    }
    close(file);
  }
  return 0;
}

int main(int argc, char **argv) {
  int ends[2], status = -1;
  if (argc != 4 || pipe(ends) != 0) {
    fprintf(stderr, "usage: pipeline FILE ROUNDS sha256|copy\n");
    return 2;
  }
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    _exit(write_rounds(argv[1], strtol(argv[2], NULL, 10), ends[1]));
  }
  close(ends[1]);
  if (strcmp(argv[3], "copy") == 0) {
    print_count(ends[0]);
  } else {
    print_sum(ends[0]);
  }
  return child < 0 || waitpid(child, &status, 0) != child || status != 0;
}
