// Processes in the ways that programs use them. Everything that is printed is the same in every run.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *what, int status) {
  if (WIFEXITED(status)) printf("%s: exit %d\n", what, WEXITSTATUS(status));
  if (WIFSIGNALED(status)) printf("%s: signal %d\n", what, WTERMSIG(status));
  if (WIFSTOPPED(status)) printf("%s: stopped by %d\n", what, WSTOPSIG(status));
  if (WIFCONTINUED(status)) printf("%s: continued\n", what);
}

static pid_t begin(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) perror("fork"), exit(99);
  return child;
}

static int end(pid_t child) {
  int status = -1;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

static void exits(void) {
  static const int codes[] = {0, 1, 127, 255, 256};
  for (int at = 0; at < 5; at++) {
    pid_t child = begin();
    if (child == 0) _exit(codes[at]);
    say("exit", end(child));
  }
  static const int signals[] = {SIGTERM, SIGKILL, SIGSEGV, SIGABRT, SIGALRM, SIGPIPE};
  for (int at = 0; at < 6; at++) {
    pid_t child = begin();
    if (child == 0) {
      raise(signals[at]);
      _exit(1);
    }
    say("raise", end(child));
  }
  printf("waitpid %d %d\n", waitpid(-1, NULL, 0), errno == ECHILD);
}

// What is written after a fork is the writer's alone, unless it is shared.
static void memory(void) {
  static int private_value = 1;
  int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  char *large = calloc(1, 4 << 20);
  pid_t child = begin();
  if (child == 0) {
    private_value = 2;
    *shared = 3;
    memset(large, 7, 4 << 20);
    _exit(large[12345]);
  }
  say("memory", end(child));
  printf("%d %d %d\n", private_value, *shared, large[12345]);
  free(large);
}

static void pipes(void) {
  int there[2], back[2];
  printf("pipe %d %d\n", pipe(there), pipe(back));
  pid_t child = begin();
  if (child == 0) {
    close(there[1]), close(back[0]);
    unsigned long sum = 0;
    unsigned char block[4096];
    for (ssize_t got; (got = read(there[0], block, sizeof block)) > 0;) {
      for (ssize_t at = 0; at < got; at++) sum = sum * 31 + block[at];
    }
    dprintf(back[1], "%lu", sum);
    _exit(0);
  }
  close(there[0]), close(back[1]);
  unsigned char block[10000];
  for (int round = 0; round < 100; round++) {
    memset(block, round, sizeof block);
    for (size_t done = 0; done < sizeof block;) done += (size_t)write(there[1], block + done, sizeof block - done);
  }
  close(there[1]);
  char text[40] = "";
  ssize_t got = read(back[0], text, sizeof text - 1);
  printf("%zd %s\n", got, text);
  say("reader", end(child));
  close(back[0]);
}

static volatile sig_atomic_t caught, children;
static void on_signal(int signal) { caught = caught * 10 + (signal == SIGALRM ? 1 : signal == SIGUSR1 ? 2 : 3); }
static void on_child(int signal) { (void)signal, children++; }

static void handlers(void) {
  struct sigaction action = {.sa_handler = on_signal}, chld = {.sa_handler = on_child, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGALRM, &action, NULL);
  sigaction(SIGCHLD, &chld, NULL);
  sigset_t block, old;
  sigemptyset(&block);
  sigaddset(&block, SIGUSR1);
  sigprocmask(SIG_BLOCK, &block, &old);
  pid_t child = begin();
  if (child == 0) {
    kill(getppid(), SIGUSR1);
    _exit(0);
  }
  while (caught == 0) sigsuspend(&old);
  sigprocmask(SIG_SETMASK, &old, NULL);
  say("sender", end(child));
  printf("caught %d, children %d\n", (int)caught, (int)children);
  caught = 0;
  alarm(1);
  char byte;
  int ends[2];
  pipe(ends);
  ssize_t got = read(ends[0], &byte, 1);
  printf("read %zd %d, caught %d\n", got, errno == EINTR, (int)caught);
  struct itimerval timer = {.it_value = {0, 20000}, .it_interval = {0, 20000}};
  caught = 0;
  setitimer(ITIMER_REAL, &timer, NULL);
  while (caught < 111) pause();
  memset(&timer, 0, sizeof timer);
  setitimer(ITIMER_REAL, &timer, NULL);
  printf("timer %d\n", caught >= 111);
  signal(SIGPIPE, SIG_IGN);
  close(ends[0]);
  printf("write %zd %d\n", write(ends[1], "x", 1), errno == EPIPE);
  close(ends[1]);
  signal(SIGCHLD, SIG_DFL);
}

static void ready(void) {
  int ends[2];
  pipe(ends);
  struct pollfd polled = {ends[0], POLLIN, 0};
  printf("poll %d", poll(&polled, 1, 10));
  pid_t child = begin();
  if (child == 0) {
    usleep(20000);
    write(ends[1], "abc", 3);
    _exit(0);
  }
  close(ends[1]);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  printf(" select %d", select(ends[0] + 1, &set, NULL, NULL, NULL));
  char text[10];
  printf(" read %zd", read(ends[0], text, sizeof text));
  say(" child", end(child));
  printf("poll %d", poll(&polled, 1, -1));
  printf(" %x\n", polled.revents);
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = 77}, out = {0};
  pipe(ends);
  epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
  printf("epoll %d", epoll_wait(epoll, &out, 1, 0));
  write(ends[1], "x", 1);
  printf(" %d %u\n", epoll_wait(epoll, &out, 1, -1), out.data.u32);
}

static void stops(void) {
  // The child goes on when the parent has learned what it did: the next event would take the place of the last.
  int status, learned[2];
  char byte;
  pipe(learned);
  pid_t child = begin();
  if (child == 0) {
    setpgid(0, 0);
    raise(SIGSTOP);
    read(learned[0], &byte, 1);
    raise(SIGTSTP);
    read(learned[0], &byte, 1);
    _exit(9);
  }
  waitpid(child, &status, WUNTRACED);
  say("job", status);
  printf("group %d\n", getpgid(child) == child);
  kill(-child, SIGCONT);
  for (int round = 0; round < 2; round++) {
    waitpid(child, &status, WUNTRACED | WCONTINUED);
    say("job", status);
    if (round == 0) write(learned[1], "x", 1);
  }
  kill(-child, SIGCONT);
  waitpid(child, &status, WCONTINUED);
  say("job", status);
  write(learned[1], "x", 1);
  say("job", end(child));
  child = begin();
  if (child == 0) {
    printf("session %d\n", setsid() == getpid() && getsid(0) == getpid() && getpgrp() == getpid());
    printf("again %d %d\n", setsid(), errno == EPERM);
    fflush(stdout);
    _exit(0);
  }
  say("session", end(child));
}

static void waits(void) {
  pid_t children_ids[5];
  for (int at = 0; at < 5; at++) {
    children_ids[at] = begin();
    if (children_ids[at] == 0) {
      usleep((useconds_t)(5 - at) * 5000);
      _exit(at);
    }
  }
  siginfo_t info = {0};
  printf("waitid %d", waitid(P_PID, (id_t)children_ids[2], &info, WEXITED | WNOWAIT));
  printf(" %d %d %d\n", info.si_code == CLD_EXITED, info.si_status, info.si_pid == children_ids[2]);
  int sum = 0, status;
  for (int at = 0; at < 5; at++) {
    if (wait(&status) > 0) sum += WEXITSTATUS(status) + 1;
  }
  printf("sum %d, then %d\n", sum, wait(NULL));
  pid_t child = begin();
  if (child == 0) pause(), _exit(0);
  printf("nohang %d\n", waitpid(child, &status, WNOHANG));
  kill(child, SIGKILL);
  say("killed", end(child));
  printf("gone %d %d\n", kill(child, 0), errno == ESRCH);
  signal(SIGCHLD, SIG_IGN);
  child = begin();
  if (child == 0) _exit(1);
  printf("ignored %d %d\n", waitpid(child, NULL, 0), errno == ECHILD);
  signal(SIGCHLD, SIG_DFL);
}

extern char **environ;

enum { kept = 50, closed = 51 };  // descriptors, when a program is executed

// Only where programs can be executed: told so by an argument.
static void executes(const char *self) {
  char *words[] = {(char *)self, "child", "with an argument", NULL};
  char *environment[] = {"ONLY=this", NULL};
  printf("%d %d\n", dup2(0, kept), dup3(0, closed, O_CLOEXEC));
  pid_t child = begin();
  if (child == 0) execve(self, words, environment), _exit(98);
  say("execve", end(child));
  fflush(stdout);
  child = vfork();
  if (child == 0) execve(self, words, environment), _exit(98);
  say("vfork", end(child));
  printf("spawn %d\n", posix_spawn(&child, self, NULL, NULL, words, environment));
  say("spawn", end(child));
  printf("missing %d\n", posix_spawn(&child, "/no/such/program", NULL, NULL, words, environment) == ENOENT);
  child = begin();
  if (child == 0) _exit(execve("/", words, environment) == -1 && errno == EACCES ? 55 : 56);
  say("a folder", end(child));
  printf("system %d\n", system("exit 7") >> 8);
}

static void be_child(int count, char **words) {
  printf("child of %d words, %s, %d variables, %s, %d %d\n", count, words[2], environ[0] != NULL && environ[1] == NULL,
         environ[0], fcntl(kept, F_GETFD), fcntl(closed, F_GETFD));
  fflush(stdout);
  _exit(66);
}

int main(int count, char **words) {
  if (count == 3) be_child(count, words);
  exits();
  memory();
  pipes();
  handlers();
  ready();
  stops();
  waits();
  if (count == 2) executes(words[0]);
  fprintf(stderr, "done\n");
  return 6;
}
