// Signals of one process: handlers, masks, stacks, waits, restarts.
#include <fenv.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "machine_code.h"
#include "report.h"

static volatile int depth;

static void show(int number, siginfo_t *info, void *context) {
  int local;
  stack_t stack;
  sigset_t mask;
  (void)context;
  sigaltstack(NULL, &stack);
  sigprocmask(SIG_BLOCK, NULL, &mask);
  printf("handler %d: signo %d code %d self %d value %d on stack %d depth %d blocked %d %d aligned %d\n", number,
         info->si_signo, info->si_code, info->si_pid == getpid(),
         info->si_code == SI_QUEUE ? info->si_value.sival_int : 0, (stack.ss_flags & SS_ONSTACK) != 0, depth,
         sigismember(&mask, number), sigismember(&mask, SIGUSR2), (int)((unsigned long)&local % 4));
}

static void nested(int number, siginfo_t *info, void *context) {
  show(number, info, context);
  if (depth < 2) {
    ++depth;
    raise(SIGUSR2);
    --depth;
  }
}

static void skip_instruction(int number, siginfo_t *info, void *raw) {
  ucontext_t *context = raw;
  printf("handler %d: code %d, pc is the address: %d\n", number, info->si_code,
         (unsigned long)info->si_addr == PROGRAM_COUNTER(context));
  PROGRAM_COUNTER(context) += 4;
  RESULT(context) = 77;
}

static void change_floats(int number) {
  (void)number;
  volatile double a = 1;
  for (int i = 0; i < 50; ++i) a = a * 1.5 + i;
  fesetround(FE_UPWARD);
}

static sigjmp_buf overflow;
static void on_overflow(int number) {
  (void)number;
  siglongjmp(overflow, 1);
}
static int recurse(int n) {
  volatile char block[1024];
  block[0] = (char)n;
  return recurse(n + 1) + block[0];
}

static void handle(int number, void (*handler)(int, siginfo_t *, void *), int flags) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
  sigaddset(&action.sa_mask, SIGTERM);
  REPORT(sigaction(number, &action, NULL));
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  handle(SIGUSR1, show, 0);
  REPORT(raise(SIGUSR1));
  REPORT(kill(getpid(), SIGUSR1));
  REPORT(kill(0, 0));
  REPORT(kill(getpid(), 99));
  REPORT(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR1));
  REPORT(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 4711}));
  handle(SIGUSR2, nested, SA_NODEFER);
  REPORT(raise(SIGUSR2));
  REPORT(sigaction(SIGKILL, &(struct sigaction){.sa_handler = SIG_IGN}, NULL));
  REPORT(sigaction(70, NULL, NULL));
  struct sigaction old;
  REPORT(sigaction(SIGUSR2, NULL, &old));
  printf("%d %d %d\n", old.sa_sigaction == nested, old.sa_flags & (SA_NODEFER | SA_SIGINFO),
         sigismember(&old.sa_mask, SIGTERM));

  sigset_t set, before, pending;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGKILL);
  REPORT(sigprocmask(SIG_BLOCK, &set, &before));
  REPORT(raise(SIGUSR1));
  REPORT(raise(SIGUSR1));
  REPORT(sigpending(&pending));
  printf("pending %d\n", sigismember(&pending, SIGUSR1));
  REPORT(sigprocmask(SIG_SETMASK, &before, &set));
  printf("was blocked %d %d\n", sigismember(&set, SIGUSR1), sigismember(&set, SIGKILL));
  handle(SIGRTMIN + 1, show, 0);
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN + 1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  for (int i = 0; i < 3; ++i) REPORT(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = i}));
  sigprocmask(SIG_UNBLOCK, &set, NULL);

  sigprocmask(SIG_BLOCK, &set, NULL);
  REPORT(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = 8}));
  siginfo_t information;
  REPORT(sigwaitinfo(&set, &information) == SIGRTMIN + 1);
  printf("waited: %d\n", information.si_value.sival_int);
  struct timespec soon = {0, 1000000};
  REPORT(sigtimedwait(&set, &information, &soon));
  sigfillset(&set);
  sigdelset(&set, SIGUSR1);
  sigset_t usr1;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  sigprocmask(SIG_BLOCK, &usr1, NULL);
  raise(SIGUSR1);
  REPORT(sigsuspend(&set));
  sigprocmask(SIG_BLOCK, NULL, &set);
  printf("blocked afterwards %d\n", sigismember(&set, SIGUSR1));
  sigprocmask(SIG_UNBLOCK, &usr1, NULL);

  static char alternate[32768];
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  REPORT(sigaltstack(&stack, NULL));
  handle(SIGUSR1, show, SA_ONSTACK);
  REPORT(raise(SIGUSR1));
  REPORT(sigaltstack(&(stack_t){.ss_sp = alternate, .ss_size = 100}, NULL));
  struct sigaction action = {.sa_handler = on_overflow, .sa_flags = SA_ONSTACK};
  REPORT(sigaction(SIGSEGV, &action, NULL));
  if (sigsetjmp(overflow, 1) == 0) {
    REPORT(recurse(0));
  } else {
    printf("the stack overflowed\n");
  }
  handle(SIGUSR1, show, SA_RESETHAND);
  REPORT(raise(SIGUSR1));
  sigaction(SIGUSR1, NULL, &old);
  printf("default again %d\n", old.sa_handler == SIG_DFL);

  handle(SIGILL, skip_instruction, 0);
  register long a0 __asm__(RESULT_REGISTER) = 5;
  __asm__ volatile(ILLEGAL_INSTRUCTION ILLEGAL_INSTRUCTION "nop" : "+r"(a0)::"memory");
  printf("after the illegal instruction %ld\n", a0);
  handle(SIGTRAP, skip_instruction, 0);
  register long b0 __asm__(RESULT_REGISTER) = 6;
  __asm__ volatile(BREAKPOINT : "+r"(b0)::"memory");
  printf("after the breakpoint %ld\n", b0);

  signal(SIGUSR1, change_floats);
  fesetround(FE_DOWNWARD);
#if defined(SAVED_FLOAT)  // a register that calls preserve
  register double f __asm__(SAVED_FLOAT) = 3.25;
  __asm__ volatile("" : "+f"(f));
#else
  volatile double f = 3.25;
#endif
  raise(SIGUSR1);
#if defined(SAVED_FLOAT)
  __asm__ volatile("" : "+f"(f));
#endif
  printf("floats are kept %d %d\n", f == 3.25, fegetround() == FE_DOWNWARD);
  signal(SIGTERM, SIG_IGN);
  REPORT(raise(SIGTERM));
  signal(SIGCHLD, SIG_DFL);
  REPORT(raise(SIGCHLD));
  REPORT(raise(SIGCONT));
  struct timespec nap = {0, 2000000}, left = {7, 7};
  REPORT(nanosleep(&nap, &left));
  REPORT(nanosleep(&(struct timespec){0, 1000000000}, NULL));
  REPORT(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){1, 0}, NULL));
  printf("and abort\n");
  abort();
}
