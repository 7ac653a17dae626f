// Pipes, polls and descriptors of one process.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

static volatile int pipes_broken;
static void on_pipe(int number) {
  (void)number;
  ++pipes_broken;
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  int ends[2], waiting;
  char buffer[8192] = {0};
  REPORT(pipe2(ends, O_CLOEXEC));
  REPORT(pipe2(ends, 0x12345));
  REPORT(pipe2((int *)8, 0));
  REPORT(fcntl(ends[0], F_GETFD));
  REPORT(fcntl(ends[0], F_GETFL) & O_ACCMODE);
  REPORT(fcntl(ends[1], F_GETFL) & (O_ACCMODE | O_NONBLOCK));
  REPORT(write(ends[1], "some bytes", 10));
  REPORT(ioctl(ends[0], FIONREAD, &waiting));
  REPORT(waiting);
  struct pollfd polled[4] = {{ends[0], POLLIN, 0}, {ends[1], POLLOUT, 0}, {-1, POLLIN, 0}, {99, POLLIN, 0}};
  REPORT(poll(polled, 4, 0));
  printf("%x %x %x %x\n", polled[0].revents, polled[1].revents, polled[2].revents, polled[3].revents);
  REPORT(read(ends[0], buffer, 4));
  REPORT(read(ends[0], buffer, 100));
  REPORT(poll(polled, 1, 0));
  REPORT(poll(polled, 1, 5));
  REPORT(poll(NULL, 0, 1));
  REPORT(fcntl(ends[0], F_SETFL, O_NONBLOCK));
  REPORT(read(ends[0], buffer, 1));
  REPORT(lseek(ends[0], 0, SEEK_CUR));
  REPORT(pread(ends[0], buffer, 1, 0));
  REPORT(read(ends[1], buffer, 1));
  REPORT(write(ends[0], buffer, 1));
  int on = 1;
  REPORT(ioctl(ends[1], FIONBIO, &on));
  long total = 0;
  for (long n; (n = write(ends[1], buffer, sizeof buffer)) > 0;) total += n;
  REPORT(total);
  REPORT(write(ends[1], buffer, 1));
  REPORT(poll(&polled[1], 1, 0));
  fd_set readable, writable;
  FD_ZERO(&readable);
  FD_ZERO(&writable);
  FD_SET(ends[0], &readable);
  FD_SET(ends[1], &writable);
  struct timeval now = {0, 0};
  REPORT(select(ends[1] + 1, &readable, &writable, NULL, &now));
  printf("%d %d\n", FD_ISSET(ends[0], &readable) != 0, FD_ISSET(ends[1], &writable) != 0);
  struct timeval left = {100, 0};
  FD_SET(ends[0], &readable);
  REPORT(select(ends[1] + 1, &readable, NULL, NULL, &left));
  REPORT(left.tv_sec >= 0 && left.tv_sec < 100);
  FD_ZERO(&readable);
  left = (struct timeval){0, 3000};
  REPORT(select(0, &readable, NULL, NULL, &left));
  printf("%ld %ld\n", (long)left.tv_sec, (long)left.tv_usec);
  struct timespec much = {100, 0};
  REPORT(syscall(SYS_ppoll, polled, 1, &much, NULL, 0));
  REPORT(much.tv_sec >= 0 && much.tv_sec < 100);
  /* Closed, and below the 64 that every table has: select ignores what is beyond the table. */
  FD_SET(60, &readable);
  REPORT(select(61, &readable, NULL, NULL, &now));
  while (read(ends[0], buffer, sizeof buffer) > 0) {
  }
  REPORT(close(ends[1]));
  REPORT(read(ends[0], buffer, 1));
  REPORT(poll(polled, 1, 0));
  printf("%x\n", polled[0].revents);
  REPORT(pipe2(ends, 0));
  close(ends[0]);
  signal(SIGPIPE, SIG_IGN);
  REPORT(write(ends[1], buffer, 1));
  signal(SIGPIPE, on_pipe);
  REPORT(write(ends[1], buffer, 1));
  REPORT(pipes_broken);
  struct stat status;
  REPORT(fstat(ends[1], &status));
  printf("%o\n", status.st_mode);
  struct rlimit limit = {20, 20};
  REPORT(setrlimit(RLIMIT_NOFILE, &limit));
  int last = -1;
  for (int next; (next = dup(1)) >= 0;) last = next;
  REPORT(last);
  REPORT(open(".", O_RDONLY));
  REPORT(pipe2(ends, 0));
  REPORT(dup2(1, 20));
  limit.rlim_cur = 30;
  REPORT(setrlimit(RLIMIT_NOFILE, &limit));
  REPORT(close(1));
  fprintf(stderr, "standard output is closed: %zd\n", write(1, "x", 1));
  REPORT(open(".", O_RDONLY));
  return 3;
}
