// Calls that qemu-riscv64 does not pass on as they are; below an empty folder that is named by the argument.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "report.h"

int main(int count, char **arguments) {
  char text[10] = {0};
  if (count != 2 || chdir(arguments[1]) != 0) return 99;
  int file = open("file", O_RDWR | O_CREAT, 0600);
  struct iovec vector = {"abc", 3};
  REPORT(pwritev2(file, &vector, 1, -1, 0));
  REPORT(lseek(file, 0, SEEK_SET));
  REPORT(pwritev2(file, &vector, 1, -1, RWF_APPEND));
  REPORT(pread(file, text, 9, 0));
  printf("%s\n", text);
  REPORT(pwritev2(file, &vector, 1, -2, 0));
  int ends[2];
  REPORT(pipe(ends));
  REPORT(pwritev2(ends[1], &vector, 1, -1, RWF_DSYNC));
  void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REPORT(madvise(page, 4096, MADV_WILLNEED));
  REPORT(madvise(page, 4096, MADV_FREE));
  REPORT(madvise(page, 4096, 7));
  REPORT(madvise(page, 4096, 26));
  REPORT(open("folder", O_CREAT | O_DIRECTORY, 0700));
  return 0;
}
