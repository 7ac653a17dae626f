// The registers that a system call keeps hold the program's own values across a stop, in which a snapshot may be taken
// or brought back.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
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

// Not through a system call, where the processor has the instructions (AT_HWCAP2, HWCAP2_FSGSBASE).
static void set_base(uint64_t base) { __asm__ volatile("wrgsbase %0" : : "r"(base)); }
static uint64_t base_now(void) {
  uint64_t base;
  __asm__ volatile("rdgsbase %0" : "=r"(base));
  return base;
}

int main(int count, char **words) {
  const int has_bases = (getauxval(AT_HWCAP2) & 2) != 0;
  if (!__builtin_cpu_supports("avx")) return 2;
  for (unsigned base = 16;; base = (base + 40) % 200) {
    if (has_bases) set_base(base << 12);
    stop_with(base);
    const int moved = has_bases && base_now() != base << 12;
    const int wrong =
        moved || memcmp(general, wanted, sizeof wanted) != 0 || memcmp(vectors, patterns, sizeof patterns) != 0;
    dprintf(1, "%s after %u\n", wrong ? "wrong" : "right", base);
    if (count > 1) execl("/proc/self/exe", words[0], (char *)0);
  }
}
