// Three compressors with their decompressors: LZ77 with hash chains, canonical Huffman, Burrows-Wheeler with
// move-to-front and run lengths. What comes back must be what went in.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned char byte;

enum { SIZE = 60000 };

static uint32_t crc(const byte *data, size_t size) {
  uint32_t sum = ~0u;
  for (size_t at = 0; at < size; at++) {
    sum ^= data[at];
    for (int bit = 0; bit < 8; bit++) sum = sum >> 1 ^ (sum & 1 ? 0xedb88320u : 0);
  }
  return ~sum;
}

static void make_input(int kind, byte *data) {
  static const char *words[] = {"the ", "quick ", "brown ", "fox ", "jumps ", "over ", "lazy ", "dogs\n"};
  uint32_t state = 12345;
  for (size_t at = 0; at < SIZE;) {
    state = state * 1664525 + 1013904223;
    if (kind == 0) {
      for (const char *word = words[state >> 29]; *word && at < SIZE; word++) data[at++] = (byte)*word;
    } else if (kind == 1) {
      data[at++] = (byte)(state >> 24);
    } else {
      data[at] = (byte)(at / 1000);
      at++;
    }
  }
}

// LZ77: 0 LITERAL, or LENGTH (3..255) and a distance of two bytes.
static size_t lz_pack(const byte *in, size_t size, byte *out) {
  static int head[65536], before[SIZE];
  size_t used = 0;
  memset(head, -1, sizeof head);
  for (size_t at = 0; at < size;) {
    size_t best = 0, distance = 0;
    if (at + 3 <= size) {
      unsigned key = (in[at] * 31u * 31u + in[at + 1] * 31u + in[at + 2]) * 2654435761u >> 16;
      int tries = 32;
      for (int other = head[key]; other >= 0 && tries-- > 0 && at - (size_t)other < 65536; other = before[other]) {
        size_t length = 0;
        while (length < 255 && at + length < size && in[other + length] == in[at + length]) length++;
        if (length > best) best = length, distance = at - (size_t)other;
      }
      before[at] = head[key];
      head[key] = (int)at;
    }
    if (best >= 4) {
      out[used++] = (byte)best;
      out[used++] = (byte)distance;
      out[used++] = (byte)(distance >> 8);
      at += best;
    } else {
      out[used++] = 0;
      out[used++] = in[at++];
    }
  }
  return used;
}

static size_t lz_unpack(const byte *in, size_t size, byte *out) {
  size_t made = 0;
  for (size_t at = 0; at < size;) {
    size_t length = in[at++];
    if (length == 0) {
      out[made++] = in[at++];
      continue;
    }
    size_t distance = in[at] | (size_t)in[at + 1] << 8;
    at += 2;
    for (; length > 0; length--, made++) out[made] = out[made - distance];
  }
  return made;
}

struct node {
  int count, left, right;
};

static void lengths_below(const struct node *nodes, int at, int depth, byte *lengths) {
  if (nodes[at].left < 0) {
    lengths[at] = (byte)(depth ? depth : 1);
    return;
  }
  lengths_below(nodes, nodes[at].left, depth + 1, lengths);
  lengths_below(nodes, nodes[at].right, depth + 1, lengths);
}

static void make_codes(const byte *lengths, uint32_t *codes) {
  uint32_t code = 0;
  for (int length = 1; length < 32; length++, code <<= 1) {
    for (int symbol = 0; symbol < 256; symbol++) {
      if (lengths[symbol] == length) codes[symbol] = code++;
    }
  }
}

// 256 code lengths, then the codes, the highest bit first.
static size_t huffman_pack(const byte *in, size_t size, byte *out) {
  struct node nodes[512];
  int live[512], count = 0, made = 256;
  memset(out, 0, 256 + size * 4);
  for (int symbol = 0; symbol < 256; symbol++) nodes[symbol] = (struct node){0, -1, -1};
  for (size_t at = 0; at < size; at++) nodes[in[at]].count++;
  for (int symbol = 0; symbol < 256; symbol++) {
    if (nodes[symbol].count) live[count++] = symbol;
  }
  while (count > 1) {
    int least[2];
    for (int side = 0; side < 2; side++) {
      int best = 0;
      for (int at = 1; at < count; at++) {
        if (nodes[live[at]].count < nodes[live[best]].count) best = at;
      }
      least[side] = live[best];
      live[best] = live[--count];
    }
    nodes[made] = (struct node){nodes[least[0]].count + nodes[least[1]].count, least[0], least[1]};
    live[count++] = made++;
  }
  lengths_below(nodes, live[0], 0, out);
  uint32_t codes[256] = {0};
  make_codes(out, codes);
  size_t bits = 256 * 8;
  for (size_t at = 0; at < size; at++) {
    for (int bit = out[in[at]] - 1; bit >= 0; bit--, bits++) {
      if (codes[in[at]] >> bit & 1) out[bits / 8] |= (byte)(128 >> bits % 8);
    }
  }
  return (bits + 7) / 8;
}

static size_t huffman_unpack(const byte *in, size_t size, byte *out) {
  uint32_t codes[256] = {0};
  make_codes(in, codes);
  size_t bits = 256 * 8;
  for (size_t made = 0; made < size; made++) {
    uint32_t code = 0;
    int length = 0, symbol = 256;
    while (symbol == 256 && length < 32) {
      code = code << 1 | (in[bits / 8] >> (7 - bits % 8) & 1);
      bits++, length++;
      for (symbol = 0; symbol < 256 && (in[symbol] != length || codes[symbol] != code); symbol++) continue;
    }
    out[made] = (byte)symbol;
  }
  return size;
}

static const byte *rotated;
static size_t rotated_size;

static int compare_rotations(const void *left, const void *right) {
  size_t a = *(const unsigned *)left, b = *(const unsigned *)right;
  for (size_t at = 0; at < rotated_size; at++) {
    int difference = rotated[(a + at) % rotated_size] - rotated[(b + at) % rotated_size];
    if (difference) return difference;
  }
  return a < b ? -1 : a > b;
}

// The last column, then the row of the input.
static unsigned bwt(const byte *in, size_t size, byte *out) {
  unsigned *rows = malloc(size * sizeof *rows), found = 0;
  for (unsigned at = 0; at < size; at++) rows[at] = at;
  rotated = in, rotated_size = size;
  qsort(rows, size, sizeof *rows, compare_rotations);
  for (unsigned at = 0; at < size; at++) {
    out[at] = in[(rows[at] + size - 1) % size];
    if (rows[at] == 0) found = at;
  }
  free(rows);
  return found;
}

static void unbwt(const byte *in, size_t size, unsigned row, byte *out) {
  unsigned *next = malloc(size * sizeof *next), starts[257] = {0};
  for (size_t at = 0; at < size; at++) starts[in[at] + 1]++;
  for (int symbol = 0; symbol < 256; symbol++) starts[symbol + 1] += starts[symbol];
  for (unsigned at = 0; at < size; at++) next[starts[in[at]]++] = at;
  for (size_t at = 0; at < size; at++) out[at] = in[row = next[row]];
  free(next);
}

static void move_to_front(const byte *in, size_t size, byte *out, int forwards) {
  byte order[256];
  for (int symbol = 0; symbol < 256; symbol++) order[symbol] = (byte)symbol;
  for (size_t at = 0; at < size; at++) {
    int place = 0;
    if (forwards) {
      while (order[place] != in[at]) place++;
    } else {
      place = in[at];
    }
    byte symbol = order[place];
    out[at] = forwards ? (byte)place : symbol;
    memmove(order + 1, order, (size_t)place);
    order[0] = symbol;
  }
}

int main(void) {
  static byte in[SIZE], packed[SIZE * 5], again[SIZE * 2], other[SIZE];
  static const char *kinds[] = {"text", "noise", "steps"};
  int wrong = 0;
  for (int kind = 0; kind < 3; kind++) {
    make_input(kind, in);
    printf("%s: %08x\n", kinds[kind], crc(in, SIZE));
    size_t size = lz_pack(in, SIZE, packed);
    size_t back = lz_unpack(packed, size, again);
    wrong |= back != SIZE || memcmp(in, again, SIZE) != 0;
    printf("  LZ77    %zu bytes, %08x\n", size, crc(packed, size));
    size = huffman_pack(in, SIZE, packed);
    huffman_unpack(packed, SIZE, again);
    wrong |= memcmp(in, again, SIZE) != 0;
    printf("  Huffman %zu bytes, %08x\n", size, crc(packed, size));
    size_t block = 4000;
    unsigned row = bwt(in, block, other);
    move_to_front(other, block, again, 1);
    size = huffman_pack(again, block, packed);
    printf("  BWT     %zu bytes of %zu, row %u, %08x\n", size, block, row, crc(packed, size));
    huffman_unpack(packed, block, again);
    move_to_front(again, block, other, 0);
    unbwt(other, block, row, again);
    wrong |= memcmp(in, again, block) != 0;
  }
  printf("%s\n", wrong ? "WRONG" : "all came back");
  return wrong;
}
