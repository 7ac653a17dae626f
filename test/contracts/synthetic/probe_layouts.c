/* Writes an acme_state to standard output, or with "check" reads one from standard input and prints what it holds. */
#include <stdio.h>

#include "acme/probe.h"

int main(int count, char **parameters) {
  (void)parameters;
  if (count == 1) {
    static acme_state state;
    state.ready = 7;
    state.wanted = -2;
    state.ticks = 0x1122334455667788u;
    state.name.size = 99;
    state.pair.first = -3;
    state.pair.second = 65535;
    state.choice.number = 0x0807060504030201u;
    state.low = 1;
    state.high = 0xffffffffu;
    state.pairs[1].first = 11;
    state.words[1] = 22;
    state.text[0] = 'h';
    state.text[1] = 'i';
    return fwrite(&state, sizeof state, 1, stdout) == 1 ? 0 : 1;
  }
  acme_state state;
  if (fread((void *)&state, sizeof state, 1, stdin) != 1) return 1;
  uint32_t ready = state.ready;
  int32_t wanted = state.wanted;
  uint64_t ticks = state.ticks;
  printf("%u %d %llx %d %u %u %u %d %u %s\n", ready, wanted, (unsigned long long)ticks, state.pair.first,
         state.pair.flavor, state.low, state.high, state.pairs[1].first, state.words[1], state.text);
  return 0;
}
