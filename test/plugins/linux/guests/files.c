// Files below the folder that is named by the argument and empty.
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "report.h"

static void show_stat(const char *path) {
  struct stat s;
  if (lstat(path, &s) != 0) {
    printf("%s: %s\n", path, strerror(errno));
    return;
  }
  printf("%s: mode %o links %d size %ld blocks %ld times %ld %ld\n", path, s.st_mode, (int)s.st_nlink, (long)s.st_size,
         S_ISREG(s.st_mode) ? (long)s.st_blocks : 0, S_ISREG(s.st_mode) && s.st_mtime < 2000 ? (long)s.st_mtime : 0,
         S_ISREG(s.st_mode) && s.st_atime < 2000 ? (long)s.st_atime : 0);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void list(const char *path) {
  DIR *directory = opendir(path);
  char *names[64];
  int count = 0;
  if (directory == NULL) {
    printf("list %s: %s\n", path, strerror(errno));
    return;
  }
  for (struct dirent *e; (e = readdir(directory)) != NULL && count < 64;) {
    char line[300];
    snprintf(line, sizeof line, "%s/%d", e->d_name, e->d_type);
    names[count++] = strdup(line);
  }
  closedir(directory);
  qsort(names, count, sizeof names[0], by_name);
  printf("list %s:", path);
  for (int i = 0; i < count; ++i) printf(" %s", names[i]);
  printf("\n");
}

int main(int count, char **arguments) {
  char buffer[64] = {0};
  if (count != 2 || chdir(arguments[1]) != 0) return 99;
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  umask(027);
  int file = open("file", O_RDWR | O_CREAT | O_EXCL, 0666);
  REPORT(file >= 0);
  show_stat("file");
  REPORT(open("file", O_RDWR | O_CREAT | O_EXCL, 0666));
  REPORT(open("missing", O_RDONLY));
  REPORT(open("file/below", O_RDONLY));
  REPORT(open("", O_RDONLY));
  REPORT(open("file", O_RDONLY | O_DIRECTORY));
  REPORT(write(file, "hello, world", 12));
  REPORT(lseek(file, 0, SEEK_CUR));
  REPORT(lseek(file, -5, SEEK_END));
  REPORT(read(file, buffer, 64));
  printf("%s\n", buffer);
  REPORT(read(file, buffer, 64));
  REPORT(pread(file, buffer, 4, 2));
  REPORT(pwrite(file, "XY", 2, 20));
  REPORT(pread(file, buffer, 4, -1));
  REPORT(lseek(file, -1, SEEK_SET));
  REPORT(lseek(file, 100, 9));
  REPORT(lseek(file, 0, SEEK_DATA));
  show_stat("file");
  struct iovec vectors[3] = {{"ab", 2}, {NULL, 0}, {"cde", 3}};
  REPORT(lseek(file, 0, SEEK_SET));
  REPORT(writev(file, vectors, 3));
  REPORT(writev(file, vectors, -1));
  REPORT(writev(file, vectors, 1025));
  REPORT(writev(file, vectors, 0));
  char a[3] = {0}, b[3] = {0};
  struct iovec into[2] = {{a, 2}, {b, 2}};
  REPORT(preadv(file, into, 2, 1));
  printf("%s %s\n", a, b);
  REPORT(ftruncate(file, 3));
  REPORT(ftruncate(file, -3));
  REPORT(truncate("file", 5000));
  REPORT(truncate(".", 5000));
  REPORT(truncate("missing", 5000));
  show_stat("file");
  REPORT(fallocate(file, 0, 0, 8192));
  REPORT(fsync(file));
  REPORT(fdatasync(file));
  REPORT(read(-1, buffer, 1));
  REPORT(read(77, buffer, 1));
  REPORT(write(open("file", O_RDONLY), "x", 1));
  REPORT(read(open("file", O_WRONLY), buffer, 1));
  REPORT(read(open(".", O_RDONLY), buffer, 1));
  REPORT(open(".", O_RDWR));
  REPORT(read(file, (char *)8, 1));
  REPORT(write(file, (char *)8, 1));
  REPORT(open((char *)8, O_RDONLY));
  int append = open("file", O_WRONLY | O_APPEND);
  REPORT(write(append, "end", 3));
  REPORT(fcntl(append, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
  REPORT(fcntl(append, F_SETFL, O_NONBLOCK));
  REPORT(fcntl(append, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
  REPORT(fcntl(append, F_GETFD));
  REPORT(fcntl(append, F_SETFD, FD_CLOEXEC));
  REPORT(fcntl(append, F_GETFD));
  REPORT(fcntl(append, F_DUPFD, 50));
  REPORT(fcntl(append, F_DUPFD, 100000));
  REPORT(fcntl(append, 9999));
  REPORT(fcntl(append, F_GETOWN));
  REPORT(dup2(append, 60));
  REPORT(dup3(append, append, 0));
  REPORT(dup2(append, append) == append);
  REPORT(dup2(99, 61));
  REPORT(close(60));
  REPORT(close(60));

  REPORT(mkdir("directory", 0777));
  REPORT(mkdir("directory", 0777));
  REPORT(mkdir("missing/x", 0777));
  REPORT(mkdir("directory/sub/", 0700));
  show_stat("directory");
  REPORT(symlink("../file", "directory/link"));
  REPORT(symlink("nowhere", "dangling"));
  REPORT(symlink("loop", "loop"));
  REPORT(symlink("", "empty"));
  show_stat("directory/link");
  REPORT(open("loop", O_RDONLY));
  REPORT(open("dangling", O_RDONLY));
  REPORT(open("directory/link", O_RDONLY | O_NOFOLLOW));
  REPORT(readlink("directory/link", buffer, 4));
  REPORT(readlink("file", buffer, 4));
  REPORT(readlink("directory/link", buffer, 0));
  int through = open("directory/link", O_RDONLY);
  REPORT(read(through, buffer, 2));
  int directory = open("directory", O_RDONLY | O_DIRECTORY);
  int relative = openat(directory, "../file", O_RDONLY);
  REPORT(read(relative, buffer, 2));
  REPORT(openat(file, "x", O_RDONLY));
  REPORT(openat(88, "x", O_RDONLY));
  REPORT(link("file", "hard"));
  REPORT(link("file", "hard"));
  REPORT(link("directory", "hard2"));
  REPORT(linkat(AT_FDCWD, "directory/link", AT_FDCWD, "hardlink", 0));
  show_stat("hardlink");
  REPORT(linkat(AT_FDCWD, "directory/link", AT_FDCWD, "hardfile", AT_SYMLINK_FOLLOW));
  show_stat("hardfile");
  list(".");
  list("directory");
  REPORT(rename("hard", "directory/moved"));
  REPORT(rename("missing", "x"));
  REPORT(rename("directory", "file"));
  REPORT(rename("directory", "directory/sub/x"));
  REPORT(rename("file", "directory"));
  REPORT(renameat2(AT_FDCWD, "file", AT_FDCWD, "hardfile", RENAME_NOREPLACE));
  REPORT(renameat2(AT_FDCWD, "hardlink", AT_FDCWD, "dangling", RENAME_EXCHANGE));
  REPORT(unlink("directory"));
  REPORT(rmdir("file"));
  REPORT(rmdir("directory"));
  REPORT(rmdir("."));
  REPORT(unlink("missing"));
  REPORT(unlink("file/"));
  REPORT(unlink("directory/moved"));
  REPORT(mknod("fifo", S_IFIFO | 0640, 0));
  show_stat("fifo");
  REPORT(access("file", R_OK | W_OK));
  REPORT(access("file", 99));
  REPORT(access("missing", F_OK));
  REPORT(faccessat(AT_FDCWD, "dangling", F_OK, AT_SYMLINK_NOFOLLOW));
  REPORT(chmod("file", 0751));
  REPORT(fchmod(file, 04640));
  show_stat("file");
  REPORT(chmod("missing", 0));
  REPORT(chown("file", -1, -1));
  REPORT(fchownat(AT_FDCWD, "dangling", -1, -1, AT_SYMLINK_NOFOLLOW));
  struct timespec times[2] = {{1000, 5}, {1500, 7}};
  REPORT(utimensat(AT_FDCWD, "file", times, 0));
  show_stat("file");
  times[0].tv_nsec = UTIME_OMIT;
  times[1].tv_sec = 1600;
  REPORT(futimens(file, times));
  show_stat("file");
  times[0].tv_nsec = -5;
  REPORT(utimensat(AT_FDCWD, "file", times, 0));
  int path = open("file", O_PATH);
  REPORT(futimens(path, NULL));
  REPORT(ftruncate(path, 1));
  REPORT(fchmod(path, 0600));
  REPORT(read(path, buffer, 1));
  REPORT(getxattr("missing", "user.x", buffer, 1));
  REPORT(lgetxattr("missing", "user.x", buffer, 1));
  REPORT(listxattr("missing/below", buffer, 1));
  REPORT(access("/proc/self/status", X_OK));
  REPORT(access("/dev/null", X_OK));
  REPORT(access("/proc/self", X_OK));
  char again[40];
  REPORT(lseek(file, 2, SEEK_SET));
  snprintf(again, sizeof again, "/proc/self/fd/%d", file);
  int other = open(again, O_RDONLY);
  REPORT(lseek(other, 0, SEEK_CUR));
  REPORT(read(other, buffer, 1));
  REPORT(lseek(file, 0, SEEK_CUR));
  REPORT(write(other, buffer, 1));
  snprintf(again, sizeof again, "/dev/fd/%d", other);
  REPORT(close(open(again, O_WRONLY)));
  REPORT(open(again, O_RDONLY | O_NOFOLLOW));
  REPORT(open(again, O_RDONLY | O_DIRECTORY));
  snprintf(again, sizeof again, "/proc/self/fd/%d", directory);
  REPORT(close(open(again, O_RDONLY | O_DIRECTORY)));
  REPORT(close(openat(directory, ".", O_TMPFILE | O_RDWR, 0600)) == 0);
  struct statx extended;
  REPORT(statx(AT_FDCWD, "file", 0, STATX_BASIC_STATS, &extended));
  printf("%o %d %ld\n", extended.stx_mode, (int)extended.stx_nlink, (long)extended.stx_size);
  REPORT(statx(file, "", AT_EMPTY_PATH, STATX_SIZE, &extended));
  struct stat empty;
  REPORT(fstatat(file, "", &empty, AT_EMPTY_PATH));
  REPORT(fstatat(file, "", &empty, 0));
  struct statfs system;
  REPORT(statfs(".", &system));
  REPORT(fstatfs(file, &system));
  REPORT(flock(file, LOCK_EX | LOCK_NB));
  REPORT(flock(open("file", O_RDONLY), LOCK_EX | LOCK_NB));
  REPORT(flock(file, LOCK_UN));
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
  REPORT(fcntl(file, F_SETLK, &lock));
  REPORT(fcntl(file, F_SETLKW, &lock));
  lock.l_type = F_UNLCK;
  REPORT(fcntl(file, F_SETLK, &lock));
  int copy = open("copy", O_RDWR | O_CREAT | O_TRUNC, 0600);
  off_t offset = 2;
  REPORT(sendfile(copy, file, &offset, 100));
  REPORT(offset);
  REPORT(lseek(file, 4, SEEK_SET));
  REPORT(sendfile(copy, file, NULL, 100000));
  REPORT(lseek(file, 0, SEEK_CUR));
  REPORT(sendfile(copy, directory, NULL, 10));
  loff_t from = 0, to = 0;
  REPORT(copy_file_range(file, &from, copy, &to, 10, 0));
  REPORT(from + to);

  REPORT(chdir("directory"));
  REPORT(chdir("missing"));
  REPORT(chdir("link"));
  REPORT(access("../file", F_OK));
  REPORT(fchdir(file));
  list(".");
  REPORT(chdir(".."));
  REPORT(fchdir(directory));
  char *name = getcwd(NULL, 0);
  printf("%s\n", strrchr(name, '/'));
  REPORT(getcwd(buffer, 2) != NULL);
  REPORT(rmdir("../directory/sub"));
  REPORT(unlink("link"));
  REPORT(chdir(".."));
  REPORT(rmdir("directory"));
  char *longest = malloc(6000);
  memset(longest, 'a', 5999);
  longest[5999] = 0;
  REPORT(open(longest, O_RDONLY));
  longest[300] = 0;
  REPORT(open(longest, O_RDONLY | O_CREAT, 0600));
  REPORT(umask(0));
  REPORT(mkdir("open", 0777));
  show_stat("open");
  REPORT(mknod("pipe", S_IFIFO | 0666, 0));
  show_stat("pipe");
  REPORT(mknod("plain", 0666, 0));
  show_stat("plain");
  REPORT(close(open("everyone", O_CREAT | O_WRONLY, 0666)));
  show_stat("everyone");
  REPORT(close(open("everyone", O_CREAT | O_WRONLY, 0600)));
  show_stat("everyone");
  return 0;
}
