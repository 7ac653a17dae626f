/* usage: vectors ROUNDS BYTES: sums and scales an array that was touched before, with the widest vectors it is built
 * for. */
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **words) {
  if (count != 3) return 2;
  const long rounds = atol(words[1]), items = atol(words[2]) / (long)sizeof(float);
  float *a = malloc((size_t)items * sizeof *a), *b = malloc((size_t)items * sizeof *b);
  if (a == NULL || b == NULL) return 1;
  for (long i = 0; i < items; ++i) a[i] = (float)(i % 1000), b[i] = 1;
  for (long round = 0; round < rounds; ++round) {
    for (long i = 0; i < items; ++i) b[i] = b[i] * 0.5f + a[i];
    /* So that no round is taken together with another. */
    __asm__ volatile("" ::: "memory");
  }
  double sum = 0;
  for (long i = 0; i < items; ++i) sum += b[i];
  printf("%.0f\n", sum / (double)items);
  return 0;
}
