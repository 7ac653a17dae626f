// What signals, waits and limits do between processes. argv[1]: which of them.
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
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

// A signal that is ignored comes while the pipe is full.
static void ignored_signal(void) {
  enum { size = 1 << 20 };
  static char bytes[size];
  int ends[2];
  pipe(ends);
  if (fork() == 0) {
    usleep(200000);
    for (long got = 0; got < size;) got += read(ends[0], bytes, size);
    _exit(0);
  }
  if (fork() == 0) {
    usleep(50000);
    kill(getppid(), SIGCONT);
    kill(getppid(), SIGURG);
    _exit(0);
  }
  printf("wrote %ld\n", (long)write(ends[1], bytes, size));
}

static void awaited_signal(void) {
  sigset_t set = block(SIGCHLD);
  if (fork() == 0) {
    usleep(50000);
    _exit(0);
  }
  printf("got SIGCHLD %d\n", sigtimedwait(&set, NULL, &(struct timespec){20, 0}) == SIGCHLD);
}

static void large_buffer(void) {
  const size_t size = (size_t)3 << 30;
  char *buffer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  int file = open("small", O_RDWR | O_CREAT, 0600), ends[2];
  write(file, "0123456789", 10);
  pipe(ends);
  write(ends[1], "abc", 3);
  struct iovec *vectors = (struct iovec[]){{buffer, size / 2}, {buffer + size / 2, size / 2}};
  printf("%ld", (long)pread(file, buffer, size, 2));
  printf(" %ld", (long)preadv(file, vectors, 2, 4));
  lseek(file, 1, SEEK_SET);
  printf(" %ld", (long)read(file, buffer, size));
  printf(" %ld", (long)read(file, buffer, size));
  printf(" %ld", (long)read(ends[0], buffer, size));
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  printf(" %ld\n", (long)write(ends[1], buffer, size));
}

// More than is made ready at a time.
static void large_read(void) {
  const long size = 5 << 20;
  char *buffer = malloc(size);
  int file = open("large", O_RDWR | O_CREAT, 0600), zero = open("/dev/zero", O_RDONLY);
  ftruncate(file, size);
  pwrite(file, "end", 3, size - 3);
  memset(buffer, 'x', size);
  printf("%d", read(file, buffer, size) == size && memcmp(buffer + size - 3, "end", 3) == 0);
  memset(buffer, 'x', size);
  printf(" %d", read(zero, buffer, size - 1) == size - 1 && buffer[size - 2] == 0 && buffer[size - 1] == 'x');
  struct iovec vectors[] = {{buffer, 3}, {buffer + 3, size - 4}};
  memset(buffer, 'x', size);
  printf(" %d\n", readv(zero, vectors, 2) == size - 1 && buffer[size - 2] == 0 && buffer[size - 1] == 'x');
}

static void descriptor_numbers(void) {
  REPORT(dup2(0, 19) == 19);
  REPORT(dup2(0, 20));
  REPORT(dup3(0, 1000, 0));
  REPORT(fcntl(0, F_DUPFD, 20));
  REPORT(fcntl(0, F_DUPFD, 18) == 18);
}

static void memory_file(void) {
  int file = open("short", O_RDWR | O_CREAT, 0600), ends[2];
  int target = memfd_create("target", 0);
  pipe(ends);
  write(file, "0123456789", 10);
  write(ends[1], "abc", 3);
  lseek(file, 0, SEEK_SET);
  REPORT(sendfile(target, file, NULL, 64 << 20));
  REPORT(splice(ends[0], NULL, target, NULL, 64 << 20, 0));
  REPORT(copy_file_range(file, &(loff_t){0}, target, &(loff_t){0}, 64 << 20, 0) == -1 && errno == ENOSPC);
}

static void odd_files(void) {
  int ends[2];
  pipe(ends);
  sigset_t set = block(SIGUSR1);
  int text = open("/proc/self/status", O_RDONLY);
  char byte[2];
  REPORT(splice(syscall(SYS_signalfd4, -1, &set, 8, O_NONBLOCK), NULL, ends[1], NULL, 8, SPLICE_F_NONBLOCK));
  REPORT(splice(syscall(SYS_eventfd2, 1, 0), NULL, ends[1], NULL, 8, SPLICE_F_NONBLOCK));
  REPORT(pread(text, byte, 2, LONG_MAX));
  REPORT(pread(text, byte, 0, LONG_MAX));
  REPORT(mkfifo("fifo", 0600));
  REPORT(truncate("fifo", 0));
}

static void subreaper(void) {
  int value = -1;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_GET_CHILD_SUBREAPER, &value);
  pid_t self = getpid(), child = fork();
  if (child == 0) {
    if (fork() == 0) {
      while (getppid() != self) usleep(1000);
      _exit(7);
    }
    _exit(0);
  }
  int status = 0;
  waitpid(child, NULL, 0);
  alarm(10);
  pid_t orphan = wait(&status);
  printf("reaper %d waited %d status %d\n", value, orphan > 0 && orphan != child, WEXITSTATUS(status));
}

static void timer_after_exec(void) {
  sigset_t set = block(SIGUSR1);
  timer_t timer;
  timer_create(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1}, &timer);
  timer_settime(timer, 0, &(struct itimerspec){.it_value = {0, 1}}, NULL);
  while (!is_pending(SIGUSR1)) usleep(1000);
  execl("/proc/self/exe", "rules", "timer-pending", NULL);
}

static void timer_pending(void) { printf("pending %d\n", is_pending(SIGUSR1)); }

static void many_forks(void) {
  int made = 0;
  pid_t child;
  while (made < 2000 && (child = fork()) > 0) ++made;
  if (made < 2000 && child == 0) {
    pause();
    _exit(0);
  }
  printf("%s\n", made < 2000 ? strerror(errno) : "no end");
  signal(SIGTERM, SIG_IGN);
  kill(0, SIGTERM);
}

static void splice_stop(void) {
  pid_t child = fork();
  if (child == 0) {
    int ends[2];
    setpgid(0, 0);
    pipe(ends);
    splice(0, NULL, ends[1], NULL, 10, SPLICE_F_NONBLOCK);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, WUNTRACED);
  printf("stopped %d by SIGTTIN %d\n", WIFSTOPPED(status), WSTOPSIG(status) == SIGTTIN);
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
  } rules[] = {{"full-queue", full_queue},
               {"futex-timeout", futex_timeout},
               {"file-growth", file_growth},
               {"process-limit", process_limit},
               {"orphaned-group", orphaned_group},
               {"ignored-end", ignored_end},
               {"silent-stop", silent_stop},
               {"terminal-stop", terminal_stop},
               {"ignored-signal", ignored_signal},
               {"awaited-signal", awaited_signal},
               {"large-buffer", large_buffer},
               {"large-read", large_read},
               {"descriptor-numbers", descriptor_numbers},
               {"memory-file", memory_file},
               {"odd-files", odd_files},
               {"subreaper", subreaper},
               {"timer-after-exec", timer_after_exec},
               {"timer-pending", timer_pending},
               {"many-forks", many_forks},
               {"splice-stop", splice_stop}};
  for (unsigned i = 0; i < sizeof rules / sizeof *rules; ++i) {
    if (strcmp(rules[i].name, arguments[1]) == 0) rules[i].run();
  }
  return 0;
}
