// The implementation of each system call, as its page in section 2 of the manual has it. All run on the vCPU's thread
// and answer the result or minus an errno (or a Restart). Parameters have the types of the kernel's own.
#ifndef VMP_LINUX_CALLS_CALLS_H
#define VMP_LINUX_CALLS_CALLS_H

#include "calls/system_call.h"
#include "errno_or.h"
#include "process.h"

namespace vmp_linux::calls {

using Ptr = GuestPointer;

// open.cc
int64_t openat(Thread &, int directory, Ptr path, uint32_t flags, uint32_t mode);
int64_t close(Thread &, int descriptor);
int64_t close_range(Thread &, uint32_t first, uint32_t last, uint32_t flags);
int64_t pipe2(Thread &, Ptr descriptors, uint32_t flags);
// read_write.cc
int64_t read(Thread &, int descriptor, Ptr buffer, uint64_t size);
int64_t write(Thread &, int descriptor, Ptr buffer, uint64_t size);
int64_t readv(Thread &, int descriptor, Ptr vectors, uint64_t count);
int64_t writev(Thread &, int descriptor, Ptr vectors, uint64_t count);
int64_t pread64(Thread &, int descriptor, Ptr buffer, uint64_t size, int64_t offset);
int64_t pwrite64(Thread &, int descriptor, Ptr buffer, uint64_t size, int64_t offset);
int64_t preadv(Thread &, int descriptor, Ptr vectors, uint64_t count, int64_t offset, uint64_t high);
int64_t pwritev(Thread &, int descriptor, Ptr vectors, uint64_t count, int64_t offset, uint64_t high);
int64_t preadv2(Thread &, int descriptor, Ptr vectors, uint64_t count, int64_t offset, uint64_t high, uint32_t flags);
int64_t pwritev2(Thread &, int descriptor, Ptr vectors, uint64_t count, int64_t offset, uint64_t high, uint32_t flags);
int64_t lseek(Thread &, int descriptor, int64_t offset, uint32_t whence);
// copy.cc
int64_t sendfile(Thread &, int to, int from, Ptr offset, uint64_t size);
int64_t copy_file_range(Thread &, int from, Ptr from_offset, int to, Ptr to_offset, uint64_t size, uint32_t flags);
// splice.cc
int64_t splice(Thread &, int from, Ptr from_offset, int to, Ptr to_offset, uint64_t size, uint32_t flags);
int64_t tee(Thread &, int from, int to, uint64_t size, uint32_t flags);
int64_t vmsplice(Thread &, int descriptor, Ptr from, uint64_t count, uint32_t flags);
// file_size.cc
int64_t ftruncate(Thread &, int descriptor, int64_t size);
int64_t truncate(Thread &, Ptr path, int64_t size);
int64_t fallocate(Thread &, int descriptor, int mode, int64_t offset, int64_t size);
int64_t fsync(Thread &, int descriptor);
int64_t fdatasync(Thread &, int descriptor);
int64_t sync(Thread &);
int64_t syncfs(Thread &, int descriptor);
int64_t sync_file_range(Thread &, int descriptor, int64_t offset, int64_t size, uint32_t flags);
int64_t fadvise64(Thread &, int descriptor, int64_t offset, uint64_t size, int advice);
int64_t readahead(Thread &, int descriptor, int64_t offset, uint64_t size);
// stat.cc
int64_t fstat(Thread &, int descriptor, Ptr status);
int64_t newfstatat(Thread &, int directory, Ptr path, Ptr status, uint32_t flags);
int64_t statx(Thread &, int directory, Ptr path, uint32_t flags, uint32_t mask, Ptr status);
int64_t statfs(Thread &, Ptr path, Ptr status);
int64_t fstatfs(Thread &, int descriptor, Ptr status);
int64_t faccessat(Thread &, int directory, Ptr path, uint32_t mode);
int64_t faccessat2(Thread &, int directory, Ptr path, uint32_t mode, uint32_t flags);
// directory.cc
int64_t getdents64(Thread &, int descriptor, Ptr entries, uint32_t size);
int64_t readlinkat(Thread &, int directory, Ptr path, Ptr buffer, int size);
int64_t chdir(Thread &, Ptr path);
int64_t fchdir(Thread &, int descriptor);
int64_t getcwd(Thread &, Ptr buffer, uint64_t size);
// names.cc
int64_t mkdirat(Thread &, int directory, Ptr path, uint32_t mode);
int64_t mknodat(Thread &, int directory, Ptr path, uint32_t mode, uint32_t device);
int64_t unlinkat(Thread &, int directory, Ptr path, uint32_t flags);
int64_t renameat2(Thread &, int from_directory, Ptr from, int to_directory, Ptr to, uint32_t flags);
int64_t linkat(Thread &, int from_directory, Ptr from, int to_directory, Ptr to, uint32_t flags);
int64_t symlinkat(Thread &, Ptr target, int directory, Ptr path);
// attributes.cc
int64_t fchmod(Thread &, int descriptor, uint32_t mode);
int64_t fchmodat(Thread &, int directory, Ptr path, uint32_t mode);
int64_t fchown(Thread &, int descriptor, uint32_t user, uint32_t group);
int64_t fchownat(Thread &, int directory, Ptr path, uint32_t user, uint32_t group, uint32_t flags);
int64_t utimensat(Thread &, int directory, Ptr path, Ptr times, uint32_t flags);
int64_t umask(Thread &, uint32_t mask);
int64_t getxattr(Thread &, Ptr path);
int64_t setxattr(Thread &, Ptr path);
int64_t listxattr(Thread &, Ptr path);
int64_t removexattr(Thread &, Ptr path);
int64_t lgetxattr(Thread &, Ptr path);
int64_t lsetxattr(Thread &, Ptr path);
int64_t llistxattr(Thread &, Ptr path);
int64_t lremovexattr(Thread &, Ptr path);
// descriptors.cc
int64_t dup(Thread &, int descriptor);
int64_t dup3(Thread &, int descriptor, int to, uint32_t flags);
int64_t fcntl(Thread &, int descriptor, uint32_t command, uint64_t argument);
// locks.cc
int64_t flock(Thread &, int descriptor, uint32_t operation);
int64_t lock_file(Thread &, FileDescription &file, uint32_t command, Ptr lock);  // fcntl's lock commands
// terminal.cc
int64_t ioctl(Thread &, int descriptor, uint32_t request, uint64_t argument);
// poll.cc
int64_t ppoll(Thread &, Ptr descriptors, uint32_t count, Ptr timeout, Ptr mask, uint64_t mask_size);
int64_t poll(Thread &, Ptr descriptors, uint32_t count, int milliseconds);
// select.cc
int64_t pselect6(Thread &, int count, Ptr readable, Ptr writable, Ptr exceptional, Ptr timeout, Ptr mask);
int64_t select(Thread &, int count, Ptr readable, Ptr writable, Ptr exceptional, Ptr timeout);
// epoll.cc
int64_t epoll_create1(Thread &, uint32_t flags);
int64_t epoll_create(Thread &, int size);
int64_t epoll_ctl(Thread &, int descriptor, int operation, int target, Ptr event);
int64_t epoll_wait(Thread &, int descriptor, Ptr events, int most, int milliseconds);
int64_t epoll_pwait(Thread &, int descriptor, Ptr events, int most, int milliseconds, Ptr mask, uint64_t mask_size);
int64_t epoll_pwait2(Thread &, int descriptor, Ptr events, int most, Ptr timeout, Ptr mask, uint64_t mask_size);
// event_files.cc
int64_t eventfd2(Thread &, uint32_t count, uint32_t flags);
int64_t eventfd(Thread &, uint32_t count);
int64_t timerfd_create(Thread &, int clock, uint32_t flags);
int64_t timerfd_settime(Thread &, int descriptor, int flags, Ptr time, Ptr old);
int64_t timerfd_gettime(Thread &, int descriptor, Ptr time);
int64_t signalfd4(Thread &, int descriptor, Ptr mask, uint64_t mask_size, uint32_t flags);
int64_t signalfd(Thread &, int descriptor, Ptr mask, uint64_t mask_size);
int64_t inotify_init1(Thread &, uint32_t flags);
int64_t inotify_init(Thread &);
int64_t inotify_add_watch(Thread &, int descriptor, Ptr path, uint32_t mask);
int64_t inotify_rm_watch(Thread &, int descriptor, int watch);
int64_t memfd_create(Thread &, Ptr name, uint32_t flags);
// legacy.cc
int64_t open(Thread &, Ptr path, uint32_t flags, uint32_t mode);
int64_t creat(Thread &, Ptr path, uint32_t mode);
int64_t pipe(Thread &, Ptr descriptors);
int64_t dup2(Thread &, int descriptor, int to);
int64_t stat(Thread &, Ptr path, Ptr status);
int64_t lstat(Thread &, Ptr path, Ptr status);
int64_t access(Thread &, Ptr path, uint32_t mode);
int64_t readlink(Thread &, Ptr path, Ptr buffer, int size);
int64_t mkdir(Thread &, Ptr path, uint32_t mode);
int64_t mknod(Thread &, Ptr path, uint32_t mode, uint32_t device);
int64_t rmdir(Thread &, Ptr path);
int64_t unlink(Thread &, Ptr path);
int64_t rename(Thread &, Ptr from, Ptr to);
int64_t renameat(Thread &, int from_directory, Ptr from, int to_directory, Ptr to);
int64_t link(Thread &, Ptr from, Ptr to);
int64_t symlink(Thread &, Ptr target, Ptr path);
int64_t chmod(Thread &, Ptr path, uint32_t mode);
int64_t chown(Thread &, Ptr path, uint32_t user, uint32_t group);
int64_t lchown(Thread &, Ptr path, uint32_t user, uint32_t group);
int64_t utime(Thread &, Ptr path, Ptr times);
int64_t utimes(Thread &, Ptr path, Ptr times);
int64_t futimesat(Thread &, int directory, Ptr path, Ptr times);
int64_t getdents(Thread &, int descriptor, Ptr entries, uint32_t size);
// memory.cc
int64_t brk(Thread &, uint64_t end);
int64_t mmap(Thread &, uint64_t address, uint64_t size, uint64_t protection, uint64_t flags, int descriptor,
             uint64_t offset);
int64_t munmap(Thread &, uint64_t address, uint64_t size);
int64_t mprotect(Thread &, uint64_t address, uint64_t size, uint64_t protection);
int64_t madvise(Thread &, uint64_t address, uint64_t size, int advice);
int64_t msync(Thread &, uint64_t address, uint64_t size, int flags);
int64_t mincore(Thread &, uint64_t address, uint64_t size, Ptr vector);
int64_t mlock(Thread &, uint64_t address, uint64_t size);
int64_t mlock2(Thread &, uint64_t address, uint64_t size, int flags);
int64_t munlock(Thread &, uint64_t address, uint64_t size);
int64_t mlockall(Thread &, int flags);
int64_t munlockall(Thread &);
int64_t riscv_flush_icache(Thread &, uint64_t start, uint64_t end, uint64_t flags);
// remap.cc
int64_t mremap(Thread &, uint64_t address, uint64_t old_size, uint64_t new_size, uint64_t flags, uint64_t new_address);
// time.cc
int64_t clock_gettime(Thread &, int clock, Ptr time);
int64_t clock_getres(Thread &, int clock, Ptr resolution);
int64_t clock_settime(Thread &, int clock, Ptr time);
int64_t clock_adjtime(Thread &, int clock, Ptr state);
int64_t adjtimex(Thread &, Ptr state);
int64_t settimeofday(Thread &, Ptr time, Ptr zone);
int64_t clock_nanosleep(Thread &, int clock, int flags, Ptr request, Ptr remaining);
int64_t nanosleep(Thread &, Ptr request, Ptr remaining);
int64_t gettimeofday(Thread &, Ptr time, Ptr zone);
int64_t time(Thread &, Ptr time);
int64_t times(Thread &, Ptr times);
int64_t getrusage(Thread &, int who, Ptr usage);
// timers.cc
int64_t alarm(Thread &, uint32_t seconds);
int64_t getitimer(Thread &, int which, Ptr value);
int64_t setitimer(Thread &, int which, Ptr value, Ptr old_value);
int64_t timer_create(Thread &, int clock, Ptr event, Ptr timer);
int64_t timer_settime(Thread &, int timer, int flags, Ptr value, Ptr old_value);
int64_t timer_gettime(Thread &, int timer, Ptr value);
int64_t timer_getoverrun(Thread &, int timer);
int64_t timer_delete(Thread &, int timer);
// identity.cc
int64_t getpid(Thread &);
int64_t arch_prctl(Thread &, int, uint64_t);
int64_t getppid(Thread &);
int64_t gettid(Thread &);
int64_t getuid(Thread &);
int64_t geteuid(Thread &);
int64_t getgid(Thread &);
int64_t getegid(Thread &);
int64_t getresuid(Thread &, Ptr real, Ptr effective, Ptr saved);
int64_t getresgid(Thread &, Ptr real, Ptr effective, Ptr saved);
int64_t getgroups(Thread &, int size, Ptr groups);
int64_t setuid(Thread &, uint32_t user);
int64_t setgid(Thread &, uint32_t group);
int64_t setreuid(Thread &, uint32_t real, uint32_t effective);
int64_t setregid(Thread &, uint32_t real, uint32_t effective);
int64_t setresuid(Thread &, uint32_t real, uint32_t effective, uint32_t saved);
int64_t setresgid(Thread &, uint32_t real, uint32_t effective, uint32_t saved);
int64_t setfsuid(Thread &, uint32_t user);
int64_t setfsgid(Thread &, uint32_t group);
int64_t getpgid(Thread &, int process);
int64_t setpgid(Thread &, int process, int group);
int64_t getsid(Thread &, int process);
int64_t setsid(Thread &);
int64_t getpgrp(Thread &);
// system.cc
int64_t uname(Thread &, Ptr name);
int64_t sysinfo(Thread &, Ptr information);
int64_t getrandom(Thread &, Ptr buffer, uint64_t size, uint32_t flags);
int64_t prctl(Thread &, int option, uint64_t a, uint64_t b, uint64_t c, uint64_t d);
int64_t personality(Thread &, uint32_t persona);
int64_t membarrier(Thread &, int command, uint32_t flags, int processor);
// limits.cc
int64_t prlimit64(Thread &, int process, uint32_t resource, Ptr new_limit, Ptr old_limit);
int64_t getrlimit(Thread &, uint32_t resource, Ptr limit);
int64_t setrlimit(Thread &, uint32_t resource, Ptr limit);
int64_t getpriority(Thread &, int which, int who);
int64_t setpriority(Thread &, int which, int who, int nice);
// scheduling.cc
int64_t sched_getaffinity(Thread &, int process, uint32_t size, Ptr mask);
int64_t sched_setaffinity(Thread &, int process, uint32_t size, Ptr mask);
int64_t sched_getscheduler(Thread &, int process);
int64_t sched_getparam(Thread &, int process, Ptr parameter);
int64_t sched_setscheduler(Thread &, int process, int policy, Ptr parameter);
int64_t sched_setparam(Thread &, int process, Ptr parameter);
int64_t sched_getattr(Thread &, int process, Ptr attributes, uint32_t size, uint32_t flags);
int64_t sched_setattr(Thread &, int process, Ptr attributes, uint32_t flags);
int64_t sched_rr_get_interval(Thread &, int process, Ptr interval);
int64_t sched_get_priority_max(Thread &, int policy);
int64_t sched_get_priority_min(Thread &, int policy);
int64_t sched_yield(Thread &);
int64_t getcpu(Thread &, Ptr processor, Ptr node, Ptr unused);
// signal.cc, signal_wait.cc
int64_t rt_sigaction(Thread &, int signal, Ptr action, Ptr old, uint64_t mask_size);
int64_t rt_sigprocmask(Thread &, int how, Ptr mask, Ptr old, uint64_t mask_size);
int64_t rt_sigpending(Thread &, Ptr mask, uint64_t mask_size);
int64_t rt_sigsuspend(Thread &, Ptr mask, uint64_t mask_size);
int64_t rt_sigtimedwait(Thread &, Ptr mask, Ptr information, Ptr timeout, uint64_t mask_size);
int64_t rt_sigqueueinfo(Thread &, int process, int signal, Ptr information);
int64_t rt_tgsigqueueinfo(Thread &, int process, int thread, int signal, Ptr information);
int64_t sigaltstack(Thread &, Ptr stack, Ptr old);
int64_t rt_sigreturn(Thread &);
int64_t kill(Thread &, int process, int signal);
int64_t tkill(Thread &, int thread, int signal);
int64_t pause(Thread &);
int64_t tgkill(Thread &, int process, int thread, int signal);
// process.cc
int64_t exit(Thread &, int code);
int64_t exit_group(Thread &, int code);
int64_t wait4(Thread &, int process, Ptr status, int options, Ptr usage);
int64_t waitid(Thread &, int which, int id, Ptr information, int options, Ptr usage);
int64_t set_tid_address(Thread &, Ptr address);
int64_t set_robust_list(Thread &, Ptr head, uint64_t size);
int64_t clone(Thread &, uint64_t flags, uint64_t stack, uint64_t parent_id, uint64_t fourth, uint64_t fifth);
int64_t clone3(Thread &, Ptr arguments, uint64_t size);
int64_t fork(Thread &);
int64_t vfork(Thread &);
int64_t execve(Thread &, Ptr path, Ptr arguments, Ptr environment);
int64_t execveat(Thread &, int directory, Ptr path, Ptr arguments, Ptr environment, uint32_t flags);
// futex.cc
int64_t futex(Thread &, Ptr word, int operation, uint32_t value, Ptr timeout, Ptr second, uint32_t third);

}  // namespace vmp_linux::calls
#endif
