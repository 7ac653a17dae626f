// Answers each line of standard input with one of standard output. What it was told before is in its memory, files,
// pipes and processes.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { size = 8 << 20, page = 4096 };
static unsigned char memory[size];
static volatile uint32_t *common;
static int file = -1, ends[2], events, timer, set;
static int to_child[2], from_child[2];
static pid_t child;
static volatile sig_atomic_t alarms;

static void count_alarm(int number) { (void)number, ++alarms; }

static int read_line(int from, char *line, size_t room) {
  size_t length = 0;
  char next;
  for (;;) {
    ssize_t got = read(from, &next, 1);
    if (got != 1) return 0;
    if (next == '\n') break;
    if (length + 1 < room) line[length++] = next;
  }
  line[length] = 0;
  return 1;
}

static void serve_parent(void) {
  char line[100];
  unsigned turn = 0;
  while (read_line(to_child[0], line, sizeof line)) dprintf(from_child[1], "%s %u of %u\n", line, ++turn, ++*common);
  _exit(3);
}

static void begin_child(void) {
  if (pipe(to_child) != 0 || pipe(from_child) != 0) exit(9);
  child = fork();
  if (child == 0) {
    close(to_child[1]);
    close(from_child[0]);
    serve_parent();
  }
  close(to_child[0]);
  close(from_child[1]);
}

static void answer(char *line) {
  unsigned at = 0, value = 0;
  char word[20] = "", text[100] = "";
  sscanf(line, "%19s %u %u", word, &at, &value);
  if (!strcmp(word, "set")) {
    memory[at % size] = value;
    dprintf(1, "ok\n");
  } else if (!strcmp(word, "get")) {
    dprintf(1, "%u\n", memory[at % size]);
  } else if (!strcmp(word, "fill")) {  // AT pages
    for (unsigned i = 0; i < at; ++i) memory[i * page] = value;
    dprintf(1, "ok\n");
  } else if (!strcmp(word, "sum")) {
    unsigned sum = 0;
    for (unsigned i = 0; i < size; ++i) sum += memory[i];
    dprintf(1, "%u\n", sum);
  } else if (!strcmp(word, "open")) {
    file = open("work/file", O_RDONLY);
    dprintf(1, "%s\n", file >= 0 ? "ok" : "none");
  } else if (!strcmp(word, "next")) {
    ssize_t got = read(file, text, 3);
    dprintf(1, "%.*s\n", (int)(got < 0 ? 0 : got), text);
  } else if (!strcmp(word, "push")) {
    dprintf(ends[1], "%u\n", at);
    dprintf(1, "ok\n");
  } else if (!strcmp(word, "pop")) {
    struct pollfd readable = {ends[0], POLLIN, 0};
    if (poll(&readable, 1, 0) == 1 && read_line(ends[0], text, sizeof text))
      dprintf(1, "%s\n", text);
    else
      dprintf(1, "empty\n");
  } else if (!strcmp(word, "raise")) {
    uint64_t more = at;
    write(events, &more, sizeof more);
    dprintf(1, "ok\n");
  } else if (!strcmp(word, "ready")) {  // what epoll says
    struct epoll_event found[4];
    int count = epoll_wait(set, found, 4, 0);
    unsigned which = 0;
    for (int i = 0; i < count; ++i) which |= 1u << found[i].data.u32;
    dprintf(1, "%u\n", which);
  } else if (!strcmp(word, "child")) {
    if (child == 0) begin_child();
    dprintf(to_child[1], "%u\n", at);
    read_line(from_child[0], text, sizeof text);
    dprintf(1, "%s\n", text);
  } else if (!strcmp(word, "reap")) {
    int status = 0;
    close(to_child[1]);
    pid_t got = waitpid(child, &status, 0);
    dprintf(1, "%d %d\n", got == child, WEXITSTATUS(status));
  } else if (!strcmp(word, "brk")) {
    char *more = malloc(at << 20);
    memset(more, 1, at << 20);
    mprotect(memory, page, PROT_READ);
    dprintf(1, "ok\n");
  } else if (!strcmp(word, "random")) {
    uint64_t number = 0;
    getrandom(&number, sizeof number, 0);
    dprintf(1, "%llx\n", (unsigned long long)number);
  } else if (!strcmp(word, "alarms")) {
    dprintf(1, "%d\n", (int)alarms);
  } else if (!strcmp(word, "alarm")) {
    alarm(at);
    dprintf(1, "ok\n");
  } else if (!strcmp(word, "left")) {
    dprintf(1, "%u\n", alarm(at));
  } else if (!strcmp(word, "pid")) {
    dprintf(1, "%d %d\n", getpid(), getppid());
  } else if (!strcmp(word, "stop")) {
    raise(SIGSTOP);
    dprintf(1, "continued\n");
  } else if (!strcmp(word, "signal")) {
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(at ? SIG_BLOCK : SIG_UNBLOCK, &blocked, 0);
    if (at) raise(SIGUSR1);
    dprintf(1, "%d\n", (int)alarms);
  } else if (!strcmp(word, "clock")) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    dprintf(1, "%lld\n", (long long)now.tv_sec);
  } else if (!strcmp(word, "exit")) {
    exit(at);
  } else {
    dprintf(1, "?\n");
  }
}

// For the host to call.
long twice(long number) { return number * 2; }
void wait_for_ever(void) {
  for (;;) pause();
}

int main(void) {
  char line[100];
  struct itimerspec never = {{0, 0}, {1000, 0}};
  signal(SIGALRM, count_alarm);
  signal(SIGUSR1, count_alarm);
  common = mmap(0, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (pipe(ends) != 0) return 9;
  events = eventfd(0, EFD_NONBLOCK);
  timer = timerfd_create(CLOCK_MONOTONIC, 0);
  timerfd_settime(timer, 0, &never, 0);
  set = epoll_create1(0);
  struct epoll_event wanted = {.events = EPOLLIN, .data.u32 = 0};
  epoll_ctl(set, EPOLL_CTL_ADD, events, &wanted);
  wanted.data.u32 = 1;
  epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &wanted);
  wanted.data.u32 = 2;
  epoll_ctl(set, EPOLL_CTL_ADD, timer, &wanted);
  dprintf(1, "ready\n");
  while (read_line(0, line, sizeof line)) answer(line);
  return 0;
}
