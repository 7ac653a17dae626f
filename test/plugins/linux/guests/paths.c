// Every kind of path with every kind of call: one line each. Runs as the program of a root that has an empty folder
// "work"; its argument says where paths begin: "absolute", "relative", or "descriptor".
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

static int from = AT_FDCWD;

static void say(const char *what, const char *path, long result) {
  printf("%s %s: %s\n", what, path, result < 0 ? strerror(errno) : "fine");
}

static void show(const char *what, const char *path, int flags) {
  struct stat s;
  const int result = fstatat(from, path, &s, flags);
  if (result != 0) return say(what, path, result);
  printf("%s %s: %o %d\n", what, path, s.st_mode, S_ISDIR(s.st_mode) ? 0 : (int)s.st_size);
}

static void open_with(const char *what, const char *path, int flags) {
  const int file = openat(from, path, flags | O_NONBLOCK, 0644);
  say(what, path, file);
  if (file < 0) return;
  struct stat s;
  if (fstat(file, &s) == 0) printf("  %o %x\n", s.st_mode, fcntl(file, F_GETFL) & (O_ACCMODE | O_PATH | O_DIRECTORY));
  close(file);
}

// What a call made is taken away again.
static void undo(const char *path, int flags) {
  if (unlinkat(from, path, flags) != 0) say("  undo", path, -1);
}

static void make(const char *path) {
  struct stat before;
  const int existed = fstatat(from, path, &before, 0) == 0;
  const int file = openat(from, path, O_CREAT | O_WRONLY | O_NONBLOCK, 0644);
  say("make", path, file);
  if (file < 0) return;
  close(file);
  if (existed) return;
  for (const char *const *name = (const char *const[]){"/work/nowhere", "/work/d/nowhere", "/work/d/nope", NULL};
       *name != NULL; ++name) {
    if (unlink(*name) == 0) printf("  made %s\n", *name);
  }
  if (fstatat(from, path, &before, 0) == 0) undo(path, 0);
}

static void try_all(const char *path) {
  char text[200] = {0};
  struct statfs system;
  show("stat", path, 0);
  show("lstat", path, AT_SYMLINK_NOFOLLOW);
  open_with("open", path, O_RDONLY);
  open_with("open-write", path, O_WRONLY);
  open_with("open-nofollow", path, O_RDONLY | O_NOFOLLOW);
  open_with("open-directory", path, O_RDONLY | O_DIRECTORY);
  open_with("open-path", path, O_PATH);
  open_with("open-path-nofollow", path, O_PATH | O_NOFOLLOW);
  make(path);
  const int file = openat(from, path, O_CREAT | O_EXCL | O_WRONLY, 0600);
  say("make-new", path, file);
  if (file >= 0) undo(path, 0);
  close(file);
  if (readlinkat(from, path, text, sizeof text - 1) < 0) strcpy(text, strerror(errno));
  printf("readlink %s: %s\n", path, text);
  say("access", path, faccessat(from, path, R_OK | W_OK | X_OK, 0));
  int result = mkdirat(from, path, 0750);
  say("mkdir", path, result);
  if (result == 0) undo(path, AT_REMOVEDIR);
  result = symlinkat("target", from, path);
  say("symlink", path, result);
  if (result == 0) undo(path, 0);
  result = mknodat(from, path, S_IFIFO | 0600, 0);
  say("mknod", path, result);
  if (result == 0) undo(path, 0);
  result = linkat(AT_FDCWD, "/work/file", from, path, 0);
  say("link to", path, result);
  if (result == 0) undo(path, 0);
  for (int flags = 0; flags <= AT_SYMLINK_FOLLOW; flags += AT_SYMLINK_FOLLOW) {
    result = linkat(from, path, AT_FDCWD, "/work/linked", flags);
    say(flags == 0 ? "link" : "link-follow", path, result);
    if (result == 0) unlink("/work/linked");
  }
  result = renameat2(from, path, AT_FDCWD, "/work/renamed", RENAME_NOREPLACE);
  say("rename", path, result);
  if (result == 0 && renameat2(AT_FDCWD, "/work/renamed", from, path, RENAME_NOREPLACE) != 0) {
    // The name had slashes behind it.
    strcpy(text, path);
    while (strlen(text) > 1 && text[strlen(text) - 1] == '/') text[strlen(text) - 1] = 0;
    say("  back", text, renameat(AT_FDCWD, "/work/renamed", from, text));
  }
  close(open("/work/fresh", O_CREAT | O_WRONLY, 0600));
  result = renameat2(AT_FDCWD, "/work/fresh", from, path, RENAME_NOREPLACE);
  say("rename to", path, result);
  if (result == 0) undo(path, 0);
  unlink("/work/fresh");
  mkdir("/work/fresh", 0700);
  result = renameat2(AT_FDCWD, "/work/fresh", from, path, RENAME_NOREPLACE);
  say("rename a folder to", path, result);
  if (result == 0) undo(path, AT_REMOVEDIR);
  rmdir("/work/fresh");
  // Refused for whatever is not empty, or no folder.
  say("rmdir /work/d/e/..", path, strstr(path, "e/f") != NULL ? 0 : unlinkat(from, path, AT_REMOVEDIR));
  if (from == AT_FDCWD) {
    char here[300];
    result = chdir(path);
    say("chdir", path, result);
    if (result == 0 && getcwd(here, sizeof here) != NULL) printf("  %s\n", here);
    if (chdir("/work") != 0) exit(98);
    say("statfs", path, statfs(path, &system));
    say("truncate", path, strstr(path, "file") != NULL ? truncate(path, 5) : 0);
  }
}

int main(int count, char **arguments) {
  static const char *const links[][2] = {
      {"file", "l_file"},
      {"d", "l_dir"},
      {"/work/d", "l_abs"},
      {"../work/d/e", "l_up"},
      {"nowhere", "l_dangling"},
      {"/work/d/nowhere", "l_dangling_abs"},
      {"l_loop", "l_loop"},
      {"l_b", "l_a"},
      {"l_a", "l_b"},
      {"d/", "l_slash"},
      {"/", "l_root"},
      {"/../../work/file", "l_far"},
      {".", "l_dot"},
      {"..", "l_up_one"},
      {"file/", "l_file_slash"},
      {"l_abs/e", "l_two"},
      {"../../../..", "d/e/l_top"},
      {"l_dir/../l_abs", "l_mixed"},
  };
  static const char *const bases[] = {"file",       "d",
                                      "d/e",        "d/e/f",
                                      "fifo",       "missing",
                                      "l_file",     "l_dir",
                                      "l_abs",      "l_up",
                                      "l_dangling", "l_dangling_abs",
                                      "l_loop",     "l_a",
                                      "l_slash",    "l_root",
                                      "l_far",      "l_dot",
                                      "l_up_one",   "l_file_slash",
                                      "l_two",      "l_mixed",
                                      "d/e/l_top",  "c39",
                                      "c40",        "c41",
                                      ".",          "..",
                                      "../../..",   "d/../d/./e//.."};
  static const char *const ends[] = {"",      "/",      "//",       "/.",          "/..",        "/inner",
                                     "/nope", "/nope/", "/../file", "/e/../inner", "/nope/../x", "/./../work/d/inner"};
  // Nowhere but in a root of its own: it names and changes what is in "/work".
  if (count != 2 || access("/program", X_OK) != 0 || chdir("/work") != 0) return 99;
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  umask(022);
  mkdir("d", 0755);
  mkdir("d/e", 0755);
  mkdir("d/e/f", 0755);
  close(open("d/e/f/kept", O_CREAT | O_WRONLY, 0644));
  close(open("file", O_CREAT | O_WRONLY, 0755));
  close(open("d/inner", O_CREAT | O_WRONLY, 0755));
  mknod("fifo", S_IFIFO | 0755, 0);
  for (size_t i = 0; i < sizeof links / sizeof *links; ++i) {
    if (symlink(links[i][0], links[i][1]) != 0) return 97;
  }
  for (int i = 0; i <= 41; ++i) {
    char link[10], target[10];
    snprintf(link, sizeof link, "c%d", i);
    snprintf(target, sizeof target, "c%d", i - 1);
    if (symlink(i == 0 ? "d" : target, link) != 0) return 96;
  }
  const int is_absolute = strcmp(arguments[1], "absolute") == 0;
  if (strcmp(arguments[1], "descriptor") == 0) {
    from = open("d/e/../..//work", O_RDONLY | O_DIRECTORY);
    if (from < 0) from = open("/work", O_RDONLY | O_DIRECTORY);
    if (chdir("/") != 0) return 95;
  }
  for (size_t i = 0; i < sizeof bases / sizeof *bases; ++i) {
    for (size_t j = 0; j < sizeof ends / sizeof *ends; ++j) {
      char path[200];
      snprintf(path, sizeof path, "%s%s%s", is_absolute ? "/work/" : "", bases[i], ends[j]);
      try_all(path);
    }
  }

  // Names as long as they may be, and longer; bytes of every kind.
  char name[300];
  for (int size = 254; size <= 257; ++size) {
    memset(name, 'n', sizeof name);
    name[size] = 0;
    try_all(name);
  }
  for (int byte = 1; byte < 256; ++byte) {
    if (byte == '/' || byte == '.') continue;
    name[0] = 'b', name[1] = (char)byte, name[2] = 0;
    struct stat s;
    const int file = openat(from, name, O_CREAT | O_EXCL | O_WRONLY, 0600);
    printf("byte %d: %d", byte, file >= 0 && fstatat(from, name, &s, 0) == 0 && unlinkat(from, name, 0) == 0);
    printf(" %d\n", fstatat(from, name, &s, 0));
    close(file);
  }
  // A path of as many bytes as may be.
  static char path[5000];
  for (int size = 4093; size <= 4098; ++size) {
    memset(path, '/', sizeof path);
    path[size] = 0;
    memcpy(path, "/work", 5);
    memcpy(path + size - 4, "file", 4);
    struct stat s;
    printf("%d bytes: %s\n", size, stat(path, &s) == 0 ? "fine" : strerror(errno));
  }
  return 0;
}
