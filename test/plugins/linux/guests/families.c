// What two processes have to do with each other's timers, clocks, limits and locks. argv[1]: a folder to work in.
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

static int ends[2];

static void say(const char *text) { write(ends[1], text, 1); }
static char hear(void) {
  char text = '?';
  read(ends[0], &text, 1);
  return text;
}

static long set(int file, int command, short type, long start, long length) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  return fcntl(file, command, &lock);
}

static int status_of(pid_t child) {
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static volatile sig_atomic_t signals;
static void on_signal(int number) { signals = number; }

static void timers(char **arguments) {
  timer_t timer;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  REPORT(timer_create(CLOCK_MONOTONIC, &event, &timer));
  timer_settime(timer, 0, &(struct itimerspec){.it_value = {1000, 0}}, NULL);
  setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {1000, 0}}, NULL);
  pid_t child = fork();
  if (child == 0) {
    struct itimerval value;
    getitimer(ITIMER_REAL, &value);
    struct itimerspec left;
    _exit((value.it_value.tv_sec == 0) + 2 * (timer_gettime(timer, &left) == -1 && errno == EINVAL));
  }
  REPORT(status_of(child));
  struct itimerval value;
  getitimer(ITIMER_REAL, &value);
  printf("the parent keeps its own %d\n", value.it_value.tv_sec > 900);
  alarm(0);
  child = fork();
  if (child == 0) {
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {1000, 0}}, NULL);
    execl(arguments[0], arguments[0], arguments[1], "executed", NULL);
    _exit(99);
  }
  REPORT(status_of(child));
  child = fork();
  if (child == 0) {
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 1000}}, NULL);
    for (;;) pause();
  }
  REPORT(status_of(child) - 1000 == SIGALRM);
  // Its timers are armed while it ends.
  for (int i = 0; i < 20; ++i) {
    child = fork();
    if (child == 0) {
      signal(SIGALRM, on_signal);
      setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 100}, .it_interval = {0, 100}}, NULL);
      usleep(500);
      _exit(7);
    }
    if (status_of(child) != 7) printf("a child of many did not end well\n");
  }
}

static void limits(void) {
  pid_t child = fork();
  if (child == 0) {
    signal(SIGXCPU, on_signal);
    setrlimit(RLIMIT_CPU, &(struct rlimit){1, 3});
    volatile unsigned long work = 0;
    while (signals == 0) ++work;
    _exit(signals);
  }
  REPORT(status_of(child) == SIGXCPU);
  child = fork();
  if (child == 0) {
    setrlimit(RLIMIT_CPU, &(struct rlimit){1, 1});
    pid_t grandchild = fork();  // which has the limit too, and a second of its own
    if (grandchild == 0) {
      signal(SIGXCPU, SIG_IGN);
      for (volatile unsigned long work = 0;; ++work) {
      }
    }
    _exit(status_of(grandchild) - 1000);
  }
  REPORT(status_of(child) == SIGKILL);
  struct rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  printf("the children have computed %d\n", usage.ru_utime.tv_sec >= 1);
  struct tms used;
  times(&used);
  printf("in ticks too %d\n", used.tms_cutime >= 100);

  const int file = open("limited", O_RDWR | O_CREAT | O_TRUNC, 0644);
  child = fork();
  if (child == 0) {
    signal(SIGXFSZ, on_signal);
    REPORT(setrlimit(RLIMIT_FSIZE, &(struct rlimit){10, 100}));
    REPORT(write(file, "0123456", 7));
    REPORT(write(file, "789abcd", 7));
    REPORT(signals);
    REPORT(write(file, "e", 1));
    REPORT(signals == SIGXFSZ);
    REPORT(pwrite(file, "xyz", 3, 9));
    REPORT(ftruncate(file, 5));
    REPORT(ftruncate(file, 11));
    REPORT(ftruncate(file, 10));
    const int more = open("limited", O_WRONLY | O_APPEND);
    REPORT(write(more, "x", 1));
    int pipe_ends[2];
    pipe(pipe_ends);
    REPORT(write(pipe_ends[1], "0123456789abcdef", 16));
    REPORT(setrlimit(RLIMIT_FSIZE, &(struct rlimit){20, 10}));
    REPORT(setrlimit(RLIMIT_NOFILE, &(struct rlimit){8, 8}));
    REPORT(dup2(0, 8));
    REPORT(fcntl(0, F_DUPFD, 8));
    while (dup(0) >= 0) {
    }
    REPORT(dup(0));
    REPORT(open("limited", O_RDONLY));
    signal(SIGXFSZ, SIG_DFL);
    pwrite(file, "x", 1, 50);
    _exit(0);
  }
  REPORT(status_of(child) - 1000 == SIGXFSZ);
}

static void range_locks(void) {
  const int file = open("locked", O_RDWR | O_CREAT, 0644);
  REPORT(set(file, F_SETLK, F_WRLCK, 0, 10));
  pid_t child = fork();
  if (child == 0) {
    // A fork does not inherit them, though it shares the description.
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 100};
    REPORT(fcntl(file, F_GETLK, &lock));
    printf("%d %ld %ld of the parent %d\n", lock.l_type, (long)lock.l_start, (long)lock.l_len, lock.l_pid == getppid());
    REPORT(set(file, F_SETLK, F_RDLCK, 5, 1));
    REPORT(set(file, F_SETLK, F_WRLCK, 10, 5));
    signal(SIGALRM, on_signal);
    siginterrupt(SIGALRM, 1);
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 20000}, .it_interval = {0, 20000}}, NULL);
    REPORT(set(file, F_SETLKW, F_WRLCK, 0, 1));
    siginterrupt(SIGALRM, 0);
    alarm(0);
    say("w");
    REPORT(set(file, F_SETLKW, F_WRLCK, 0, 1));
    _exit(5);
  }
  hear();
  usleep(20000);
  REPORT(set(file, F_SETLK, F_RDLCK, 10, 1));
  const long unlocked = set(file, F_SETLK, F_UNLCK, 0, 10);
  REPORT(status_of(child));
  printf("unlocked %ld\n", unlocked);
  REPORT(set(file, F_SETLK, F_WRLCK, 0, 100));  // what it had went with it

  // Each waits for the other: one of them is told.
  set(file, F_SETLK, F_UNLCK, 0, 0);
  REPORT(set(file, F_SETLK, F_WRLCK, 0, 1));
  child = fork();
  if (child == 0) {
    int other = set(file, F_SETLK, F_WRLCK, 1, 1) == 0;
    say("l");
    const long result = set(file, F_SETLKW, F_WRLCK, 0, 1);
    other += result == -1 && errno == EDEADLK ? 2 : 0;
    _exit(other);
  }
  hear();
  const int told = set(file, F_SETLKW, F_WRLCK, 1, 1) == -1 && errno == EDEADLK;
  set(file, F_SETLK, F_UNLCK, 0, 0);
  const int status = status_of(child);
  printf("one of the two %d\n", told + (status == 3) == 1);

  // Closing any descriptor of the file lets go, and whoever waits goes on.
  REPORT(set(file, F_SETLK, F_WRLCK, 0, 0));
  child = fork();
  if (child == 0) {
    say("w");
    _exit(set(file, F_SETLKW, F_RDLCK, 3, 1) == 0 ? 6 : 1);
  }
  hear();
  usleep(10000);
  close(open("locked", O_RDONLY));
  REPORT(status_of(child));
}

static void whole_file_locks(void) {
  const int file = open("whole", O_RDWR | O_CREAT, 0644);
  REPORT(flock(file, LOCK_EX));
  pid_t child = fork();
  if (child == 0) {
    REPORT(flock(file, LOCK_EX | LOCK_NB));  // the same description
    const int own = open("whole", O_RDWR);
    REPORT(flock(own, LOCK_SH | LOCK_NB));
    close(file);
    say("w");
    REPORT(flock(own, LOCK_SH));
    _exit(8);
  }
  hear();
  usleep(10000);
  close(file);
  REPORT(status_of(child));

  const int description = open("whole", O_RDWR);
  REPORT(set(description, F_OFD_SETLK, F_WRLCK, 0, 0));
  child = fork();
  if (child == 0) {
    const int own = open("whole", O_RDWR);
    REPORT(set(description, F_OFD_SETLK, F_WRLCK, 0, 0));
    close(description);
    REPORT(set(own, F_SETLK, F_RDLCK, 0, 1));
    say("w");
    REPORT(set(own, F_OFD_SETLKW, F_RDLCK, 0, 1));
    _exit(9);
  }
  hear();
  usleep(10000);
  close(description);
  REPORT(status_of(child));
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IONBF, 0);
  if (count == 3) {
    struct itimerval value;
    getitimer(ITIMER_REAL, &value);
    return value.it_value.tv_sec > 900 ? 3 : 4;  // kept by exec
  }
  if (count < 2 || pipe(ends) != 0) return 2;
  timers(arguments);
  if (chdir(arguments[1]) != 0) return 2;
  limits();
  range_locks();
  whole_file_locks();
  printf("and the families are through\n");
}
