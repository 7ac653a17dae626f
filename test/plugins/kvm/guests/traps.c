// Exceptions of instructions that are a program's own: traps, divisions and floating point.
#include <fenv.h>
#include <fpu_control.h>
#include <immintrin.h>

#include "attempt.h"

static void unmask_vectors(unsigned flags) { _mm_setcsr((0x1f80 & ~(flags << 7))); }

static void unmask_x87(unsigned flags) {
  const unsigned short control = 0x37f & ~flags;
  __asm__ volatile("fninit\nfldcw %0" ::"m"(control));
}

static void sse(double a, char operation, double b) {
  volatile double x = a, y = b;
  x = operation == '/' ? x / y : operation == '*' ? x * y : x + y;
}

static void x87(long double a, char operation, long double b) {
  volatile long double x = a, y = b;
  x = operation == '/' ? x / y : operation == '*' ? x * y : x + y;
  __asm__ volatile("fwait");
}

static volatile int steps;
static void on_step(int number, siginfo_t *information, void *raw) {
  greg_t *registers = ((ucontext_t *)raw)->uc_mcontext.gregs;
  (void)number;
  (void)information;
  if (++steps == 5) registers[REG_EFL] &= ~0x100;
}

int main(void) {
  attempt_begin();
  volatile int zero = 0, least = -2147483647 - 1, minus = -1;
  ATTEMPT("ud2", __asm__ volatile("ud2"));
  ATTEMPT("int3", __asm__ volatile("int3"));
  ATTEMPT("int1", __asm__ volatile(".byte 0xf1"));
  ATTEMPT("invalid opcode in 64-bit mode", __asm__ volatile(".byte 0x06"));
  ATTEMPT("lock prefix before a register", __asm__ volatile(".byte 0xf0, 0x01, 0xc0"));
  ATTEMPT("instruction of more than 15 bytes",
          __asm__ volatile(".byte 0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x90"));
  ATTEMPT("division by zero", printf("%d\n", least / zero));
  ATTEMPT("quotient that is too large", printf("%d\n", least / minus));
  ATTEMPT("one step", __asm__ volatile("pushfq\norl $0x100, (%%rsp)\npopfq\nnop\nnop" ::: "memory", "cc"));
  ATTEMPT("aligned move from elsewhere", __asm__ volatile("movaps 1(%%rsp), %%xmm0" ::: "xmm0"));

  ATTEMPT("vector invalid", unmask_vectors(1); sse(0, '/', 0));
  ATTEMPT("vector denormal", unmask_vectors(2); sse(4.9e-324, '+', 1));
  ATTEMPT("vector division by zero", unmask_vectors(4); sse(1, '/', 0));
  ATTEMPT("vector overflow", unmask_vectors(8); sse(1e308, '*', 1e308));
  ATTEMPT("vector underflow", unmask_vectors(16); sse(1e-308, '*', 1e-308));
  ATTEMPT("vector inexact", unmask_vectors(32); sse(1, '/', 3));
  ATTEMPT("reserved bit of MXCSR", _mm_setcsr(0xffff0000));
  _mm_setcsr(0x1f80);
  ATTEMPT("x87 invalid", unmask_x87(1); x87(0, '/', 0));
  ATTEMPT("x87 division by zero", unmask_x87(4); x87(1, '/', 0));
  ATTEMPT("x87 overflow", unmask_x87(8); x87(1e4932L, '*', 1e4932L));
  ATTEMPT("x87 inexact", unmask_x87(32); x87(1, '/', 3));
  ATTEMPT("x87 stack overflow", unmask_x87(1);
          __asm__ volatile("fld1\nfld1\nfld1\nfld1\nfld1\nfld1\nfld1\nfld1\nfld1\nfwait"));
  __asm__ volatile("fninit");

  struct sigaction action = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO};
  sigaction(SIGTRAP, &action, NULL);
  __asm__ volatile("pushfq\norl $0x100, (%%rsp)\npopfq\nnop\nnop\nnop\nnop\nnop\nnop\nnop" ::: "memory", "cc");
  printf("%d steps\n", steps);
  return 0;
}
