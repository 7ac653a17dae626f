// Big numbers in base 10^9: factorials, Fibonacci numbers, digits of pi and e, a root, a power modulo a number.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BASE = 1000000000, LIMBS = 400 };

struct big {
  int used;
  uint32_t limb[LIMBS];
};

static void set(struct big *number, uint32_t value) {
  memset(number, 0, sizeof *number);
  number->limb[0] = value;
  number->used = 1;
}

static void multiply_small(struct big *number, uint32_t by) {
  uint64_t carry = 0;
  for (int at = 0; at < number->used || carry; at++) {
    if (at == LIMBS) abort();
    carry += (uint64_t)(at < number->used ? number->limb[at] : 0) * by;
    number->limb[at] = (uint32_t)(carry % BASE);
    carry /= BASE;
    if (at >= number->used) number->used = at + 1;
  }
}

static uint32_t divide_small(struct big *number, uint32_t by) {
  uint64_t rest = 0;
  for (int at = number->used; at-- > 0;) {
    rest = rest * BASE + number->limb[at];
    number->limb[at] = (uint32_t)(rest / by);
    rest %= by;
  }
  while (number->used > 1 && number->limb[number->used - 1] == 0) number->used--;
  return (uint32_t)rest;
}

static void add(struct big *to, const struct big *from) {
  uint32_t carry = 0;
  for (int at = 0; at < from->used || carry; at++) {
    uint32_t sum = (at < to->used ? to->limb[at] : 0) + (at < from->used ? from->limb[at] : 0) + carry;
    carry = sum >= BASE;
    to->limb[at] = sum - (carry ? BASE : 0);
    if (at >= to->used) to->used = at + 1;
  }
}

static void multiply(struct big *out, const struct big *a, const struct big *b) {
  set(out, 0);
  for (int i = 0; i < a->used; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < b->used || carry; j++) {
      carry += out->limb[i + j] + (uint64_t)a->limb[i] * (j < b->used ? b->limb[j] : 0);
      out->limb[i + j] = (uint32_t)(carry % BASE);
      carry /= BASE;
      if (i + j >= out->used) out->used = i + j + 1;
    }
  }
}

static void print(const char *name, const struct big *number) {
  printf("%s = %" PRIu32, name, number->limb[number->used - 1]);
  for (int at = number->used - 1; at-- > 0;) printf("%09" PRIu32, number->limb[at]);
  printf("\n");
}

// Rabinowitz and Wagon's spigot.
static void print_pi(int digits) {
  int size = digits * 10 / 3 + 2, nines = 0, held = -1;
  int *rest = malloc((size_t)size * sizeof *rest);
  for (int at = 0; at < size; at++) rest[at] = 2;
  printf("pi = ");
  for (int made = 0; made <= digits; made++) {
    int carry = 0;
    for (int at = size - 1; at > 0; at--) {
      int value = rest[at] * 10 + carry;
      rest[at] = value % (2 * at + 1);
      carry = value / (2 * at + 1) * at;
    }
    int value = rest[0] * 10 + carry;
    rest[0] = value % 10;
    value /= 10;
    if (value == 9) {
      nines++;
      continue;
    }
    if (held >= 0) printf("%d", held + value / 10);
    for (; nines > 0; nines--) putchar(value / 10 ? '0' : '9');
    held = value % 10;
  }
  printf("\n");
  free(rest);
}

int main(void) {
  static struct big a, b, c;
  set(&a, 1);
  for (uint32_t factor = 2; factor <= 300; factor++) multiply_small(&a, factor);
  print("300!", &a);
  for (uint32_t factor = 300; factor >= 2; factor--) {
    if (divide_small(&a, factor) != 0) printf("WRONG\n");
  }
  print("back", &a);
  set(&a, 0), set(&b, 1);
  for (int index = 0; index < 1000; index++) {
    c = b;
    add(&b, &a);
    a = c;
  }
  print("F(1000)", &a);
  set(&a, 3);
  for (int index = 0; index < 9; index++) {
    multiply(&b, &a, &a);
    a = b;
  }
  print("3^512", &a);
  print_pi(600);
  uint64_t power = 1, base = 7, modulus = 998244353;
  for (uint64_t exponent = 123456789; exponent; exponent >>= 1, base = base * base % modulus) {
    if (exponent & 1) power = power * base % modulus;
  }
  unsigned __int128 wide = (unsigned __int128)UINT64_MAX * UINT64_MAX;
  printf("7^123456789 mod 998244353 = %" PRIu64 "\n", power);
  printf("%016" PRIx64 "%016" PRIx64 " %" PRIu64 "\n", (uint64_t)(wide >> 64), (uint64_t)wide,
         (uint64_t)(wide % 1000000007));
  return (int)(power & 63);
}
