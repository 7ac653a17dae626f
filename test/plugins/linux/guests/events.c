// epoll, eventfd, timerfd, signalfd, inotify and memfd of one process.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

static void print_events(const struct epoll_event *events, int count) {
  for (int i = 0; i < count; ++i) printf("  %x %llx\n", events[i].events, (unsigned long long)events[i].data.u64);
}

static int by_data(const void *a, const void *b) {
  const uint64_t x = ((const struct epoll_event *)a)->data.u64, y = ((const struct epoll_event *)b)->data.u64;
  return x < y ? -1 : x > y;
}

static void wait_and_print(int epoll, int milliseconds) {
  struct epoll_event events[8];
  const int count = epoll_wait(epoll, events, 8, milliseconds);
  printf("%d ready (%s)\n", count, count < 0 ? strerror(errno) : "fine");
  if (count > 0) qsort(events, count, sizeof events[0], by_data);
  print_events(events, count);
}

static void control(int epoll, int operation, int descriptor, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data.u64 = data};
  errno = 0;
  const int result = epoll_ctl(epoll, operation, descriptor, &event);
  printf("epoll_ctl(%d, %x) = %d (%s)\n", operation, events, result, result < 0 ? strerror(errno) : "fine");
}

static void test_epoll(const char *folder) {
  int ends[2], other[2];
  char buffer[16];
  struct epoll_event events[4];
  REPORT(epoll_create1(0x1234));
  REPORT(epoll_create(0));
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  REPORT(fcntl(epoll, F_GETFD));
  REPORT(fcntl(epoll, F_GETFL) & O_ACCMODE);
  REPORT(read(epoll, buffer, sizeof buffer));
  REPORT(write(epoll, buffer, sizeof buffer));
  REPORT(pipe2(ends, 0));
  REPORT(epoll_wait(epoll, events, 0, 0));
  REPORT(epoll_wait(ends[0], events, 4, 0));
  REPORT(epoll_wait(99, events, 4, 0));
  wait_and_print(epoll, 0);
  wait_and_print(epoll, 3);
  control(epoll, EPOLL_CTL_ADD, ends[0], EPOLLIN, 0x1234567890abcdef);
  control(epoll, EPOLL_CTL_ADD, ends[0], EPOLLIN, 1);
  control(epoll, EPOLL_CTL_MOD, ends[1], EPOLLOUT, 2);
  control(epoll, EPOLL_CTL_DEL, ends[1], 0, 0);
  control(epoll, EPOLL_CTL_ADD, epoll, EPOLLIN, 3);
  control(epoll, EPOLL_CTL_ADD, 99, EPOLLIN, 3);
  control(ends[0], EPOLL_CTL_ADD, ends[1], EPOLLIN, 3);
  control(epoll, 77, ends[0], EPOLLIN, 3);
  const int regular = open(folder, O_RDONLY);
  control(epoll, EPOLL_CTL_ADD, regular, EPOLLIN, 3);
  REPORT(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[1], (void *)8));
  wait_and_print(epoll, 0);
  REPORT(write(ends[1], "ab", 2));
  wait_and_print(epoll, -1);
  wait_and_print(epoll, -1);
  // The same description under a second descriptor is a registration of its own.
  const int second = dup(ends[0]);
  control(epoll, EPOLL_CTL_ADD, second, EPOLLIN | EPOLLET, 0x22);
  wait_and_print(epoll, 0);
  wait_and_print(epoll, 0);
  // Closing one descriptor leaves the description, and both registrations.
  REPORT(close(second));
  REPORT(write(ends[1], "c", 1));
  wait_and_print(epoll, 0);
  control(epoll, EPOLL_CTL_DEL, second, 0, 0);
  control(epoll, EPOLL_CTL_MOD, ends[0], EPOLLIN | EPOLLONESHOT, 0x33);
  wait_and_print(epoll, 0);
  wait_and_print(epoll, 0);
  control(epoll, EPOLL_CTL_MOD, ends[0], EPOLLIN | EPOLLONESHOT, 0x44);
  // An interest list is readable itself.
  const int outer = epoll_create1(0);
  control(outer, EPOLL_CTL_ADD, epoll, EPOLLIN, 0x55);
  control(epoll, EPOLL_CTL_ADD, outer, EPOLLIN, 0x66);
  wait_and_print(outer, 0);
  struct pollfd polled = {outer, POLLIN, 0};
  REPORT(poll(&polled, 1, 0));
  printf("%x\n", polled.revents);
  wait_and_print(epoll, 0);
  wait_and_print(outer, 0);
  // The end of the last descriptor ends the registration, and a number that is used again starts afresh.
  control(epoll, EPOLL_CTL_MOD, ends[0], EPOLLIN, 0x77);
  REPORT(close(ends[0]));
  wait_and_print(epoll, 0);
  REPORT(pipe2(other, 0));
  control(epoll, EPOLL_CTL_ADD, other[0], EPOLLIN, 0x88);
  wait_and_print(epoll, 0);
  // A registered write end does not keep its pipe open.
  control(epoll, EPOLL_CTL_ADD, other[1], EPOLLOUT | EPOLLET, 0x99);
  wait_and_print(epoll, 0);
  REPORT(close(other[1]));
  wait_and_print(epoll, 0);
  REPORT(read(other[0], buffer, 1));
  control(epoll, EPOLL_CTL_MOD, other[0], EPOLLIN | EPOLLEXCLUSIVE, 1);
  REPORT(close(epoll));
  wait_and_print(outer, 0);
  close(outer), close(other[0]), close(ends[1]), close(regular);
}

static void on_alarm(int number) { (void)number; }

static void test_mask(void) {
  struct epoll_event events[2];
  const int epoll = epoll_create1(0);
  sigset_t blocked, open;
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGUSR1, &action, NULL);
  sigemptyset(&open);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  raise(SIGUSR1);
  REPORT(epoll_wait(epoll, events, 2, 1));
  REPORT(epoll_pwait(epoll, events, 2, -1, &open));
  sigset_t now;
  sigprocmask(SIG_SETMASK, NULL, &now);
  REPORT(sigismember(&now, SIGUSR1));
  REPORT(epoll_pwait(epoll, events, 2, 1, &open));
  sigprocmask(SIG_UNBLOCK, &blocked, NULL);
  close(epoll);
}

static void test_eventfd(void) {
  uint64_t value = 3;
  char small[4];
  REPORT(eventfd(0, 0x10));
  const int event = eventfd(5, EFD_CLOEXEC);
  REPORT(fcntl(event, F_GETFD));
  REPORT(read(event, small, sizeof small));
  REPORT(write(event, small, sizeof small));
  REPORT(write(event, &value, 0));
  REPORT(write(event, &value, sizeof value));
  REPORT(read(event, &value, sizeof value));
  REPORT(value);
  REPORT(fcntl(event, F_SETFL, O_NONBLOCK));
  REPORT(read(event, &value, sizeof value));
  value = UINT64_MAX;
  REPORT(write(event, &value, sizeof value));
  value = UINT64_MAX - 1;
  REPORT(write(event, &value, sizeof value));
  REPORT(write(event, &value, sizeof value));
  struct pollfd polled = {event, POLLIN | POLLOUT, 0};
  REPORT(poll(&polled, 1, 0));
  printf("%x\n", polled.revents);
  const int semaphore = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
  for (int i = 0; i < 3; ++i) REPORT(read(semaphore, &value, sizeof value));
  REPORT(fcntl(semaphore, F_GETFL) & (O_ACCMODE | O_NONBLOCK));
  close(event), close(semaphore);
}

static void test_timerfd(void) {
  uint64_t count = 0;
  struct itimerspec set = {{0, 0}, {0, 1000000}}, old;
  REPORT(timerfd_create(77, 0));
  const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  REPORT(read(timer, &count, sizeof count));
  REPORT(timerfd_gettime(timer, &old));
  printf("%ld %ld\n", (long)old.it_value.tv_sec, (long)old.it_value.tv_nsec);
  REPORT(fcntl(timer, F_SETFL, 0));
  REPORT(timerfd_settime(timer, 0, &set, &old));
  REPORT(read(timer, &count, sizeof count));
  REPORT(count);
  REPORT(write(timer, &count, sizeof count));
  set = (struct itimerspec){{100, 0}, {1000, 0}};
  REPORT(timerfd_settime(timer, 0, &set, NULL));
  REPORT(timerfd_settime(timer, 0, &set, &old));
  printf("%d %ld\n", old.it_value.tv_sec >= 900, (long)old.it_interval.tv_sec);
  set.it_value = (struct timespec){1, 0};
  REPORT(timerfd_settime(timer, TFD_TIMER_ABSTIME, &set, NULL));
  REPORT(read(timer, &count, sizeof count));
  set.it_value.tv_nsec = 1000000000;
  REPORT(timerfd_settime(timer, 0, &set, NULL));
  REPORT(timerfd_settime(timer, 0, (void *)8, NULL));
  REPORT(timerfd_settime(0, 0, &old, NULL));
  REPORT(timerfd_gettime(99, &old));
  close(timer);
}

static void print_signal(const struct signalfd_siginfo *from) {
  printf("  %u code %d from %d value %d\n", from->ssi_signo, from->ssi_code, from->ssi_pid == (uint32_t)getpid(),
         from->ssi_int);
}

static void test_signalfd(void) {
  struct signalfd_siginfo read_back[4];
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  sigaddset(&set, SIGRTMIN + 1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGUSR2);
  const int signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  REPORT(fcntl(signals, F_GETFD));
  REPORT(read(signals, read_back, 100));
  REPORT(write(signals, read_back, sizeof read_back));
  struct pollfd polled = {signals, POLLIN, 0};
  REPORT(poll(&polled, 1, 0));
  REPORT(read(signals, read_back, sizeof read_back));
  print_signal(&read_back[0]);
  REPORT(poll(&polled, 1, 0));
  REPORT(read(signals, read_back, sizeof read_back));
  const int epoll = epoll_create1(0);
  control(epoll, EPOLL_CTL_ADD, signals, EPOLLIN, 0x5);
  wait_and_print(epoll, 0);
  kill(getpid(), SIGUSR1);
  union sigval value = {.sival_int = 42};
  sigqueue(getpid(), SIGRTMIN + 1, value);
  value.sival_int = 43;
  sigqueue(getpid(), SIGRTMIN + 1, value);
  wait_and_print(epoll, 0);
  REPORT(read(signals, read_back, 2 * sizeof read_back[0]));
  print_signal(&read_back[0]);
  print_signal(&read_back[1]);
  wait_and_print(epoll, 0);
  REPORT(read(signals, read_back, sizeof read_back));
  print_signal(&read_back[0]);
  wait_and_print(epoll, 0);
  // What sigtimedwait takes is no longer there.
  raise(SIGUSR1);
  wait_and_print(epoll, 0);
  siginfo_t taken;
  REPORT(sigwaitinfo(&set, &taken));
  wait_and_print(epoll, 0);
  sigset_t less;
  sigemptyset(&less);
  sigaddset(&less, SIGUSR2);
  raise(SIGUSR1);
  REPORT(signalfd(signals, &less, 0) == signals);
  wait_and_print(epoll, 0);
  REPORT(read(signals, read_back, sizeof read_back));
  REPORT(signalfd(epoll, &less, 0));
  REPORT(signalfd(99, &less, 0));
  REPORT(signalfd(-1, &less, 1));
  REPORT(sigwaitinfo(&set, &taken));
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  close(signals), close(epoll);
}

static void print_inotify(int watcher) {
  _Alignas(struct inotify_event) char buffer[1024];
  const ssize_t size = read(watcher, buffer, sizeof buffer);
  printf("inotify: %s\n", size < 0 ? strerror(errno) : "fine");
  for (ssize_t at = 0; at < size;) {
    const struct inotify_event *event = (void *)(buffer + at);
    printf("  watch %d mask %x name %s\n", event->wd, event->mask, event->len > 0 ? event->name : "(none)");
    at += sizeof *event + event->len;
  }
}

static void test_inotify(const char *folder) {
  REPORT(chdir(folder));
  const int watcher = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  print_inotify(watcher);
  REPORT(inotify_add_watch(watcher, "none", IN_CREATE));
  REPORT(inotify_add_watch(watcher, ".", 0));
  REPORT(inotify_add_watch(watcher, (void *)8, IN_CREATE));
  REPORT(inotify_add_watch(99, ".", IN_CREATE));
  REPORT(inotify_add_watch(0, ".", IN_CREATE));
  const int watch = inotify_add_watch(watcher, ".", IN_CREATE | IN_DELETE | IN_MOVE | IN_CLOSE_WRITE);
  REPORT(watch);
  const int file = open("watched", O_CREAT | O_WRONLY, 0600);
  REPORT(write(file, "x", 1));
  REPORT(close(file));
  int waiting = 0;
  REPORT(ioctl(watcher, FIONREAD, &waiting));
  REPORT(waiting);
  print_inotify(watcher);
  REPORT(rename("watched", "moved"));
  print_inotify(watcher);
  REPORT(symlink("moved", "link"));
  print_inotify(watcher);
  REPORT(inotify_add_watch(watcher, "link", IN_ONLYDIR | IN_ATTRIB));
  REPORT(inotify_add_watch(watcher, "moved", IN_ATTRIB));
  REPORT(inotify_add_watch(watcher, "link", IN_ATTRIB));
  REPORT(inotify_add_watch(watcher, "link", IN_DONT_FOLLOW | IN_DELETE_SELF));
  REPORT(chmod("moved", 0640));
  print_inotify(watcher);
  REPORT(unlink("link"));
  print_inotify(watcher);
  REPORT(inotify_rm_watch(watcher, watch));
  REPORT(inotify_rm_watch(watcher, watch));
  print_inotify(watcher);
  REPORT(unlink("moved"));
  close(watcher);
  REPORT(chdir(".."));
}

static void test_memfd(void) {
  char name[300], buffer[8] = {0};
  memset(name, 'n', sizeof name);
  name[250] = '\0';
  REPORT(memfd_create(name, 0));
  REPORT(memfd_create((void *)8, 0));
  REPORT(memfd_create("flags", 0x1000));
  const int plain = memfd_create("plain", 0);
  REPORT(fcntl(plain, F_GET_SEALS));
  REPORT(fcntl(plain, F_ADD_SEALS, F_SEAL_WRITE));
  const int memory = memfd_create("memory", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  REPORT(fcntl(memory, F_GETFD));
  REPORT(write(memory, "content", 7));
  REPORT(pwrite(memory, "C", 1, 0));
  REPORT(pread(memory, buffer, 7, 0));
  REPORT(strcmp(buffer, "Content"));
  REPORT(ftruncate(memory, 8192));
  struct stat status;
  REPORT(fstat(memory, &status));
  printf("%ld %o\n", (long)status.st_size, status.st_mode & S_IFMT);
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
  const int again = open(path, O_RDONLY);
  REPORT(again == memory);
  REPORT(lseek(again, 0, SEEK_CUR));
  REPORT(read(again, buffer, 1));
  REPORT(lseek(memory, 0, SEEK_CUR));
  REPORT(write(again, "x", 1));
  REPORT(close(again));
  char *mapped = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  REPORT(mapped == MAP_FAILED);
  mapped[4096] = 'm';
  REPORT(pread(memory, buffer, 1, 4096));
  REPORT(buffer[0]);
  REPORT(pwrite(memory, "w", 1, 4097));
  REPORT(mapped[4097]);
  REPORT(munmap(mapped, 8192));
  REPORT(fcntl(memory, F_GET_SEALS));
  REPORT(fcntl(memory, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK));
  REPORT(ftruncate(memory, 9000));
  REPORT(ftruncate(memory, 1));
  REPORT(fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL));
  REPORT(write(memory, "x", 1));
  REPORT(fcntl(memory, F_GET_SEALS));
  REPORT(fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE));
  REPORT(fcntl(1, F_GET_SEALS));
  const int epoll = epoll_create1(0);
  control(epoll, EPOLL_CTL_ADD, memory, EPOLLIN, 1);
  close(plain), close(memory), close(epoll);
}

int main(int count, char **arguments) {
  (void)count;
  setvbuf(stdout, NULL, _IONBF, 0);
  test_epoll(arguments[1]);
  test_mask();
  test_eventfd();
  test_timerfd();
  test_signalfd();
  test_inotify(arguments[1]);
  test_memfd();
  printf("the end of events\n");
  return 4;
}
