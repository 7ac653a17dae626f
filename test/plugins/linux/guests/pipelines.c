// Descriptors that processes share: pipes between them, and what fork copies and what it does not.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static char buffer[1 << 17];

static int reap(pid_t child) {
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

// A child writes more than a pipe holds; the reader sees every byte, then the end.
static void test_stream(void) {
  int ends[2];
  pipe(ends);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    unsigned sum = 0;
    for (int i = 0; i < 40; ++i) {
      for (size_t at = 0; at < sizeof buffer; ++at) buffer[at] = (char)(sum = sum * 1103515245 + 12345 >> 3);
      if (write(ends[1], buffer, sizeof buffer) != sizeof buffer) _exit(1);
    }
    _exit(7);
  }
  close(ends[1]);
  unsigned long total = 0, hash = 0;
  for (ssize_t n; (n = read(ends[0], buffer, 30000)) > 0; total += n) {
    for (ssize_t i = 0; i < n; ++i) hash = hash * 31 + (unsigned char)buffer[i];
  }
  printf("%lu bytes, %lx, status %x\n", total, hash, reap(child));
  close(ends[0]);
}

// Writes of at most PIPE_BUF bytes by several processes do not mix.
static void test_atomic(void) {
  int ends[2];
  pid_t children[4];
  pipe(ends);
  for (int i = 0; i < 4; ++i) {
    if ((children[i] = fork()) != 0) continue;
    char record[1000];
    memset(record, 'a' + i, sizeof record);
    for (int n = 0; n < 300; ++n) {
      if (write(ends[1], record, sizeof record) != sizeof record) _exit(1);
    }
    _exit(0);
  }
  close(ends[1]);
  int records = 0, mixed = 0;
  size_t held = 0;
  for (ssize_t n; (n = read(ends[0], buffer + held, 1000 - held)) > 0;) {
    if ((held += n) < 1000) continue;
    for (int i = 1; i < 1000; ++i) mixed += buffer[i] != buffer[0];
    ++records;
    held = 0;
  }
  printf("%d records, %d mixed, %zu left\n", records, mixed, held);
  for (int i = 0; i < 4; ++i) REPORT(reap(children[i]));
  close(ends[0]);
}

// The reader's end kills the writer.
static void test_broken(void) {
  int ends[2];
  pipe(ends);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    for (;;) write(ends[1], buffer, sizeof buffer);
  }
  close(ends[1]);
  REPORT(read(ends[0], buffer, 10));
  close(ends[0]);
  printf("status %x\n", reap(child));
}

// Flags belong to the description, which both share; close-on-exec and the table do not.
static void test_shared(void) {
  int ends[2];
  pipe(ends);
  const pid_t child = fork();
  if (child == 0) {
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    close(ends[1]);
    _exit(0);
  }
  reap(child);
  REPORT(fcntl(ends[0], F_GETFL) & O_NONBLOCK);
  REPORT(fcntl(ends[0], F_GETFD));
  REPORT(read(ends[0], buffer, 1));
  REPORT(write(ends[1], "x", 1));
  close(ends[0]), close(ends[1]);
  const int file = open("/proc/self/stat", O_RDONLY);
  REPORT(read(file, buffer, 1));
  if (fork() == 0) _exit(lseek(file, 5, SEEK_CUR));
  int status;
  wait(&status);
  REPORT(WEXITSTATUS(status));
  REPORT(lseek(file, 0, SEEK_CUR));
  close(file);
}

// An interest list is shared too: what the child registers, the parent sees; what only the child closes stays.
static void test_epoll(void) {
  int ends[2];
  struct epoll_event event = {EPOLLIN, {.u64 = 17}}, got = {0};
  pipe(ends);
  const int epoll = epoll_create1(0);
  const pid_t child = fork();
  if (child == 0) {
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event) != 0) _exit(1);
    close(ends[0]);
    close(epoll);
    _exit(0);
  }
  REPORT(reap(child));
  REPORT(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event));
  const pid_t writer = fork();
  if (writer == 0) {
    usleep(20000);
    _exit(write(ends[1], "x", 1) != 1);
  }
  REPORT(epoll_wait(epoll, &got, 1, -1));
  printf("%x %lu\n", got.events, (unsigned long)got.data.u64);
  REPORT(reap(writer));
  close(ends[0]);
  REPORT(epoll_wait(epoll, &got, 1, 0));
  close(ends[1]), close(epoll);
}

// A reader that waits is woken by another process, and a wait with nobody left ends.
static void test_wake(void) {
  const int event = eventfd(0, 0);
  uint64_t value = 9;
  const pid_t child = fork();
  if (child == 0) {
    usleep(20000);
    _exit(write(event, &value, sizeof value) != 8);
  }
  value = 0;
  REPORT(read(event, &value, sizeof value));
  REPORT(value);
  REPORT(reap(child));
  close(event);
}

static void test_signalfd(void) {
  struct signalfd_siginfo got;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  const int signals = signalfd(-1, &set, 0), epoll = epoll_create1(0);
  struct epoll_event event = {EPOLLIN, {.u64 = 1}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, signals, &event);
  for (int round = 0; round < 2; ++round) {
    const pid_t child = fork();
    if (child == 0) _exit(33 + round);
    if (round == 1) REPORT(epoll_wait(epoll, &event, 1, -1));
    REPORT(read(signals, &got, sizeof got));
    printf("%u code %d from the child %d status %d\n", got.ssi_signo, got.ssi_code, got.ssi_pid == (uint32_t)child,
           got.ssi_status);
    REPORT(WEXITSTATUS(reap(child)));
  }
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  close(signals), close(epoll);
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  test_stream();
  test_atomic();
  test_broken();
  test_shared();
  test_epoll();
  test_wake();
  test_signalfd();
  printf("the end of pipelines\n");
  return 6;
}
