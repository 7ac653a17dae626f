/* process-time PROGRAM [ARGUMENTS...]: runs a program and writes what it cost to descriptor 3, one line of
 * "USER SYSTEM CODE ELAPSED": CPU time of the program and of the descendants that it waited for, in nanoseconds; its
 * exit code, or 128 + the signal that killed it; the nanoseconds from its start to its end. Everything else of the
 * child is this process's own: standard input, output and error. */
#define _GNU_SOURCE
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static long long nanoseconds(struct timeval time) { return time.tv_sec * 1000000000LL + time.tv_usec * 1000LL; }

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: process-time PROGRAM [ARGUMENTS...]\n");
    return 2;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addclose(&actions, 3);
  pid_t child;
  long long begun = now();
  int failure = posix_spawnp(&child, argv[1], &actions, NULL, argv + 1, environ);
  if (failure != 0) {
    fprintf(stderr, "process-time: %s: %s\n", argv[1], strerror(failure));
    return 127;
  }
  int status;
  struct rusage usage;
  while (wait4(child, &status, 0, &usage) < 0) {
    if (errno != EINTR) return 1;
  }
  int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  long long elapsed = now() - begun;
  dprintf(3, "%lld %lld %d %lld\n", nanoseconds(usage.ru_utime), nanoseconds(usage.ru_stime), code, elapsed);
  return 0;
}
