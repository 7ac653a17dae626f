// Locks a file that others lock: hold COMMAND FILE. "range" is of the bytes 2 to 4.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

#include "report.h"

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IONBF, 0);
  const char *command = arguments[1];
  if (strcmp(command, "alarm") == 0) {
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 1000}}, NULL);
    for (;;) pause();
  }
  const int file = count == 3 ? open(arguments[2], O_RDWR) : -1;
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 2, .l_len = 3};
  int result;
  if (strcmp(command, "try-whole") == 0) {
    result = flock(file, LOCK_EX | LOCK_NB);
  } else if (strcmp(command, "wait-whole") == 0) {
    result = flock(file, LOCK_EX);
  } else if (strcmp(command, "ask-range") == 0) {
    fcntl(file, F_GETLK, &lock);
    printf("type %d from %ld for %ld\n", lock.l_type, (long)lock.l_start, (long)lock.l_len);
    return 0;
  } else {
    result = fcntl(file, strcmp(command, "wait-range") == 0 ? F_SETLKW : F_SETLK, &lock);
  }
  printf("%s\n", result == 0 ? "locked" : strerror(errno));
  if (strcmp(command, "hold-range") == 0) {
    char byte;
    read(0, &byte, 1);
  }
  return result != 0;
}
