/* process-loop COUNT fork|vfork|spawn PROGRAM [ARGUMENTS...]: runs a program COUNT times, one after the other, and says
 * how often it ended well. vfork: the child borrows the parent's memory until it executes; spawn: posix_spawn. */
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static pid_t start(const char *how, char **command) {
  pid_t child = -1;
  if (strcmp(how, "spawn") == 0) return posix_spawn(&child, command[0], NULL, NULL, command, environ) == 0 ? child : -1;
  child = strcmp(how, "vfork") == 0 ? vfork() : fork();
  if (child == 0) {
    execve(command[0], command, environ);
    _exit(127);
  }
  return child;
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: process-loop COUNT fork|vfork|spawn PROGRAM [ARGUMENTS...]\n");
    return 2;
  }
  long count = strtol(argv[1], NULL, 10), good = 0;
  for (long index = 0; index < count; index++) {
    int status = -1;
    pid_t child = start(argv[2], argv + 3);
    if (child > 0 && waitpid(child, &status, 0) == child && status == 0) good++;
  }
  printf("%ld of %ld\n", good, count);
  return good != count;
}
