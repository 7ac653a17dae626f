// Two processes that count for ever, where a host finds it: one that runs and one that sleeps between.
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
  struct {
    char mark[16];
    volatile uint64_t counts[2];
  } *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  shared->counts[0] = shared->counts[1] = 0;
  const pid_t child = fork();
  if (child < 0) return 1;
  // Not in one piece in the program itself.
  for (int i = 0; i < 16; ++i) shared->mark[i] = "VM\rPLUGIN\rCOUNTS"[i] ^ 0x20;
  for (;;) {
    if (child == 0) usleep(50);
    ++shared->counts[child == 0];
  }
}
