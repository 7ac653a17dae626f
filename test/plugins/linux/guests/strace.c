// Makes a call of every form that a trace can take, between two marks, in the folder that is its argument: the same
// source under strace on the host is what its trace in a machine is compared with. Raw calls, so that neither C library
// puts another in its place.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

struct kernel_action {
  uint64_t handler, flags;
#ifdef __x86_64__
  uint64_t restorer;
#endif
  uint64_t mask;
};

static char buffer[8192], *const nowhere = (char *)16;
static void mark(const char *name) { syscall(SYS_write, -1, name, strlen(name)); }

static void strings(void) {
  syscall(SYS_write, -1, "plain", 5);
  syscall(SYS_write, -1, "quote\" back\\ \t\n\v\f\r\033", 20);
  syscall(SYS_write, -1, "\0\1\1771\0x\0009", 8);
  syscall(SYS_write, -1, "\377\200high", 6);
  syscall(SYS_write, -1, "0123456789012345678901234567890", 31);
  syscall(SYS_write, -1, "01234567890123456789012345678901", 32);
  syscall(SYS_write, -1, "012345678901234567890123456789012", 33);
  syscall(SYS_write, -1, nowhere, 5);
  syscall(SYS_write, -1, NULL, 5);
  syscall(SYS_write, -1, "", 0);
  syscall(SYS_openat, AT_FDCWD, "a path that is longer than thirty-two characters is shown whole", O_RDONLY);
  syscall(SYS_openat, AT_FDCWD, nowhere, O_RDONLY);
  syscall(SYS_openat, 77, "", O_WRONLY | O_APPEND | O_NONBLOCK);
}

static void files(void) {
  char *big = "this text is well longer than what a line shows of it";
  int file = syscall(SYS_openat, AT_FDCWD, "file", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  syscall(SYS_openat, AT_FDCWD, "file", O_RDWR | O_CREAT | O_EXCL | O_TRUNC | O_NOFOLLOW | O_SYNC, 0);
  syscall(SYS_openat, AT_FDCWD, "none", O_RDONLY | O_DIRECTORY | O_PATH | O_NOCTTY | O_DSYNC | O_NOATIME);
  syscall(SYS_openat, AT_FDCWD, "none", 3 | O_DIRECT | O_ASYNC | 1 << 30);
  syscall(SYS_write, file, big, strlen(big));
  syscall(SYS_lseek, file, 0, SEEK_SET);
  syscall(SYS_lseek, file, (off_t)-5, SEEK_END);
  syscall(SYS_lseek, file, 3, 9);
  syscall(SYS_read, file, buffer, 100);
  syscall(SYS_read, file, buffer, 100);
  syscall(SYS_read, 99, buffer, 100);
  syscall(SYS_pread64, file, buffer, 40, 2);
  syscall(SYS_pwrite64, file, "xy", 2, 1000);
  struct iovec parts[] = {{"one", 3}, {"two and more", 12}, {NULL, 0}};
  syscall(SYS_writev, file, parts, 3);
  syscall(SYS_pwritev, file, parts, 2, 7, 0);
  syscall(SYS_pwritev2, file, parts, 1, 7, 0, 0);
  syscall(SYS_writev, file, nowhere, 2);
  syscall(SYS_writev, file, parts, 0);
  struct iovec into[] = {{buffer, 10}, {buffer + 100, 10}};
  syscall(SYS_preadv, file, into, 2, 0, 0);
  syscall(SYS_preadv2, file, into, 2, 45, 0, 0);
  syscall(SYS_readv, file, into, 2);
  syscall(SYS_readv, 99, into, 2);
  syscall(SYS_ftruncate, file, 4096);
  syscall(SYS_truncate, "none", 1);
  syscall(SYS_fallocate, file, FALLOC_FL_KEEP_SIZE, 0, 4096);
  syscall(SYS_fallocate, 99, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0, 4096);
  syscall(SYS_fsync, file);
  syscall(SYS_fdatasync, file);
  syscall(SYS_fadvise64, file, 0, 0, POSIX_FADV_SEQUENTIAL);
  syscall(SYS_readahead, file, 0, 4096);
  syscall(SYS_flock, file, LOCK_EX | LOCK_NB);
  syscall(SYS_fchmod, file, 0600);
  syscall(SYS_fchmodat, AT_FDCWD, "file", 04755);
  syscall(SYS_fchown, 99, 1, -1);
  syscall(SYS_fchownat, AT_FDCWD, "none", 1, 2, AT_SYMLINK_NOFOLLOW);
  syscall(SYS_umask, 027);
  syscall(SYS_umask, 0);
  syscall(SYS_umask, 022);
  struct timespec times[2] = {{1000000000, 5}, {0, UTIME_OMIT}}, now[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
  syscall(SYS_utimensat, AT_FDCWD, "file", times, 0);
  syscall(SYS_utimensat, file, NULL, now, 0);
  syscall(SYS_utimensat, AT_FDCWD, "file", NULL, AT_SYMLINK_NOFOLLOW);
  syscall(SYS_faccessat, AT_FDCWD, "file", F_OK);
  syscall(SYS_faccessat, AT_FDCWD, "none", R_OK | W_OK | X_OK);
  syscall(SYS_faccessat2, AT_FDCWD, "file", R_OK, AT_EACCESS);
  syscall(SYS_mkdirat, AT_FDCWD, "folder", 0755);
  syscall(SYS_mknodat, AT_FDCWD, "fifo", S_IFIFO | 0600, 0);
  syscall(SYS_mknodat, AT_FDCWD, "none/x", S_IFREG | 0644, 0);
  syscall(SYS_symlinkat, "file", AT_FDCWD, "link");
  syscall(SYS_linkat, AT_FDCWD, "file", AT_FDCWD, "second", 0);
  syscall(SYS_linkat, AT_FDCWD, "none", AT_FDCWD, "second", AT_SYMLINK_FOLLOW);
  syscall(SYS_readlinkat, AT_FDCWD, "link", buffer, sizeof buffer);
  syscall(SYS_readlinkat, AT_FDCWD, "file", buffer, sizeof buffer);
  syscall(SYS_renameat2, AT_FDCWD, "second", AT_FDCWD, "third", RENAME_NOREPLACE);
  syscall(SYS_renameat2, AT_FDCWD, "none", AT_FDCWD, "third", 0);
  syscall(SYS_unlinkat, AT_FDCWD, "third", 0);
  syscall(SYS_unlinkat, AT_FDCWD, "folder", AT_REMOVEDIR);
  int folder = syscall(SYS_openat, AT_FDCWD, ".", O_RDONLY | O_DIRECTORY);
  syscall(SYS_getdents64, folder, buffer, sizeof buffer);
  syscall(SYS_getdents64, folder, buffer, sizeof buffer);
  syscall(SYS_getdents64, file, buffer, sizeof buffer);
  syscall(SYS_fchdir, folder);
  syscall(SYS_chdir, "none");
  syscall(SYS_getcwd, buffer, 2);
  syscall(SYS_close, folder);
  syscall(SYS_close, folder);
  syscall(SYS_setxattr, "none", "user.name", "value", 5, XATTR_CREATE);
  syscall(SYS_getxattr, "none", "user.name", buffer, 100);
  syscall(SYS_listxattr, "none", buffer, 100);
  syscall(SYS_removexattr, "none", "user.name");
  syscall(SYS_sendfile, 99, file, NULL, 100);
  off_t offset = 3;
  syscall(SYS_sendfile, 99, file, &offset, 100);
  loff_t from = 0, to = 5000;
  syscall(SYS_copy_file_range, file, &from, file, &to, 10, 0);
  syscall(SYS_close, file);
}

static void status(void) {
  struct stat status;
  struct statfs system;
  char extended[256];
  int file = syscall(SYS_openat, AT_FDCWD, "file", O_RDONLY);
  int null = syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR);
  syscall(SYS_fstat, file, &status);
  syscall(SYS_fstat, null, &status);
  syscall(SYS_fstat, 99, &status);
  syscall(SYS_newfstatat, AT_FDCWD, ".", &status, 0);
  syscall(SYS_newfstatat, AT_FDCWD, "link", &status, AT_SYMLINK_NOFOLLOW);
  syscall(SYS_newfstatat, file, "", &status, AT_EMPTY_PATH);
  syscall(SYS_newfstatat, AT_FDCWD, "fifo", &status, 0);
  syscall(SYS_newfstatat, AT_FDCWD, "none", &status, 0);
  syscall(SYS_statx, AT_FDCWD, "none", AT_SYMLINK_NOFOLLOW | AT_STATX_SYNC_AS_STAT, STATX_BASIC_STATS, extended);
  syscall(SYS_statx, AT_FDCWD, "none", AT_STATX_DONT_SYNC, STATX_SIZE | STATX_MODE, extended);
  syscall(SYS_statx, AT_FDCWD, "file", 0, STATX_BASIC_STATS, extended);
  syscall(SYS_statfs, ".", &system);
  syscall(SYS_fstatfs, 99, &system);
  syscall(SYS_close, file);
  syscall(SYS_close, null);
}

static void descriptors(void) {
  int ends[2];
  syscall(SYS_pipe2, ends, O_CLOEXEC);
  syscall(SYS_pipe2, nowhere, 0);
  syscall(SYS_dup, ends[0]);
  syscall(SYS_dup3, ends[1], 20, O_CLOEXEC);
  syscall(SYS_dup3, 99, 20, 0);
  syscall(SYS_fcntl, ends[0], F_GETFL);
  syscall(SYS_fcntl, ends[0], F_SETFL, O_NONBLOCK);
  syscall(SYS_fcntl, ends[0], F_GETFD);
  syscall(SYS_fcntl, 20, F_GETFD);
  syscall(SYS_fcntl, 20, F_SETFD, 0);
  syscall(SYS_fcntl, 20, F_SETFD, FD_CLOEXEC);
  syscall(SYS_fcntl, 20, F_DUPFD, 30);
  syscall(SYS_fcntl, 20, F_DUPFD_CLOEXEC, 31);
  syscall(SYS_fcntl, 99, 12345, 7);
  int file = syscall(SYS_openat, AT_FDCWD, "file", O_RDWR);
  struct flock lock = {F_WRLCK, SEEK_SET, 10, 20, 0};
  syscall(SYS_fcntl, file, F_SETLK, &lock);
  syscall(SYS_fcntl, file, F_GETLK, &lock);
  lock.l_type = F_UNLCK;
  syscall(SYS_fcntl, file, F_SETLKW, &lock);
  syscall(SYS_read, ends[0], buffer, 10);
  syscall(SYS_write, ends[1], "in the pipe", 11);
  struct timespec none = {0, 0}, moment = {0, 1000000};
  uint64_t mask = 1 << (SIGUSR1 - 1);
  struct pollfd polled[] = {{ends[0], POLLIN | POLLPRI, 0}, {ends[1], POLLOUT, 0}, {-1, 0, 0}};
  syscall(SYS_ppoll, polled, 3, &none, NULL, 8);
  syscall(SYS_ppoll, polled, 1, NULL, &mask, 8);
  syscall(SYS_read, ends[0], buffer, 100);
  syscall(SYS_ppoll, polled, 1, &moment, NULL, 0);
  syscall(SYS_ppoll, NULL, 0, &none, NULL, 0);
  uint64_t readable[16] = {1 << ends[0]}, writable[16] = {1 << ends[1] | 1 << 20};
  syscall(SYS_pselect6, 32, readable, writable, NULL, &none, NULL);
  syscall(SYS_pselect6, 32, readable, NULL, NULL, &moment, NULL);
  struct {
    void *mask;
    uint64_t size;
  } masked = {&mask, 8};
  syscall(SYS_pselect6, 0, NULL, NULL, NULL, &none, &masked);
  syscall(SYS_ioctl, ends[0], FIONREAD, buffer);
  struct termios terminal;
  syscall(SYS_ioctl, file, TCGETS, &terminal);
  syscall(SYS_ioctl, file, TIOCGWINSZ, buffer);
  syscall(SYS_ioctl, file, TIOCGPGRP, buffer);
  syscall(SYS_close_range, 3, 100, 0);
}

static void memory(void) {
  char *area = (char *)syscall(SYS_mmap, NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int file = syscall(SYS_openat, AT_FDCWD, "file", O_RDWR);
  syscall(SYS_mmap, NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0x1000);
  syscall(SYS_mmap, area, 4096, PROT_NONE, MAP_SHARED | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  syscall(SYS_mmap, NULL, 0, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_POPULATE, -1, 0);
  syscall(SYS_mprotect, area, 4096, PROT_READ | PROT_WRITE);
  syscall(SYS_mprotect, (char *)1, 4096, PROT_NONE);
  syscall(SYS_madvise, area, 4096, MADV_DONTNEED);
  syscall(SYS_madvise, area, 4096, 999);
  syscall(SYS_mremap, area + 4096, 8192, 4096, 0);
  syscall(SYS_mremap, area, 4096, 8192, MREMAP_MAYMOVE);
  syscall(SYS_msync, area, 1, MS_SYNC);
  syscall(SYS_munmap, area + 8192, 8192);
  syscall(SYS_munmap, 1, 1);
  syscall(SYS_brk, NULL);
  syscall(SYS_close, file);
}

static void handler(int number) { (void)number; }

static void signals(void) {
  struct kernel_action action = {(uintptr_t)handler, SA_RESTART | SA_SIGINFO, 0}, old;
  // The C library knows what an action needs here (SA_RESTORER).
  sigaction(SIGUSR1, &(struct sigaction){.sa_handler = handler, .sa_flags = SA_RESTART}, NULL);
  syscall(SYS_rt_sigaction, SIGUSR1, NULL, &action, 8);
  action.mask = 1 << (SIGINT - 1) | 1 << (SIGTERM - 1);
  syscall(SYS_rt_sigaction, SIGUSR1, &action, &old, 8);
  action.handler = (uintptr_t)SIG_IGN;
  action.flags &= SA_SIGINFO | 0x4000000;
  action.mask = 0;
  syscall(SYS_rt_sigaction, SIGUSR2, &action, NULL, 8);
  action.handler = (uintptr_t)SIG_DFL;
  syscall(SYS_rt_sigaction, SIGUSR2, &action, &old, 8);
  syscall(SYS_rt_sigaction, SIGKILL, &action, NULL, 8);
  action.flags |= SA_SIGINFO | SA_NOCLDSTOP | SA_NODEFER | SA_ONSTACK | SA_RESETHAND;
  syscall(SYS_rt_sigaction, SIGUSR2, &action, NULL, 8);
  syscall(SYS_rt_sigaction, 99, NULL, NULL, 8);
  uint64_t set = 1 << (SIGUSR2 - 1) | 1 << (SIGCHLD - 1), before, all = ~0ul, most = ~(uint64_t)(1 << (SIGHUP - 1)),
           real = 1ull << 31 | 1ull << 33 | 1ull << 40 | 1ull << 63;
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, &before, 8);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, 8);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &most, &before, 8);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &real, NULL, 8);
  syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, NULL, &before, 8);
  set = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, NULL, 8);
  syscall(SYS_rt_sigprocmask, 17, &set, NULL, 8);
  syscall(SYS_rt_sigpending, &before, 8);
  syscall(SYS_kill, syscall(SYS_getpid), 0);
  syscall(SYS_kill, 0x7ffffff, SIGTERM);
  syscall(SYS_tgkill, syscall(SYS_getpid), syscall(SYS_gettid), SIGUSR1);
  syscall(SYS_tkill, syscall(SYS_gettid), SIGUSR1);
  set = 1 << (SIGUSR2 - 1);
  struct timespec moment = {0, 1000000};
  syscall(SYS_rt_sigtimedwait, &set, NULL, &moment, 8);
  siginfo_t information;
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 8);
  syscall(SYS_kill, syscall(SYS_getpid), SIGUSR2);
  syscall(SYS_rt_sigpending, &before, 8);
  syscall(SYS_rt_sigtimedwait, &set, &information, NULL, 8);
  stack_t stack = {buffer, 0, sizeof buffer}, was;
  syscall(SYS_sigaltstack, &stack, &was);
  stack.ss_flags = SS_DISABLE;
  syscall(SYS_sigaltstack, &stack, NULL);
  set = ~(uint64_t)(1 << (SIGUSR1 - 1));
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, &(uint64_t){1 << (SIGUSR1 - 1)}, NULL, 8);
  syscall(SYS_kill, syscall(SYS_getpid), SIGUSR1);
  syscall(SYS_rt_sigsuspend, &set, 8);
}

static void processes(void) {
  int status = 0, child;
  struct rusage usage;
  syscall(SYS_wait4, -1, &status, WNOHANG, NULL);
  syscall(SYS_wait4, -1, NULL, __WALL | WUNTRACED, &usage);
  siginfo_t information;
  syscall(SYS_waitid, P_ALL, 0, &information, WEXITED | WNOHANG, NULL);
  syscall(SYS_execve, "none", ((char *[]){"none", "-c", "0123456789012345678901234567890123", NULL}),
          ((char *[]){"A=1", "B=2", NULL}));
  syscall(SYS_execve, "none", ((char *[]){NULL}), ((char *[]){"A=1", NULL}));
  syscall(SYS_execve, "none", NULL, NULL);
  syscall(SYS_execve, "none", nowhere, nowhere);
  syscall(SYS_getpgid, 0);
  syscall(SYS_getsid, 0x7ffffff);
  syscall(SYS_setpgid, 0x7ffffff, 0);
  struct rlimit limit = {8192 * 1024, RLIM_INFINITY}, old;
  syscall(SYS_prlimit64, 0, RLIMIT_STACK, &limit, &old);
  syscall(SYS_prlimit64, 0, RLIMIT_STACK, NULL, &old);
  syscall(SYS_prlimit64, 0, 99, NULL, &old);
  syscall(SYS_prlimit64, 0, RLIMIT_CORE, &((struct rlimit){0, 1000}), NULL);
  syscall(SYS_getrusage, 7, &usage);
  syscall(SYS_getpriority, PRIO_PROCESS, 0);
  syscall(SYS_prctl, PR_SET_NAME, "a name", 0, 0, 0);
  syscall(SYS_prctl, PR_GET_NAME, buffer, 0, 0, 0);
  syscall(SYS_sched_yield);
  syscall(SYS_futex, &status, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
  syscall(SYS_futex, &status, FUTEX_WAIT, 1, NULL, NULL, 0);
  struct timespec moment = {0, 1000000};
  syscall(SYS_futex, &status, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, 0, &moment, NULL, -1);
}

static void times_and_names(void) {
  struct timespec moment = {0, 1000000}, left;
  syscall(SYS_nanosleep, &moment, NULL);
  syscall(SYS_nanosleep, &moment, &left);
  moment.tv_nsec = 2000000000;
  syscall(SYS_nanosleep, &moment, NULL);
  moment.tv_nsec = 0;
  syscall(SYS_clock_nanosleep, CLOCK_REALTIME, 0, &moment, NULL);
  syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, &left);
  syscall(SYS_clock_gettime, 99, &left);
  syscall(SYS_clock_getres, CLOCK_MONOTONIC, &left);
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, nowhere);
  syscall(SYS_getrandom, buffer, 8, 9999);
  syscall(SYS_uname, nowhere);
}

static void events(void) {
  struct epoll_event event = {EPOLLIN | EPOLLET | EPOLLRDHUP, {.u64 = 0x1122334455667788}}, several[4];
  int polls = syscall(SYS_epoll_create1, EPOLL_CLOEXEC);
  int counter = syscall(SYS_eventfd2, 3, EFD_NONBLOCK | EFD_SEMAPHORE);
  syscall(SYS_epoll_ctl, polls, EPOLL_CTL_ADD, counter, &event);
  syscall(SYS_epoll_ctl, polls, EPOLL_CTL_ADD, counter, &event);
  syscall(SYS_epoll_pwait, polls, several, 4, 0, NULL, 8);
  syscall(SYS_epoll_pwait, polls, several, 4, 1, NULL, 8);
  event.events = 0;
  syscall(SYS_epoll_ctl, polls, EPOLL_CTL_MOD, counter, &event);
  syscall(SYS_epoll_ctl, polls, EPOLL_CTL_DEL, counter, NULL);
  syscall(SYS_epoll_ctl, polls, 9, counter, &event);
  syscall(SYS_epoll_pwait, 99, several, 4, -1, NULL, 8);
  uint64_t set = 1 << (SIGUSR2 - 1);
  syscall(SYS_signalfd4, -1, &set, 8, SFD_CLOEXEC | SFD_NONBLOCK);
  struct itimerspec once = {{0, 0}, {1000, 0}}, was;
  int timer = syscall(SYS_timerfd_create, CLOCK_MONOTONIC, TFD_NONBLOCK);
  syscall(SYS_timerfd_settime, timer, 0, &once, &was);
  syscall(SYS_timerfd_settime, 99, TFD_TIMER_ABSTIME, &once, NULL);
  int watch = syscall(SYS_inotify_init1, IN_NONBLOCK);
  syscall(SYS_inotify_add_watch, watch, "none", IN_CREATE | IN_DELETE | IN_ONLYDIR);
  syscall(SYS_inotify_rm_watch, watch, 1);
  syscall(SYS_memfd_create, "name", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  struct itimerval interval = {{0, 0}, {1000, 500000}}, before;
  syscall(SYS_setitimer, ITIMER_REAL, &interval, &before);
  syscall(SYS_setitimer, ITIMER_REAL, &(struct itimerval){}, NULL);
  syscall(SYS_setitimer, 9, &interval, NULL);
  syscall(SYS_close_range, 3, ~0, 0);
}

static void unknown(void) {
  syscall(499, 1, 2, 3, 4, 5, 6);
  syscall(SYS_setresuid, -1, -1, -1);
  syscall(SYS_socket, 99, 1, 0);
}

static int fork_raw(void) {
  int child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (child < 0) _exit(1);  // what follows would signal every process
  return child;
}

// Each ends before the next begins; SIGCHLD waits until all have.
static void children(void) {
  uint64_t set = 1 << (SIGCHLD - 1);
  int status, ends[2], child;
  struct rusage usage;
  struct timespec moment = {0, 100000000};
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, NULL, 8);
  if ((child = fork_raw()) == 0) _exit(3);
  syscall(SYS_wait4, child, &status, 0, NULL);
  if ((child = fork_raw()) == 0) *(volatile int *)8 = 1;
  syscall(SYS_wait4, -1, &status, 0, &usage);
  if ((child = fork_raw()) == 0) {
    syscall(SYS_execve, "./program", ((char *[]){"./program", "leaf", NULL}), ((char *[]){NULL}));
    _exit(9);
  }
  syscall(SYS_wait4, -1, &status, __WALL, NULL);
  syscall(SYS_pipe2, ends, 0);
  if ((child = fork_raw()) == 0) {
    syscall(SYS_read, ends[0], buffer, 10);
    _exit(9);
  }
  syscall(SYS_nanosleep, &moment, NULL);
  syscall(SYS_kill, child, SIGKILL);
  syscall(SYS_wait4, child, &status, 0, NULL);
  if ((child = fork_raw()) == 0) {
    // Again and again, so that one comes while it reads.
    struct itimerval often = {{0, 20000}, {0, 20000}};
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = handler}, NULL);
    syscall(SYS_setitimer, ITIMER_REAL, &often, NULL);
    syscall(SYS_read, ends[0], buffer, 10);
    _exit(0);
  }
  siginfo_t information;
  syscall(SYS_waitid, P_PID, child, &information, WEXITED, NULL);
  syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, NULL, 8);
}

int main(int count, char **arguments) {
  if (count == 2 && strcmp(arguments[1], "leaf") == 0) {
    mark("leaf");
    return 5;
  }
  // More than a pipe holds.
  if (strcmp(arguments[1], "many") == 0) {
    for (int i = 0; i < 100000; ++i) syscall(SYS_getpid);
  }
  if (chdir(arguments[1]) != 0) return 1;
  mark("begin");
  strings();
  files();
  status();
  descriptors();
  memory();
  signals();
  processes();
  times_and_names();
  events();
  unknown();
  children();
  mark("end");
  return 7;
}
