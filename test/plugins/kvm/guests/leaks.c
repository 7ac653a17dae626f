// The registers that a system call keeps hold the program's own values across a stop, in which a snapshot may be taken
// or brought back.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

uint64_t general[6], wanted[6];
uint8_t vectors[4][32], patterns[4][32];

static void stop_with(unsigned base) {
  for (unsigned i = 0; i < 6; ++i) wanted[i] = base + i;
  for (unsigned i = 0; i < 4; ++i) memset(patterns[i], (int)(base + i), 32);
  __asm__ volatile(
      "push %%rbp\n push %%rbx\n"
      "vmovdqu patterns(%%rip), %%ymm0\n vmovdqu 32+patterns(%%rip), %%ymm1\n"
      "vmovdqu 64+patterns(%%rip), %%ymm7\n vmovdqu 96+patterns(%%rip), %%ymm15\n"
      "mov wanted(%%rip), %%rbx\n mov 8+wanted(%%rip), %%rbp\n mov 16+wanted(%%rip), %%r12\n"
      "mov 24+wanted(%%rip), %%r13\n mov 32+wanted(%%rip), %%r14\n mov 40+wanted(%%rip), %%r15\n"
      "mov $62, %%eax\n mov $19, %%esi\n syscall\n"  // kill(getpid(), SIGSTOP)
      "mov %%rbx, general(%%rip)\n mov %%rbp, 8+general(%%rip)\n mov %%r12, 16+general(%%rip)\n"
      "mov %%r13, 24+general(%%rip)\n mov %%r14, 32+general(%%rip)\n mov %%r15, 40+general(%%rip)\n"
      "vmovdqu %%ymm0, vectors(%%rip)\n vmovdqu %%ymm1, 32+vectors(%%rip)\n"
      "vmovdqu %%ymm7, 64+vectors(%%rip)\n vmovdqu %%ymm15, 96+vectors(%%rip)\n"
      "pop %%rbx\n pop %%rbp\n"
      :
      : "D"(getpid())
      : "rax", "rcx", "rsi", "r11", "r12", "r13", "r14", "r15", "memory", "cc", "xmm0", "xmm1", "xmm7", "xmm15");
}

int main(void) {
  if (!__builtin_cpu_supports("avx")) return 2;
  for (unsigned base = 16;; base = (base + 40) % 200) {
    stop_with(base);
    const int wrong = memcmp(general, wanted, sizeof wanted) != 0 || memcmp(vectors, patterns, sizeof patterns) != 0;
    dprintf(1, "%s after %u\n", wrong ? "wrong" : "right", base);
  }
}
