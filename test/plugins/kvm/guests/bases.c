// A segment's base that the program sets without a system call: kept over accesses that the machine resolves, system
// calls, signals and forks.
#include <asm/prctl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t base(void) {
  uint64_t value;
  __asm__ volatile("rdgsbase %0" : "=r"(value));
  return value;
}

static uint64_t asked(void) {
  uint64_t value = 0;
  syscall(SYS_arch_prctl, ARCH_GET_GS, &value);
  return value;
}

static void handler(int number) { printf("handler %d: %#lx\n", number, base()); }

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  if ((getauxval(AT_HWCAP2) & 2) == 0) {
    puts("no such instructions here");
    return 0;
  }
  static char block[64] __attribute__((aligned(64))) = "through gs";
  const uint64_t own = (uint64_t)(uintptr_t)block;
  __asm__ volatile("wrgsbase %0" : : "r"(own));
  char letter;
  __asm__ volatile("movb %%gs:2, %0" : "=r"(letter));
  printf("reads %c\n", letter);
  char *memory = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (size_t at = 0; at < 64u << 20; at += 5u << 20) memory[at] = 1;
  printf("after touching: %d, asked: %d\n", base() == own, asked() == own);
  signal(SIGUSR1, SIG_IGN);
  raise(SIGUSR1);
  printf("after a signal: %d\n", base() == own);
  if (fork() == 0) {
    memory[0] = 2;
    _exit(base() == own && asked() == own ? 7 : 8);
  }
  int status = 0;
  wait(&status);
  memory[0] = 3;
  printf("child: %d, parent: %d\n", WEXITSTATUS(status), base() == own);
  syscall(SYS_arch_prctl, ARCH_SET_GS, 0x1000);
  signal(SIGUSR1, handler);
  raise(SIGUSR1);
  printf("set by a call: %#lx %#lx\n", base(), asked());
  puts("the bases are done");
  return 0;
}
