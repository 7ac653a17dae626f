// Tries statements that end in a signal and prints which, with its code, its address and what the frame says of the
// trap.
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

static sigjmp_buf attempt_escape;
static volatile int attempt_signal, attempt_code;
static volatile uintptr_t attempt_address, attempt_pc;
static volatile long attempt_trap, attempt_error;
// Addresses are printed as distances from here, so that two runs compare.
static volatile uintptr_t attempt_base;

static void attempt_handler(int number, siginfo_t *information, void *raw) {
  const greg_t *registers = ((ucontext_t *)raw)->uc_mcontext.gregs;
  attempt_signal = number;
  attempt_code = information->si_code;
  attempt_address = (uintptr_t)information->si_addr;
  attempt_pc = (uintptr_t)registers[REG_RIP];
  attempt_trap = registers[REG_TRAPNO];
  // Whether a page was there already is the kernel's business.
  attempt_error = attempt_trap == 14 ? registers[REG_ERR] & ~1 : registers[REG_ERR];
  siglongjmp(attempt_escape, 1);
}

static void attempt_begin(void) {
  static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
  struct sigaction action = {.sa_sigaction = attempt_handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, NULL);
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; ++i) sigaction(numbers[i], &action, NULL);
  setvbuf(stdout, NULL, _IONBF, 0);
}

static void attempt_print(const char *name) {
  if (attempt_signal == 0) {
    printf("%s: nothing\n", name);
    return;
  }
  printf("%s: %s code %d trap %ld error %ld address ", name, sigabbrev_np(attempt_signal), attempt_code, attempt_trap,
         attempt_error);
  if (attempt_address == attempt_pc && attempt_address != 0)
    printf("of the instruction\n");
  else if (attempt_base != 0 && attempt_address - attempt_base < 1 << 30)
    printf("+%ld\n", (long)(attempt_address - attempt_base));
  else
    printf("%#lx\n", (long)attempt_address);
}

#define ATTEMPT(name, statement)             \
  do {                                       \
    attempt_signal = 0;                      \
    if (sigsetjmp(attempt_escape, 1) == 0) { \
      statement;                             \
    }                                        \
    attempt_print(name);                     \
  } while (0)

#endif
