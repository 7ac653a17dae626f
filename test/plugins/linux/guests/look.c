// Does what its arguments say, in pairs of a verb and a path ("FROM>TO" where it takes two), and prints what came of
// each.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "report.h"

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void list(const char *path, int with_types) {
  char *names[200];
  int count = 0;
  DIR *directory = opendir(path);
  if (directory == NULL) {
    printf("%s", strerror(errno));
    return;
  }
  for (struct dirent *entry; (entry = readdir(directory)) != NULL && count < 200;) {
    char name[300];
    snprintf(name, sizeof name, with_types ? "%s/%d" : "%s", entry->d_name, entry->d_type);
    names[count++] = strdup(name);
  }
  closedir(directory);
  qsort(names, count, sizeof names[0], by_name);
  for (int i = 0; i < count; ++i) printf("%s%s", i == 0 ? "" : " ", names[i]);
}

static void read_byte(const char *path) {
  unsigned char byte;
  const int file = open(path, O_RDONLY);
  const long n = file < 0 ? -1 : read(file, &byte, 1);
  if (n == 1) printf("0x%02x", byte);
  if (n == 0) printf("nothing");
  if (n < 0) printf("%s", strerror(errno));
  if (file >= 0) close(file);
}

static void read_all(const char *path) {
  char text[4096];
  const int file = open(path, O_RDONLY);
  long n = file < 0 ? -1 : 0;
  while (file >= 0 && (n = read(file, text, sizeof text)) > 0) {
    for (long i = 0; i < n; ++i) putchar(text[i] == '\n' || text[i] == 0 ? '|' : text[i]);
  }
  if (n < 0) printf("%s", strerror(errno));
  if (file >= 0) close(file);
}

static void show(long result) { printf("%s", result < 0 ? strerror(errno) : "fine"); }

int main(int count, char **arguments) {
  char text[5000] = {0};
  struct stat status;
  for (int i = 1; i + 1 < count; i += 2) {
    const char *verb = arguments[i], *path = arguments[i + 1];
    printf("%s %s: ", verb, path);
    if (strcmp(verb, "list") == 0) list(path, 0);
    if (strcmp(verb, "types") == 0) list(path, 1);
    if (strcmp(verb, "text") == 0) read_all(path);
    char from[5000], *to = strcpy(from, path);
    strsep(&to, ">");
    if (strcmp(verb, "move") == 0) show(rename(from, to));
    if (strcmp(verb, "hard") == 0) show(link(from, to));
    if (strcmp(verb, "soft") == 0) show(symlink(from, to));
    if (strcmp(verb, "unfold") == 0) show(rmdir(path));
    if (strcmp(verb, "fifo") == 0) show(mknod(path, S_IFIFO | 0644, 0));
    if (strcmp(verb, "owner") == 0) {
      if (lstat(path, &status) != 0)
        show(-1);
      else
        printf("%d %d %o", (int)status.st_uid, (int)status.st_gid, status.st_mode);
    }
    if (strcmp(verb, "system") == 0) {
      struct statfs system;
      if (statfs(path, &system) != 0)
        show(-1);
      else
        printf("%lx", (long)system.f_type);
    }
    if (strcmp(verb, "read") == 0) read_byte(path);
    if (strcmp(verb, "open") == 0) show(open(path, O_RDONLY));
    if (strcmp(verb, "write") == 0) show(open(path, O_WRONLY));
    if (strcmp(verb, "truncate") == 0) show(truncate(path, 0));
    if (strcmp(verb, "make") == 0) show(open(path, O_CREAT | O_WRONLY, 0600));
    if (strcmp(verb, "make-new") == 0) show(open(path, O_CREAT | O_EXCL | O_WRONLY, 0600));
    if (strcmp(verb, "empty") == 0) show(open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600));
    if (strcmp(verb, "folder") == 0) show(mkdir(path, 0700));
    if (strcmp(verb, "remove") == 0) show(unlink(path));
    if (strcmp(verb, "rename") == 0) show(rename(path, "renamed"));
    if (strcmp(verb, "chmod") == 0) show(chmod(path, 0700));
    if (strcmp(verb, "touch") == 0) show(utimensat(AT_FDCWD, path, NULL, 0));
    if (strcmp(verb, "touch-folder") == 0) {
      if (chdir(path) != 0)
        show(-1);
      else if (utimensat(AT_FDCWD, "", NULL, AT_EMPTY_PATH) == 0)
        printf("touched");
      else
        show(fchownat(AT_FDCWD, "", -1, -1, AT_EMPTY_PATH));
    }
    if (strcmp(verb, "touch-here") == 0) show(utimensat(AT_FDCWD, "", NULL, AT_EMPTY_PATH));
    if (strcmp(verb, "writable") == 0) show(access(path, W_OK));
    if (strcmp(verb, "enter") == 0) show(chdir(path));
    if (strcmp(verb, "stat") == 0) show(stat(path, &status));
    if (strcmp(verb, "cwd") == 0) printf("%s", getcwd(text, sizeof text) == NULL ? strerror(errno) : text);
    if (strcmp(verb, "link") == 0) {
      memset(text, 0, sizeof text);
      printf("%s", readlink(path, text, sizeof text - 1) < 0 ? strerror(errno) : text);
    }
    printf("\n");
  }
  return 0;
}
