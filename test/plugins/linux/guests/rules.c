// What signals, waits and limits do between processes. argv[1]: which of them.
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

static void on_signal(int number) { (void)number; }

static sigset_t block(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  sigprocmask(SIG_BLOCK, &set, NULL);
  return set;
}

static int is_pending(int number) {
  sigset_t set;
  sigpending(&set);
  return sigismember(&set, number);
}

static void full_queue(void) {
  block(SIGRTMIN);
  int queued = 0;
  while (queued < 100000 && sigqueue(getpid(), SIGRTMIN, (union sigval){0}) == 0) ++queued;
  printf("full %d\n", queued < 100000);
  kill(getpid(), SIGTERM);
  printf("deaf\n");
}

static void futex_timeout(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 100000}}, NULL);
  static int word;
  struct timespec timeout = {20, 0};
  REPORT(syscall(SYS_futex, &word, FUTEX_WAIT, 0, &timeout, NULL, 0));
}

static void file_growth(void) {
  int file = open("grown", O_RDWR | O_CREAT, 0600);
  ftruncate(file, 8192);
  char *map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0);
  REPORT(mremap(map, 4096, 8192, MREMAP_MAYMOVE));
}

static void process_limit(void) {
  if (getuid() == 0) setuid(1000);  // the superuser has no such limit
  setrlimit(RLIMIT_NPROC, &(struct rlimit){1, 1});
  pid_t child = fork();
  if (child == 0) _exit(0);
  printf("%s\n", child < 0 ? strerror(errno) : "forked");
}

// The group's leader, whose parent is in another group, ends: nobody could continue its stopped child.
static void orphaned_group(void) {
  int ends[2];
  pipe(ends);
  if (fork() == 0) {
    setpgid(0, 0);
    pid_t child = fork();
    if (child == 0) {
      raise(SIGSTOP);
      _exit(0);
    }
    waitpid(child, NULL, WUNTRACED);
    _exit(0);
  }
  close(ends[1]);
  wait(NULL);
  alarm(10);
  char byte;
  printf("hung up %d\n", (int)read(ends[0], &byte, 1));
}

static void ignored_end(void) {
  signal(SIGCHLD, SIG_IGN);
  block(SIGCHLD);
  if (fork() == 0) _exit(0);
  REPORT(wait(NULL));
  printf("pending %d\n", is_pending(SIGCHLD));
}

static void silent_stop(void) {
  block(SIGCHLD);
  long child = syscall(SYS_clone, 0, 0, 0, 0, 0);
  if (child == 0) {
    raise(SIGSTOP);
    _exit(0);
  }
  waitpid(child, NULL, WUNTRACED | __WALL);
  printf("pending %d\n", is_pending(SIGCHLD));
  kill(child, SIGKILL);
}

static void terminal_stop(void) {
  struct termios settings;
  tcgetattr(0, &settings);
  settings.c_lflag |= TOSTOP;
  tcsetattr(0, TCSANOW, &settings);
  pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);
    write(1, "written\n", 8);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, WUNTRACED);
  printf("stopped %d by SIGTTOU %d\n", WIFSTOPPED(status), WSTOPSIG(status) == SIGTTOU);
  kill(child, SIGKILL);
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IONBF, 0);
  static const struct {
    const char *name;
    void (*run)(void);
  } rules[] = {{"full-queue", full_queue},       {"futex-timeout", futex_timeout},   {"file-growth", file_growth},
               {"process-limit", process_limit}, {"orphaned-group", orphaned_group}, {"ignored-end", ignored_end},
               {"silent-stop", silent_stop},     {"terminal-stop", terminal_stop}};
  for (unsigned i = 0; i < sizeof rules / sizeof *rules; ++i) {
    if (strcmp(rules[i].name, arguments[1]) == 0) rules[i].run();
  }
  return 0;
}
