// Functions that the host calls while the program waits as its argument says.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long total;
static volatile int handled;

long none(void) { return 42; }
long one(long a) { return -a; }
long two(long a, long b) { return a - b; }
long three(long a, long b, long c) { return a + 10 * b + 100 * c; }
long four(long a, long b, long c, long d) { return three(a, b, c) + 1000 * d; }
long five(long a, long b, long c, long d, long e) { return four(a, b, c, d) + 10000 * e; }
long six(long a, long b, long c, long d, long e, long f) { return five(a, b, c, d, e) + 100000 * f; }
uint64_t same(uint64_t value) { return value; }
long add(long amount) { return total += amount; }
long variable = 1;

// What it prints goes through floats and a buffer on the stack, which must be aligned.
long prints(long value) {
  char text[64];
  snprintf(text, sizeof text, "%.3f %d", (double)value / 8, (int)value);
  return strcmp(text, "1.625 13") == 0;
}
long is_aligned(void) {
  char place __attribute__((aligned(16)));
  return ((uintptr_t)&place & 15) == 0 && ((uintptr_t)__builtin_frame_address(0) & 15) == 0;
}
long loads(const volatile long *address) { return *address; }
void finishes(int code) { exit(code); }
void loops(void) {
  for (;;) __asm__ volatile("");
}
long reads(void) {
  char byte = 0;
  return read(0, &byte, 1) == 1 ? byte : -errno;
}
long tells_and_reads(void) {
  write(1, "reading\n", 8);
  return reads();
}
long waits_for_signal(void) {
  const int before = handled;
  while (handled == before) poll(NULL, 0, 10);
  return handled;
}
long is_blocked(void) {
  sigset_t set;
  sigprocmask(SIG_BLOCK, NULL, &set);
  return sigismember(&set, SIGUSR1);
}
long forks(void) {
  const pid_t child = fork();
  if (child == 0) return 0;  // to a trampoline without a call
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : -1;
}
void executes(void) {
  char *words[] = {"guest", "forty", NULL};
  execv("/proc/self/exe", words);
}

#if defined(__x86_64__)
enum { vectors = 16, zone = 16 };
__attribute__((aligned(32))) static uint64_t given[4 * vectors], got[4 * vectors], words[zone];
#define EACH(do) \
  do (0) do(1) do(2) do(3) do(4) do(5) do(6) do(7) do(8) do(9) do(10) do(11) do(12) do(13) do(14) do(15)
__attribute__((target("avx"))) static void read_with_registers(char *byte) {
#define LOAD(n) "vmovdqa 32*" #n "(%[given]), %%ymm" #n "\n"
#define STORE(n) "vmovdqa %%ymm" #n ", 32*" #n "(%[got])\n"
#define ZONE_IN(n) "movq $1000+" #n ", -8-8*" #n "(%%rsp)\n"
#define ZONE_OUT(n) "movq -8-8*" #n "(%%rsp), %%rcx\nmovq %%rcx, 8*" #n "(%[words])\n"
  long result;
  __asm__ volatile(EACH(LOAD) EACH(ZONE_IN) "xor %%eax, %%eax\nxor %%edi, %%edi\nmov $1, %%edx\nsyscall\n" EACH(STORE)
                       EACH(ZONE_OUT) "vzeroupper"
                   : "=&a"(result)
                   : "S"(byte), [given] "r"(given), [got] "r"(got), [words] "r"(words)
                   : "rcx", "rdx", "rdi", "r11", "memory", "cc");
  for (int i = 0; i < zone; ++i)
    if (words[i] != 1000u + i) printf("red zone %d: %lu\n", i, (unsigned long)words[i]);
}
long clobbers(void) {
  volatile char stack[4096];
  memset((void *)stack, 0xff, sizeof stack);
#define SET(n) "pcmpeqd %%xmm" #n ", %%xmm" #n "\n"
  __asm__ volatile(EACH(SET)::: "memory");
  return 0;
}
#else
enum { vectors = 8 };
static uint64_t given[4 * vectors], got[4 * vectors];
#define EACH(do)                                                                                                 \
  do                                                                                                             \
  (0) do(1) do(2) do(3) do(4) do(5) do(6) do(7) do(8) do(9) do(10) do(11) do(12) do(13) do(14) do(15) do(16) do( \
      17) do(18) do(19) do(20) do(21) do(22) do(23) do(24) do(25) do(26) do(27) do(28) do(29) do(30) do(31)
static void read_with_registers(char *byte) {
#define LOAD(n) "fld f" #n ", 8*" #n "(%[given])\n"
#define STORE(n) "fsd f" #n ", 8*" #n "(%[got])\n"
  register long number __asm__("a7") = 63;
  register long first __asm__("a0") = 0;
  register char *second __asm__("a1") = byte;
  register long third __asm__("a2") = 1;
  __asm__ volatile(EACH(LOAD) "ecall\n" EACH(STORE)
                   : "+r"(first)
                   : "r"(number), "r"(second), "r"(third), [given] "r"(given), [got] "r"(got)
                   : "memory", "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fs0", "fs1", "fa0", "fa1",
                     "fa2", "fa3", "fa4", "fa5", "fa6", "fa7", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9",
                     "fs10", "fs11", "ft8", "ft9", "ft10", "ft11");
}
long clobbers(void) {
  volatile char stack[4096];
  memset((void *)stack, 0xff, sizeof stack);
#define SET(n) "fmv.d.x f" #n ", x0\n"
  __asm__ volatile(EACH(SET)::: "memory");
  return 0;
}
#endif

static void count(int number) {
  (void)number;
  ++handled;
}

static int wait_in_read(void) {
  char byte = 0;
  for (int i = 0; i < 4 * vectors; ++i) given[i] = 0x0123456789abcdef * (i + 1);
  read_with_registers(&byte);
  puts(memcmp(given, got, sizeof got) == 0 ? "registers kept" : "registers changed");
  return byte;
}

static int wait_in_sleep(void) {
  struct timespec before, after, time = {0, 300000000}, left = {0, 0};
  clock_gettime(CLOCK_MONOTONIC, &before);
  const int result = nanosleep(&time, &left);
  clock_gettime(CLOCK_MONOTONIC, &after);
  const double seconds = after.tv_sec - before.tv_sec + (after.tv_nsec - before.tv_nsec) / 1e9;
  printf("%d %s, total %ld\n", result, seconds >= 0.3 ? "slept" : "woke early", total);
  return 0;
}

static int wait_with_mask(void) {
  sigset_t blocked, none;
  sigemptyset(&none);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  puts("ready");
  const int result = ppoll(NULL, 0, NULL, &none);
  printf("%d %s handled %d blocked %ld\n", result, strerrorname_np(errno), handled, is_blocked());
  return 0;
}

int main(int count_of_words, char **word) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  const char *how = count_of_words > 1 ? word[1] : "";
  struct sigaction action = {.sa_handler = count};
  sigaction(SIGUSR1, &action, NULL);
  if (strcmp(how, "forty") == 0) return 40;
  if (strcmp(how, "read") == 0) return wait_in_read();
  if (strcmp(how, "sleep") == 0) return wait_in_sleep();
  if (strcmp(how, "mask") == 0) return wait_with_mask();
  if (strcmp(how, "stop") == 0) {
    raise(SIGSTOP);
    return (int)total;
  }
  if (strcmp(how, "busy") == 0) {
    puts("ready");
    while (handled == 0) __asm__ volatile("");
  }
  puts("ready");
  for (;;) {
    const int result = pause();
    printf("pause %d %s handled %d total %ld\n", result, strerrorname_np(errno), handled, total);
  }
}
