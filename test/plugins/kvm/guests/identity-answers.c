// What a process is told of itself, before and after it changes, by one call after the other.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t first;

static long ask(long number) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "0"(number) : "rcx", "r11", "memory");
  return result;
}

// Process ids are told by what they are: the host's differ.
static const char *which(long id) {
  return id == first ? "the first" : id == getppid() ? "the parent's" : id > 1 ? "another" : "wrong";
}

static void tell(const char *when) {
  printf("%s: pid %s, tid %s, equal %d, users %ld %ld, groups %ld %ld\n", when, which(ask(SYS_getpid)),
         which(ask(SYS_gettid)), ask(SYS_getpid) == ask(SYS_gettid), ask(SYS_getuid), ask(SYS_geteuid), ask(SYS_getgid),
         ask(SYS_getegid));
  fflush(stdout);
}

static long child_id(void) { return ask(SYS_getpid); }

int main(int count, char **word) {
  first = count > 2 ? atol(word[2]) : ask(SYS_getpid);
  if (count > 1 && strcmp(word[1], "again") == 0) {
    tell("after exec");
    return 0;
  }
  tell("begin");
  if (fork() == 0) {
    tell("forked");
    printf("own id in a fork %d\n", ask(SYS_getpid) != first);
    if (setuid(1234) != 0) puts(strerror(errno));
    tell("forked, after setuid");
    exit(0);
  }
  wait(NULL);
  tell("after the fork");

  static volatile long in_child;
  if (vfork() == 0) {
    in_child = child_id();
    _exit(0);
  }
  printf("vfork: the child's own %d\n", in_child != first && in_child > 1);
  tell("after vfork");
  if (vfork() == 0) {
    char text[32];
    sprintf(text, "%ld", (long)first);
    execl("/proc/self/exe", word[0], "again", text, NULL);
    _exit(1);
  }
  wait(NULL);
  wait(NULL);
  tell("after vfork and exec");

  // Two in one memory at the same time.
  static char stack[65536];
  static volatile long shared;
  int run(void *unused) {
    (void)unused;
    for (int i = 0; i < 1000; ++i)
      if (ask(SYS_getpid) == first) return 1;
    shared = ask(SYS_getpid);
    return 0;
  }
  const pid_t other = clone(run, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL);
  int wrong = 0, status = -1;
  for (int i = 0; i < 1000; ++i) wrong += ask(SYS_getpid) != first;
  waitpid(other, &status, 0);
  printf("in one memory: %d wrong here, %d there, %d\n", wrong, status, shared == other);

  printf("setegid %d\n", setegid(77));
  tell("after setegid");
  printf("setresuid %d\n", setresuid(5, 6, 7));
  tell("after setresuid");
  printf("seteuid %d\n", seteuid(7));
  tell("after seteuid");
  printf("setuid refused %d\n", setuid(9));
  tell("after a refusal");
  return 0;
}
