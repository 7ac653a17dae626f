// A call that is answered without leaving the processor changes nothing but rax, rcx and r11, however often a signal
// comes in between. Flags: every arithmetic one, the direction, and whether interrupts are on.
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile long handled;
static void count(int number) {
  (void)number;
  ++handled;
}

uint64_t given[13], got[13], behind, way_back;

// rbx rdx rsi rdi rbp r8 r9 r10 r12 r13 r14 r15, and the flags. behind: rcx is the address behind the instruction.
static long ask(long number) {
  long result;
  __asm__ volatile(
      "push %%rbx\npush %%rbp\nsub $128, %%rsp\n"
      "mov given+0(%%rip), %%rbx\nmov given+8(%%rip), %%rdx\nmov given+16(%%rip), %%rsi\nmov given+24(%%rip), %%rdi\n"
      "mov given+32(%%rip), %%rbp\nmov given+40(%%rip), %%r8\nmov given+48(%%rip), %%r9\nmov given+56(%%rip), %%r10\n"
      "mov given+64(%%rip), %%r12\nmov given+72(%%rip), %%r13\nmov given+80(%%rip), %%r14\nmov given+88(%%rip), %%r15\n"
      "pushq given+96(%%rip)\npopfq\nsyscall\n1: pushfq\ncld\npopq got+96(%%rip)\n"
      "mov %%rbx, got+0(%%rip)\nmov %%rdx, got+8(%%rip)\nmov %%rsi, got+16(%%rip)\nmov %%rdi, got+24(%%rip)\n"
      "mov %%rbp, got+32(%%rip)\nmov %%r8, got+40(%%rip)\nmov %%r9, got+48(%%rip)\nmov %%r10, got+56(%%rip)\n"
      "mov %%r12, got+64(%%rip)\nmov %%r13, got+72(%%rip)\nmov %%r14, got+80(%%rip)\nmov %%r15, got+88(%%rip)\n"
      "mov %%rcx, behind(%%rip)\nmov %%r11, way_back(%%rip)\nlea 1b(%%rip), %%rdx\nsub %%rdx, behind(%%rip)\n"
      "add $128, %%rsp\npop %%rbp\npop %%rbx\n"
      : "=a"(result)
      : "0"(number)
      : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory", "cc");
  return result;
}

int main(int words, char **word) {
  const long rounds = words > 1 ? atol(word[1]) : 1000;
  struct sigaction action = {.sa_handler = count};
  sigaction(SIGUSR1, &action, NULL);
  const long numbers[] = {SYS_getpid, SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getppid, 1000};
  long expected[8];
  for (int i = 0; i < 8; ++i) expected[i] = syscall(numbers[i]) == -1 ? -38 : syscall(numbers[i]);
  // CF PF AF ZF SF DF OF, over the bit that reads 1 and IF.
  const uint64_t bits[] = {1, 4, 0x10, 0x40, 0x80, 0x800, 0x400};
  puts("ready");
  fflush(stdout);
  long wrong = 0;
  for (long i = 0; i < rounds; ++i) {
    uint64_t flags = 0x202;
    for (int bit = 0; bit < 7; ++bit)
      if ((i >> bit & 1) != 0 && (bit < 6 || i % 1024 == 1023)) flags |= bits[bit];
    for (int j = 0; j < 12; ++j) given[j] = 0x9e3779b97f4a7c15u * (uint64_t)(i * 12 + j + 1);
    given[12] = flags;
    const int which = i % 64 == 62 ? 6 + (i / 64 & 1) : (int)(i % 6);
    const long result = ask(numbers[which]);
    if (result == expected[which] && memcmp(given, got, sizeof got) == 0 && behind == 0 && way_back == flags) continue;
    if (++wrong > 5) continue;
    printf("round %ld, call %ld: result %ld for %ld, flags %#lx for %#lx, r11 %#lx, rcx %+ld\n", i, numbers[which],
           result, expected[which], got[12], flags, way_back, (long)behind);
    for (int j = 0; j < 12; ++j)
      if (given[j] != got[j]) printf("register %d changed\n", j);
  }
  printf("%ld wrong\n", wrong);
  fprintf(stderr, "%ld handled\n", (long)handled);
  return wrong != 0;
}
