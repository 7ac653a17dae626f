// Who and where a process is, and what it may use.
#include <elf.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

extern char **environ;

int main(int count, char **arguments) {
  printf("%d arguments:", count);
  for (int i = 0; i <= count; ++i) printf(" [%s]", arguments[i] == NULL ? "(null)" : arguments[i]);
  printf("\nTEST_VALUE=%s\n", getenv("TEST_VALUE"));
  struct utsname name;
  REPORT(uname(&name));
  printf("%s %s\n", name.sysname, name.machine);
  REPORT(getpid() > 1);
  REPORT(getpgid(0) > 0 && getpgid(0) == getpgrp());
  REPORT(getuid() == geteuid() && getgid() == getegid() && getuid() == getauxval(AT_UID));
  uid_t a, b, c;
  REPORT(getresuid(&a, &b, &c));
  REPORT(a == b && b == c);
  printf("%lu %lu %lu %lu\n", getauxval(AT_PAGESZ), getauxval(AT_CLKTCK), getauxval(AT_PHENT), getauxval(AT_SECURE));
  REPORT(getauxval(AT_PHDR) != 0 && getauxval(AT_ENTRY) != 0 && getauxval(AT_RANDOM) != 0);
#if defined(__riscv)  // I M A F D C
  REPORT((getauxval(AT_HWCAP) & 0x112d) == 0x112d);
#endif
  REPORT(strcmp((char *)getauxval(AT_EXECFN), arguments[0]) == 0);
  unsigned char random[16] = {0};
  REPORT(getrandom(random, 16, 0));
  REPORT(memcmp(random, (void *)getauxval(AT_RANDOM), 16) != 0);
  REPORT(getentropy(random, 300));
  REPORT(getrandom((void *)8, 16, 0));
  REPORT(getrandom(random, 16, 0xff));
  struct timespec time, later;
  REPORT(clock_gettime(CLOCK_REALTIME, &time));
  REPORT(time.tv_sec > 1600000000);
  REPORT(clock_gettime(CLOCK_MONOTONIC, &time));
  REPORT(clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){0, 3000000}, NULL));
  REPORT(clock_gettime(CLOCK_MONOTONIC, &later));
  REPORT((later.tv_sec - time.tv_sec) * 1000000000 + later.tv_nsec - time.tv_nsec >= 3000000);
  REPORT(clock_gettime(99, &time));
  REPORT(syscall(SYS_clock_gettime, CLOCK_REALTIME, (void *)8));  // the library may do it without a call
  REPORT(clock_getres(CLOCK_MONOTONIC, &time));
  REPORT(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time));
  REPORT(time.tv_sec < 5);
  struct timeval day;
  REPORT(gettimeofday(&day, NULL));
  struct tms ticks;
  REPORT(times(&ticks) > 0);
  struct rusage usage;
  REPORT(getrusage(RUSAGE_SELF, &usage));
  REPORT(getrusage(55, &usage));
  struct sysinfo information;
  REPORT(sysinfo(&information));
  REPORT(information.totalram * information.mem_unit > 1000000);
  struct rlimit limit;
  REPORT(getrlimit(RLIMIT_STACK, &limit));
  printf("%ld\n", (long)limit.rlim_cur);
  REPORT(getrlimit(99, &limit));
  limit.rlim_cur = 5;
  limit.rlim_max = 4;
  REPORT(setrlimit(RLIMIT_CORE, &limit));
  clockid_t own;
  REPORT(clock_getcpuclockid(0, &own));
  REPORT(clock_gettime(own, &time));
  REPORT(clock_getcpuclockid(getpid(), &own));
  REPORT(clock_gettime(own, &time));
  REPORT(pthread_getcpuclockid(pthread_self(), &own));
  REPORT(clock_gettime(own, &time));
  REPORT(clock_gettime(-5, &time));
  char title[20] = {0};
  int comm = open("/proc/self/comm", O_RDONLY);
  REPORT(prctl(PR_SET_NAME, "first"));
  REPORT(read(comm, title, 3));
  REPORT(read(comm, title + 3, 15));
  REPORT(read(comm, title, 15));
  printf("%s", title);
  REPORT(prctl(PR_SET_NAME, "next"));
  memset(title, 0, sizeof title);
  REPORT(lseek(comm, 0, SEEK_SET));
  REPORT(read(comm, title, 15));
  REPORT(pread(comm, title + 5, 2, 1));
  printf("%s\n", title);
  struct stat text;
  REPORT(fstat(comm, &text));
  printf("%o %ld\n", text.st_mode & S_IFMT, (long)text.st_size);
  REPORT(syscall(SYS_getdents64, comm, title, 20));
  REPORT(lseek(comm, 0, SEEK_SET));
  REPORT(read(comm, (void *)8, 1));
  memset(title, 0, sizeof title);
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", comm);
  int again = open(link, O_RDONLY);
  REPORT(read(again, title, 15));
  REPORT(lseek(comm, 0, SEEK_CUR));
  REPORT(open(link, O_RDONLY | O_DIRECTORY));
  printf("%s\n", title);
  REPORT(prctl(PR_SET_NAME, "a long name of a thread"));
  REPORT(prctl(PR_GET_NAME, title));
  printf("%s\n", title);
  REPORT(prctl(12345, 0));
  REPORT(sched_yield());
  cpu_set_t processors;
  REPORT(sched_getaffinity(0, sizeof processors, &processors) >= 0);
  REPORT(CPU_COUNT(&processors) >= 1);
  REPORT(waitpid(-1, NULL, 0));
  REPORT(getppid() > 0);
  REPORT(getpriority(PRIO_PROCESS, 0));
  REPORT(umask(0) <= 0777);
  fflush(stdout);
  _exit(259);
}
