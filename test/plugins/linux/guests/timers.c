// Timers and clocks of one process: what they refuse, and that each fires with what it promised.
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

static volatile sig_atomic_t count, code, value, overrun_is_sane;

static void on_signal(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)context;
  ++count;
  code = info->si_code;
  value = info->si_value.sival_int;
  overrun_is_sane = info->si_overrun >= 0;
}

static void handle(int number, int flags) {
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | flags};
  sigaction(number, &action, NULL);
  count = code = value = 0;
}

static void wait_for(int wanted) {
  sigset_t alarms, before;
  sigemptyset(&alarms);
  sigaddset(&alarms, SIGALRM);
  sigaddset(&alarms, SIGUSR1);
  sigaddset(&alarms, SIGRTMIN + 3);
  sigprocmask(SIG_BLOCK, &alarms, &before);
  while (count < wanted) sigsuspend(&before);
  sigprocmask(SIG_SETMASK, &before, NULL);
}

static void compute_until(int wanted) {
  volatile unsigned long work = 0;
  while (count < wanted) ++work;
}

static void interval_timers(void) {
  struct itimerval timer, old;
  REPORT(getitimer(ITIMER_REAL, &timer));
  printf("%ld %ld %ld %ld\n", timer.it_value.tv_sec, timer.it_value.tv_usec, timer.it_interval.tv_sec,
         timer.it_interval.tv_usec);
  REPORT(syscall(SYS_setitimer, 5, &timer, NULL));
  REPORT(getitimer(-1, &timer));
  timer = (struct itimerval){.it_value = {0, 1000000}};
  REPORT(setitimer(ITIMER_REAL, &timer, NULL));
  timer = (struct itimerval){.it_value = {-1, 0}};
  REPORT(setitimer(ITIMER_REAL, &timer, NULL));
  REPORT(syscall(SYS_setitimer, ITIMER_REAL, 8, NULL));

  timer = (struct itimerval){.it_value = {1000, 0}, .it_interval = {7, 5000}};
  REPORT(setitimer(ITIMER_REAL, &timer, NULL));
  REPORT(getitimer(ITIMER_REAL, &old));
  printf("left %d, interval %ld %ld\n", old.it_value.tv_sec >= 900 && old.it_value.tv_sec <= 1000,
         old.it_interval.tv_sec, old.it_interval.tv_usec);
  REPORT(alarm(500) > 900);
  REPORT(alarm(0) > 400);
  REPORT(alarm(0));

  handle(SIGALRM, 0);
  timer = (struct itimerval){.it_value = {0, 2000}};
  REPORT(setitimer(ITIMER_REAL, &timer, NULL));
  wait_for(1);
  printf("once %d, code %d\n", count, code == SI_KERNEL);
  getitimer(ITIMER_REAL, &old);
  printf("then disarmed %d\n", old.it_value.tv_sec == 0 && old.it_value.tv_usec == 0);
  timer.it_interval.tv_usec = 1000;
  REPORT(setitimer(ITIMER_REAL, &timer, NULL));
  wait_for(6);
  REPORT(setitimer(ITIMER_REAL, &(struct itimerval){0}, &old));
  printf("again and again %d, interval %ld\n", count >= 6, old.it_interval.tv_usec);
  handle(SIGVTALRM, 0);
  timer = (struct itimerval){.it_value = {0, 5000}, .it_interval = {0, 5000}};
  REPORT(setitimer(ITIMER_VIRTUAL, &timer, NULL));
  compute_until(2);
  REPORT(setitimer(ITIMER_VIRTUAL, &(struct itimerval){0}, NULL));
  handle(SIGPROF, 0);
  REPORT(setitimer(ITIMER_PROF, &timer, NULL));
  compute_until(2);
  REPORT(setitimer(ITIMER_PROF, &(struct itimerval){0}, NULL));
  printf("code %d\n", code == SI_KERNEL);

  // Sleeps that a timer ends.
  handle(SIGALRM, 0);
  struct timespec left = {0, 0};
  alarm(1);
  REPORT(nanosleep(&(struct timespec){1000, 0}, &left));
  printf("left %d\n", left.tv_sec > 900 && left.tv_sec < 1000);
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  now.tv_sec += 1000;
  alarm(1);
  left.tv_sec = 5;
  REPORT(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &now, &left));
  printf("left as it was %ld\n", left.tv_sec);
}

static void posix_timers(void) {
  timer_t timer;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value = {.sival_int = 4711}};
  REPORT(timer_create(77, &event, &timer));
  event.sigev_signo = 99;
  REPORT(timer_create(CLOCK_MONOTONIC, &event, &timer));
  event.sigev_signo = SIGUSR1;
  REPORT(timer_create(CLOCK_MONOTONIC, &event, &timer));
  handle(SIGUSR1, 0);
  struct itimerspec setting = {.it_value = {0, 1000000000}}, old;
  REPORT(timer_settime(timer, 0, &setting, NULL));
  setting = (struct itimerspec){.it_value = {1000, 0}, .it_interval = {3, 4}};
  REPORT(timer_settime(timer, 0, &setting, &old));
  printf("%ld %ld\n", old.it_value.tv_sec, old.it_value.tv_nsec);
  REPORT(timer_gettime(timer, &old));
  printf("left %d, interval %ld %ld\n", old.it_value.tv_sec >= 900, old.it_interval.tv_sec, old.it_interval.tv_nsec);
  setting = (struct itimerspec){.it_value = {0, 1}};
  REPORT(timer_settime(timer, 0, &setting, NULL));
  wait_for(1);
  printf("once %d, code %d, value %d\n", count, code == SI_TIMER, value);
  REPORT(timer_gettime(timer, &old));
  printf("then disarmed %d\n", old.it_value.tv_sec == 0 && old.it_value.tv_nsec == 0);
  REPORT(timer_getoverrun(timer));
  setting = (struct itimerspec){.it_value = {1, 0}, .it_interval = {0, 500000}};
  REPORT(timer_settime(timer, TIMER_ABSTIME, &setting, NULL));
  wait_for(5);
  printf("again and again %d, value %d, overruns %d %d\n", count >= 5, value, overrun_is_sane,
         timer_getoverrun(timer) >= 0);
  REPORT(timer_delete(timer));
  REPORT(timer_delete(timer));
  REPORT(timer_gettime(timer, &old));

  REPORT(timer_create(CLOCK_REALTIME, NULL, &timer));
  handle(SIGALRM, 0);
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  setting = (struct itimerspec){.it_value = now};
  REPORT(timer_settime(timer, TIMER_ABSTIME, &setting, NULL));
  wait_for(1);
  printf("its own signal, code %d\n", code == SI_TIMER);
  REPORT(timer_delete(timer));
  event = (struct sigevent){.sigev_notify = SIGEV_NONE};
  REPORT(timer_create(CLOCK_BOOTTIME, &event, &timer));
  setting = (struct itimerspec){.it_value = {1000, 0}};
  REPORT(timer_settime(timer, 0, &setting, NULL));
  timer_gettime(timer, &old);
  printf("left %d\n", old.it_value.tv_sec >= 900);
  REPORT(timer_delete(timer));
  event = (struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  REPORT(timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer));
  handle(SIGUSR1, 0);
  setting = (struct itimerspec){.it_value = {0, 3000000}, .it_interval = {0, 3000000}};
  REPORT(timer_settime(timer, 0, &setting, NULL));
  compute_until(3);
  REPORT(timer_delete(timer));
}

static void clocks(void) {
  struct timespec time, later;
  const clockid_t ids[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME, CLOCK_TAI};
  for (unsigned i = 0; i < sizeof ids / sizeof *ids; ++i) {
    clock_gettime(ids[i], &time);
    clock_gettime(ids[i], &later);
    printf("clock %u goes on: %d\n", i,
           later.tv_sec > time.tv_sec || (later.tv_sec == time.tv_sec && later.tv_nsec >= time.tv_nsec));
    REPORT(clock_getres(ids[i], &time));
    printf("%ld %ld\n", time.tv_sec, time.tv_nsec);
  }
  REPORT(clock_gettime(55, &time));
  REPORT(clock_getres(CLOCK_PROCESS_CPUTIME_ID, NULL));
  REPORT(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &time, NULL));
  REPORT(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &(struct timespec){1, 0}, NULL));
  REPORT(clock_nanosleep(CLOCK_REALTIME, 0, &(struct timespec){0, 1000000000}, NULL));
  clockid_t own;
  REPORT(clock_getcpuclockid(0, &own));
  REPORT(clock_gettime(own, &time));
  struct tms used;
  REPORT(times(&used) > 0);
  printf("no children %ld %ld\n", used.tms_cutime, used.tms_cstime);
  struct rusage usage;
  REPORT(getrusage(RUSAGE_SELF, &usage));
  printf("has computed %d\n", usage.ru_utime.tv_sec > 0 || usage.ru_utime.tv_usec > 0);
  REPORT(getrusage(RUSAGE_CHILDREN, &usage));
  printf("no children %ld %ld\n", usage.ru_utime.tv_sec, usage.ru_utime.tv_usec);
  REPORT(getrusage(17, &usage));
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  interval_timers();
  posix_timers();
  clocks();
  printf("and the timers are through\n");
}
