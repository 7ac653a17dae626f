// One process swaps what stands at "place": a folder and a link out of the root, and moves the folder in which another
// works; that other looks for the secret in every way. The arguments: how often, and the host's path of the outside.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int secrets;

static void check(const char *how, int file) {
  char text[20] = {0};
  if (file < 0) return;
  if (read(file, text, sizeof text - 1) > 0 && strstr(text, "SECRET") != NULL && secrets++ == 0) printf("%s\n", how);
  close(file);
}

int main(int count, char **arguments) {
  if (count != 3) return 99;
  char link[600], up[600];
  mkdir("folder", 0777);
  mkdir("a", 0777);
  mkdir("b", 0777);
  mkdir("a/deep", 0777);
  mkdir("a/deep/er", 0777);
  mkdir("folder/inner", 0777);
  close(open("folder/secret", O_CREAT | O_WRONLY, 0666));
  snprintf(link, sizeof link, "%s", arguments[2]);
  snprintf(up, sizeof up, "../../../../../../../..%s", arguments[2]);
  if (symlink(link, "link") != 0 || symlink(up, "uplink") != 0 || symlink("../outside", "near") != 0) return 98;
  rename("folder", "place");
  const int swapper = fork();
  if (swapper == 0) {
    for (;;) {
      renameat2(AT_FDCWD, "link", AT_FDCWD, "place", RENAME_EXCHANGE);
      renameat2(AT_FDCWD, "uplink", AT_FDCWD, "place", RENAME_EXCHANGE);
      renameat2(AT_FDCWD, "near", AT_FDCWD, "place", RENAME_EXCHANGE);
      rename("a/deep", "b/deep");
      rename("b/deep", "a/deep");
    }
  }
  const int deep = open("a/deep/er", O_PATH | O_DIRECTORY);
  for (int turns = atoi(arguments[1]); turns > 0; --turns) {
    check("open", open("place/secret", O_RDONLY));
    check("slow", open("place/inner/../secret", O_RDONLY));
    check("self", open("/proc/self/cwd/place/secret", O_RDONLY));
    check("deep", openat(deep, "../../../../outside/secret", O_RDONLY));
    check("deeper", openat(deep, "../../place/../../outside/secret", O_RDONLY));
    check("made", open("place/made", O_CREAT | O_RDWR, 0666));
    const int place = open("place", O_PATH);
    if (place >= 0) {
      check("path", openat(place, "secret", O_RDONLY));
      check("above", openat(place, "../outside/secret", O_RDONLY));
      close(place);
    }
    mkdir("place/new", 0777);
    unlink("place/made");
    rmdir("place/new");
  }
  kill(swapper, SIGKILL);
  waitpid(swapper, NULL, 0);
  printf("secrets: %d\n", secrets);
  return 0;
}
