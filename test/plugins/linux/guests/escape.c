// Tries to reach what is outside the root. Beside the root lies a folder "outside" with a file "secret"; below the root
// "evil" links to that folder by its absolute host path, which is the first argument, and "up" to "../../..".
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

static void look(const char *path) {
  char text[100] = {0};
  struct stat status;
  int file = open(path, O_RDONLY);
  if (file >= 0 && read(file, text, 99) < 0) strcpy(text, "(unreadable)");
  printf("%s: %s %s\n", path, file >= 0 ? "opened" : strerror(errno), text);
  if (stat(path, &status) == 0) printf("%s: stat sees %o\n", path, status.st_mode);
  if (file >= 0) close(file);
}

int main(int count, char **arguments) {
  char path[PATH_MAX], text[100] = {0};
  const char *host = arguments[1];
  setvbuf(stdout, NULL, _IONBF, 0);
  if (count != 2) return 99;
  look("../outside/secret");
  look("/../../../outside/secret");
  look("up/outside/secret");
  look("up/../outside/secret");
  look("evil/secret");
  look("evil/");
  look("evil");
  look("/deep/er/../../../outside/secret");
  snprintf(path, sizeof path, "%s/secret", host);
  look(path);
  snprintf(path, sizeof path, "/..%s/secret", host);
  look(path);
  look("/etc/passwd");
  look("/proc/1/environ");
  look("/proc/self/root/etc/passwd");
  look("/proc/self/root/../outside/secret");
  look("/proc/self/cwd/../outside/secret");
  look("/proc/self/fd/0/../../etc/passwd");
  look("/proc/self/task/1/root/etc/passwd");
  look("/proc/thread-self/root/etc/passwd");
  look("/proc/sys/kernel/core_pattern");
  look("/sys/kernel");
  look("/dev/mem");
  look("/dev/../../outside/secret");

  int directory = open("deep", O_RDONLY | O_DIRECTORY);
  REPORT(openat(directory, "../../outside/secret", O_RDONLY));
  REPORT(openat(directory, "er/../../../outside/secret", O_RDONLY));
  REPORT(openat(directory, "../evil/secret", O_RDONLY));
  REPORT(rename("deep", "deeper"));
  REPORT(openat(directory, "../../outside/secret", O_RDONLY));
  REPORT(fchdir(directory));
  REPORT(open("../../outside/secret", O_RDONLY));
  REPORT(open("../../../../outside/secret", O_RDONLY));
  REPORT(chdir("../.."));
  REPORT(open("outside/secret", O_RDONLY));
  printf("%s\n", getcwd(text, sizeof text));
  REPORT(chdir("evil"));
  REPORT(chdir("up"));
  printf("%s\n", getcwd(text, sizeof text));

  REPORT(symlink("/proc/self/root/etc", "magic"));
  look("magic/passwd");
  REPORT(symlink("/dev/null", "null"));
  REPORT(symlink(host, "again"));
  look("again/secret");
  REPORT(symlink("again", "chain"));
  look("chain/secret");
  REPORT(open("chain/new", O_CREAT | O_WRONLY, 0600));
  REPORT(open("evil/new", O_CREAT | O_WRONLY, 0600));
  REPORT(open("../new", O_CREAT | O_EXCL | O_WRONLY, 0600));
  REPORT(access("/new", F_OK));
  REPORT(mkdir("evil/folder", 0700));
  REPORT(mkdir("../../folder", 0700));
  REPORT(access("/folder", F_OK));
  REPORT(mknod("evil/fifo", S_IFIFO | 0600, 0));
  REPORT(mknod("device", S_IFCHR | 0600, 0x103));
  REPORT(mknod("device", S_IFBLK | 0600, 0x800));
  REPORT(unlink("evil/secret"));
  REPORT(rmdir("evil/"));
  REPORT(rmdir("../outside"));
  REPORT(rename("evil/secret", "stolen"));
  REPORT(rename("new", "../outside/new"));
  REPORT(link("evil/secret", "stolen"));
  REPORT(linkat(AT_FDCWD, "evil/", AT_FDCWD, "stolen", 0));
  REPORT(linkat(AT_FDCWD, "evil/secret", AT_FDCWD, "stolen", AT_SYMLINK_FOLLOW));
  REPORT(linkat(0, "", AT_FDCWD, "stolen", AT_EMPTY_PATH));
  REPORT(linkat(AT_FDCWD, "/proc/self/fd/0", AT_FDCWD, "stolen", AT_SYMLINK_FOLLOW));
  REPORT(linkat(AT_FDCWD, "/proc/self/exe", AT_FDCWD, "stolen", AT_SYMLINK_FOLLOW));
  REPORT(symlink("x", "evil/x"));
  REPORT(truncate("evil/secret", 0));
  REPORT(chmod("evil/secret", 0777));
  REPORT(chmod("evil", 0777));
  REPORT(chown("evil/", 1, 1));
  REPORT(utimensat(AT_FDCWD, "evil/secret", NULL, 0));
  struct statfs system;
  REPORT(statfs("evil", &system));
  REPORT(readlink("evil/link", text, sizeof text));
  REPORT(opendir("evil/") != NULL);
  REPORT(chroot("evil"));
  REPORT(open("evil/", O_TMPFILE | O_WRONLY, 0600));

  REPORT(openat(0, "secret", O_RDONLY));
  REPORT(openat(0, ".", O_RDONLY));
  REPORT(fchdir(0));
  REPORT(fchmod(0, 0777));
  REPORT(fchown(0, 1, 1));
  REPORT(futimens(0, NULL));
  REPORT(fchmodat(0, "secret", 0777, 0));
  REPORT(unlinkat(0, "secret", 0));
  REPORT(fstatat(0, "secret", &(struct stat){0}, 0));
  look("/proc/self/fd/0/secret");
  look("/dev/fd/0/secret");
  return 0;
}
