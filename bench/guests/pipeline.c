/* pipeline FILE ROUNDS: what `cat FILE... | wc -c` does, with the file read ROUNDS times. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK = 64 * 1024 };
static unsigned char block[BLOCK];

static void print_count(int from) {
  uint64_t total = 0;
  for (ssize_t got; (got = read(from, block, BLOCK)) > 0;) total += (uint64_t)got;
  printf("%llu bytes\n", (unsigned long long)total);
}

static int write_rounds(const char *path, long rounds, int to) {
  for (long round = 0; round < rounds; round++) {
    int file = open(path, O_RDONLY);
    if (file < 0) return 1;
    for (ssize_t got; (got = read(file, block, BLOCK)) > 0;) {
      for (ssize_t done = 0; done < got;) {
        ssize_t written = write(to, block + done, (size_t)(got - done));
        if (written < 0) return 1;
        done += written;
      }
    }
    close(file);
  }
  return 0;
}

int main(int argc, char **argv) {
  int ends[2], status = -1;
  if (argc != 3 || pipe(ends) != 0) {
    fprintf(stderr, "usage: pipeline FILE ROUNDS\n");
    return 2;
  }
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    _exit(write_rounds(argv[1], strtol(argv[2], NULL, 10), ends[1]));
  }
  close(ends[1]);
  print_count(ends[0]);
  return child < 0 || waitpid(child, &status, 0) != child || status != 0;
}
