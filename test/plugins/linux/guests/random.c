// Makes random system calls with random arguments: random.c SEED COUNT [all]. Numbers that end the process, wait for
// ever or make another one are left out unless "all" is given. Prints how many succeeded. It refuses to run but in a
// root that holds little else: a host must never make these calls.
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint64_t state;
static uint64_t next(void) {
  state += 0x9e3779b97f4a7c15;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

#define MEMORY_SIZE (1 << 16)
static char *memory;  // alone between unmapped pages: what a call writes too far does not reach the program
static const char *const paths[] = {"",
                                    ".",
                                    "..",
                                    "/",
                                    "a",
                                    "b",
                                    "a/b",
                                    "/proc/self/maps",
                                    "/dev/null",
                                    "link",
                                    "/a/../b",
                                    "/dev/zero",
                                    "/proc/self/fd/1"};

static uint64_t argument(void) {
  switch (next() % 14) {
    case 0:
      return next();
    case 1:
      return next() % 64;
    case 2:
      return -1ull;
    case 3:
      return 0;
    case 4:
      return (uint64_t)(int64_t)-100;  // AT_FDCWD
    case 5:
      return (uint64_t)memory + next() % MEMORY_SIZE;
    case 6:
      return (uint64_t)paths[next() % (sizeof paths / sizeof paths[0])];
    case 7:
      return ((next() % (1 << 20)) << 12) | 1ull << 33;  // not the program
    case 8:
      return 1ull << (21 + next() % 43);
    case 9:
      return 3 + next() % 20;
    case 10:
      return (uint64_t)memory & -4096ull;
    case 11:
      return next() % 8192;
    case 12:
      return 0x3fffffffff - next() % 8192;
    default:
      return (uint64_t)memory + MEMORY_SIZE - next() % 64;
  }
}

static int is_left_out(long number) {
  switch (number) {
    case SYS_exit:
    case SYS_exit_group:
    case SYS_rt_sigreturn:
    case SYS_rt_sigsuspend:
    case SYS_rt_sigtimedwait:
#if defined(SYS_pause)
    case SYS_pause:
    case SYS_poll:
    case SYS_select:
    case SYS_fork:
    case SYS_vfork:
    case SYS_epoll_wait:
#endif
    case SYS_ppoll:
    case SYS_pselect6:
    case SYS_nanosleep:
    case SYS_clock_nanosleep:
    case SYS_futex:
    case SYS_flock:
    case SYS_kill:
    case SYS_tkill:
    case SYS_tgkill:
    case SYS_rt_sigqueueinfo:
    case SYS_rt_tgsigqueueinfo:
    case SYS_clone:
    case SYS_clone3:
    case SYS_execve:
    case SYS_execveat:
    case SYS_wait4:
    case SYS_waitid:
    case SYS_epoll_pwait:
    case SYS_epoll_pwait2:
    case SYS_splice:
    case SYS_tee:
    case SYS_vmsplice:
    case SYS_sendfile:
      return 1;
    // They would take the program from under itself.
    case SYS_brk:
      return 1;
    case SYS_close_range:
      return next() % 8 != 0;
    default:
      return 0;
  }
}

static int is_host(void) {
  return access("/program", X_OK) != 0 || access("/etc", F_OK) == 0 || access("/usr", F_OK) == 0;
}

int main(int count, char **arguments) {
  if (is_host()) return 98;
  if (count < 3) return 99;
  const int all = count > 3;
  state = strtoull(arguments[1], NULL, 0);
  memory =
      mmap((void *)(1ul << 32), MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  long fine = 0, calls = atol(arguments[2]);
  for (int i = 1; i < 32; ++i) signal(i, SIG_IGN);
  const int output = dup2(1, 63);
  for (long i = 0; i < calls; ++i) {
    const long number = next() % 300 == 0 ? (long)next() : (long)(next() % 462);
    uint64_t a[6];
    for (int k = 0; k < 6; ++k) a[k] = argument();
    if (!all && is_left_out(number)) continue;
    // Nothing that waits: locks, and pipes without O_NONBLOCK.
    if ((number == SYS_fcntl && (a[1] == 4 || a[1] == 7 || a[1] == 38)) || (number == SYS_ioctl && a[1] == 0x5421))
      continue;
    if (number == SYS_pipe2 || number == SYS_eventfd2 || number == SYS_timerfd_create) a[1] |= 0x800;
#if defined(SYS_open)  // without flags for that
    if (number == SYS_pipe || number == SYS_inotify_init || number == SYS_signalfd || number == SYS_eventfd) continue;
    if (number == SYS_open) a[1] |= 0x800;
#endif
    if (number == SYS_inotify_init1) a[0] |= 0x800;
    if (number == SYS_signalfd4) a[3] |= 0x800;
    if (number == SYS_munmap || number == SYS_mprotect || number == SYS_madvise || number == SYS_mremap)
      a[0] |= 1ull << 33;
    if (number == SYS_openat) a[2] |= 0x800;
    if ((number == SYS_mmap && (a[3] & 0x10)) || (number == SYS_mremap && (a[3] & 2))) continue;
    fine += syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]) != -1;
    if (i % 64 == 0) {
      for (int fd = 24; fd < 60; ++fd) close(fd);
    }
  }
  char line[100];
  const int size = snprintf(line, sizeof line, "%ld of %ld succeeded\n", fine, calls);
  write(output, line, size);
  return 0;
}
