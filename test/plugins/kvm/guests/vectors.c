// What floats and vectors are to handlers, to forks and to new programs: kept, or as in the beginning.
#include <errno.h>
#include <immintrin.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

static unsigned short x87_control(void) {
  unsigned short control;
  __asm__ volatile("fnstcw %0" : "=m"(control));
  return control;
}

static void show(const char *when) { printf("%s: MXCSR %x x87 %x\n", when, _mm_getcsr(), x87_control()); }

// A call that the compiler does not know to destroy registers.
static long call(long number, long a, long b) {
  __asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b) : "rcx", "r11", "memory");
  return number;
}

static volatile unsigned seen_control, seen_x87;
static volatile uint64_t seen_register;
static void clobber(int number) {
  (void)number;
  uint64_t low;
  __asm__ volatile("movq %%xmm5, %0" : "=r"(low));
  seen_control = _mm_getcsr();
  seen_x87 = x87_control();
  seen_register = low;
  _mm_setcsr(0x1f80 | 0x6000);
  __asm__ volatile("vpcmpeqd %%ymm5, %%ymm5, %%ymm5\nvpcmpeqd %%ymm6, %%ymm6, %%ymm6\nfninit\nfld1" ::: "xmm5", "xmm6");
}

// Whether all of ymm5 and ymm6 is `value`, after a call that may deliver a signal or fork.
__attribute__((target("avx2"), noinline)) static int keeps(int value, long number, long a, long b, long *result) {
  register __m256i five __asm__("ymm5") = _mm256_set1_epi32(value);
  register __m256i six __asm__("ymm6") = _mm256_set1_epi32(~value);
  __asm__ volatile("" : "+x"(five), "+x"(six));
  *result = call(number, a, b);
  __asm__ volatile("" : "+x"(five), "+x"(six));
  const __m256i sum = _mm256_add_epi32(five, six);
  return _mm256_movemask_epi8(_mm256_cmpeq_epi32(sum, _mm256_set1_epi32(-1))) == -1 &&
         _mm256_extract_epi32(five, 7) == value && _mm256_extract_epi32(five, 0) == value;
}

static void change(int number, siginfo_t *information, void *raw) {
  (void)number;
  (void)information;
  struct _libc_fpstate *floats = ((ucontext_t *)raw)->uc_mcontext.fpregs;
  floats->mxcsr = 0x1f80 | 0x2000;
  floats->_xmm[5].element[0] = 4711;
  printf("frame: aligned %d, x87 %x, tag %x\n", (int)((uintptr_t)floats % 64), floats->cwd, floats->ftw);
}

static void wild(int number, siginfo_t *information, void *raw) {
  (void)number;
  (void)information;
  ((ucontext_t *)raw)->uc_mcontext.fpregs = (void *)8;
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IONBF, 0);
  if (count > 1) {
    show("new program");
    return 0;
  }
  if (!__builtin_cpu_supports("avx2")) return printf("no AVX2\n") < 0;
  show("begin");
  signal(SIGUSR1, clobber);
  const unsigned short single = 0x07f;
  __asm__ volatile("fldcw %0" ::"m"(single));
  _mm_setcsr(0x9f80 | 0x4000);
  long result;
  printf("kept across a handler: %d\n", keeps(0x12345678, SYS_kill, getpid(), SIGUSR1, &result));
  show("after the handler");
  printf("the handler began with MXCSR %x x87 %x register %lx\n", seen_control, seen_x87, seen_register);

  int is_kept = keeps(0x77777777, SYS_fork, 0, 0, &result);
  if (result == 0) {
    show("child");
    _exit(is_kept);
  }
  int status;
  waitpid((pid_t)result, &status, 0);
  printf("kept across fork: parent %d child %d\n", is_kept, WEXITSTATUS(status));
  if (fork() == 0) execl("/proc/self/exe", "program", "new", NULL);
  wait(&status);

  double product = 1;
  volatile double factor = 1.0000001;
  signal(SIGALRM, clobber);
  ualarm(500, 500);  // all the while
  for (int i = 0; i < 30000000; ++i) product *= i % 2 == 0 ? factor : 1 / factor;
  ualarm(0, 0);
  printf("computed while interrupted: %.3f\n", product);

  struct sigaction action = {.sa_sigaction = change, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR2, &action, NULL);
  register __m128i five __asm__("xmm5") = _mm_set1_epi32(1);
  __asm__ volatile("" : "+x"(five));
  call(SYS_kill, getpid(), SIGUSR2);
  __asm__ volatile("" : "+x"(five));
  printf("changed by the handler: %d, MXCSR %x\n", _mm_cvtsi128_si32(five), _mm_getcsr());
  if (fork() == 0) {
    action.sa_sigaction = wild;
    sigaction(SIGUSR2, &action, NULL);
    raise(SIGUSR2);
    _exit(1);
  }
  wait(&status);
  printf("a frame with wild vectors ends it by %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : -1);
  return 0;
}
