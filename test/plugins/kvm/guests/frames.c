// Signal frames: alignment, red zone, registers, broken ones; and the bases of fs and gs.
#include <asm/prctl.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

static volatile uintptr_t frame_at, stack_before;
static volatile long direction;

static void look(int number, siginfo_t *information, void *raw) {
  const greg_t *registers = ((ucontext_t *)raw)->uc_mcontext.gregs;
  (void)number;
  unsigned long flags;
  __asm__ volatile("pushfq\npop %0" : "=r"(flags));
  frame_at = (uintptr_t)__builtin_frame_address(0);
  direction = (long)(flags & 0x400);
  printf(
      "handler: frame %% 16 = %d, information %% 8 = %d, result %lld, direction %ld, saved direction %lld, cs %llx\n",
      (int)(frame_at % 16), (int)((uintptr_t)information % 8), registers[REG_RAX], direction,
      registers[REG_EFL] & 0x400, registers[REG_CSGSFS] & 0xffff);
}

static long kill_self(int number) {
  // The red zone is written before and compared after, by the same code, which calls nothing.
  long result;
  int differs = 0;
  __asm__ volatile(
      "mov %%rsp, %%r12\n"
      "mov $-128, %%r13\n"
      "1: mov %%r13b, (%%r12, %%r13)\n"
      "inc %%r13\n"
      "jnz 1b\n"
      "std\n"
      "syscall\n"
      "cld\n"
      "mov $-128, %%r13\n"
      "2: cmp %%r13b, (%%r12, %%r13)\n"
      "je 3f\n"
      "inc %1\n"
      "3: inc %%r13\n"
      "jnz 2b\n"
      : "=a"(result), "+r"(differs)
      : "a"(SYS_kill), "D"(getpid()), "S"(number)
      : "rcx", "r11", "r12", "r13", "memory", "cc");
  printf("the red zone differs in %d bytes\n", differs);
  return result;
}

static void in_child(const char *name, void (*work)(void)) {
  if (fork() == 0) {
    work();
    _exit(77);
  }
  int status;
  wait(&status);
  printf("%s: %s %d\n", name, WIFSIGNALED(status) ? "signal" : "status",
         WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void return_without_frame(void) { syscall(SYS_rt_sigreturn); }
static void return_wild(void) { __asm__ volatile("mov $0x1000, %%rsp\nsyscall" ::"a"(SYS_rt_sigreturn) : "memory"); }
static void return_into_zeros(void) {
  char *zeros = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  __asm__ volatile("mov %1, %%rsp\nsyscall" ::"a"(SYS_rt_sigreturn), "r"(zeros + 32768) : "memory");
}
static void change_counter(int number, siginfo_t *information, void *raw) {
  (void)number, (void)information;
  ((ucontext_t *)raw)->uc_mcontext.gregs[REG_RIP] = 0x900000000000;
}
static void change_stack(int number, siginfo_t *information, void *raw) {
  (void)number, (void)information;
  ((ucontext_t *)raw)->uc_mcontext.gregs[REG_RSP] = (greg_t)0x8000000000000000;
}
static void change_flags(int number, siginfo_t *information, void *raw) {
  (void)number, (void)information;
  ((ucontext_t *)raw)->uc_mcontext.gregs[REG_EFL] = (greg_t)~0x100ul & 0xffffffff & ~0x40000;
}
static void by(void (*handler)(int, siginfo_t *, void *)) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR2, &action, NULL);
  raise(SIGUSR2);
}
static void return_far(void) { by(change_counter); }
static void return_without_stack(void) { by(change_stack); }
static void return_with_flags(void) {
  by(change_flags);
  unsigned long flags;
  __asm__ volatile("pushfq\npop %0\npush $2\npopfq" : "=r"(flags));
  _exit((flags & 0x3000) != 0);  // of the level of privilege for ports
}
static void handler_without_stack(void) {
  struct sigaction action = {.sa_sigaction = look, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  __asm__ volatile("mov $0x1000, %%rsp\nsyscall" ::"a"(SYS_kill), "D"(getpid()), "S"(SIGUSR1) : "memory");
}

static void bases(void) {
  static uint64_t words[4] = {11, 22, 33, 44};
  unsigned long base = 0, value = 0;
  printf("set gs %ld\n", syscall(SYS_arch_prctl, ARCH_SET_GS, words));
  __asm__ volatile("mov %%gs:8, %0" : "=r"(value));
  syscall(SYS_arch_prctl, ARCH_GET_GS, &base);
  printf("gs:8 is %lu, base is right %d\n", value, base == (unsigned long)words);
  syscall(SYS_arch_prctl, ARCH_GET_FS, &base);
  __asm__ volatile("mov %%fs:0, %0" : "=r"(value));
  printf("fs is its own address %d\n", base == value);
  raise(SIGUSR1);
  if (fork() == 0) {
    __asm__ volatile("mov %%gs:16, %0" : "=r"(value));
    _exit((int)value);
  }
  int status;
  wait(&status);
  __asm__ volatile("mov %%gs:24, %0" : "=r"(value));
  printf("gs in the child %d, in the parent %lu\n", WEXITSTATUS(status), value);
  printf("a base that is not canonical: %ld", syscall(SYS_arch_prctl, ARCH_SET_GS, 0x8000000000000000));
  printf(" %s\n", strerror(errno));
  printf("get to a wild place: %ld", syscall(SYS_arch_prctl, ARCH_GET_GS, 8));
  printf(" %s\n", strerror(errno));
  printf("unknown: %ld", syscall(SYS_arch_prctl, 0x7777, 0));
  printf(" %s\n", strerror(errno));
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  struct sigaction action = {.sa_sigaction = look, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  printf("kill %ld\n", kill_self(SIGUSR1));
  bases();
  in_child("return without a frame", return_without_frame);
  in_child("return from a wild frame", return_wild);
  in_child("return into zeros", return_into_zeros);
  in_child("return to what is not canonical", return_far);
  in_child("return to a stack that is not canonical", return_without_stack);
  in_child("return with all flags", return_with_flags);
  in_child("a handler without a stack", handler_without_stack);
  return 0;
}
