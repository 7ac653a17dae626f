// One of two that change the same folder: "make" makes and removes the folder x/ as often as its second argument says,
// "swap" exchanges it with the link y meanwhile.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int count, char **arguments) {
  if (count != 3) return 99;
  umask(0);
  for (int turns = atoi(arguments[2]); turns > 0; --turns) {
    if (strcmp(arguments[1], "swap") == 0) {
      renameat2(AT_FDCWD, "x", AT_FDCWD, "y", RENAME_EXCHANGE);
    } else {
      mkdir("x/", 0777);
      rmdir("x");
    }
  }
  return 0;
}
