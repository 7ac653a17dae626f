// Locks of one process, in argv[1]: what each asks, gets and is refused.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "report.h"

static struct flock range(short type, long start, long length) {
  return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
}

static long set(int file, int command, short type, long start, long length) {
  struct flock lock = range(type, start, length);
  return fcntl(file, command, &lock);
}

// As another owner sees the file: the first lock that stands against writing all of it from `start` on.
static void show(int file, long start) {
  struct flock lock = range(F_WRLCK, start, 0);
  if (fcntl(file, F_OFD_GETLK, &lock) != 0) {
    printf("refused: %s\n", strerror(errno));
  } else if (lock.l_type == F_UNLCK) {
    printf("free from %ld on\n", start);
  } else {
    printf("type %d from %ld for %ld by %s\n", lock.l_type, (long)lock.l_start, (long)lock.l_len,
           lock.l_pid == getpid() ? "us"
           : lock.l_pid == -1     ? "a description"
                                  : "others");
  }
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IONBF, 0);
  if (count < 2 || chdir(arguments[1]) != 0) return 2;
  const int a = open("file", O_RDWR | O_CREAT, 0644), b = open("file", O_RDWR), r = open("file", O_RDONLY),
            w = open("file", O_WRONLY);
  REPORT(write(a, "0123456789", 10));

  REPORT(set(a, F_SETLK, F_WRLCK, 10, 10));
  show(b, 0);
  REPORT(set(b, F_SETLK, F_WRLCK, 15, 10));  // the same owner
  show(b, 0);
  REPORT(set(a, F_SETLK, F_UNLCK, 14, 2));
  show(b, 0);
  show(b, 14);
  REPORT(set(a, F_SETLK, F_RDLCK, 18, 2));
  show(b, 16);
  show(b, 18);
  show(b, 20);
  REPORT(set(a, F_SETLK, F_WRLCK, 14, 6));
  show(b, 0);
  REPORT(set(a, F_SETLK, F_UNLCK, 0, 0));
  show(b, 0);
  REPORT(set(a, F_SETLKW, F_RDLCK, 100, 0));
  show(b, 0);
  REPORT(set(a, F_SETLK, F_RDLCK, 50, 50));
  show(b, 0);
  REPORT(set(a, F_SETLK, F_UNLCK, 60, 10));
  show(b, 0);
  show(b, 60);
  REPORT(close(r));  // of any descriptor of the file: all are gone
  show(b, 0);

  // What is refused.
  const int reader = open("file", O_RDONLY);
  REPORT(set(reader, F_SETLK, F_WRLCK, 0, 1));
  REPORT(set(w, F_SETLK, F_RDLCK, 0, 1));
  REPORT(set(reader, F_SETLK, F_RDLCK, 0, 1));
  REPORT(set(w, F_SETLK, F_WRLCK, 5, 1));
  show(a, 0);
  REPORT(set(a, F_SETLK, 77, 0, 1));
  REPORT(set(a, F_SETLK, F_RDLCK, -1, 1));
  REPORT(set(a, F_SETLK, F_RDLCK, 5, -6));
  REPORT(set(a, F_SETLK, F_RDLCK, 0x7fffffffffffffff, 2));
  struct flock lock = {.l_type = F_WRLCK, .l_whence = 9};
  REPORT(fcntl(a, F_SETLK, &lock));
  lock = (struct flock){.l_type = F_UNLCK};
  REPORT(fcntl(a, F_GETLK, &lock));
  lock = (struct flock){.l_type = F_WRLCK, .l_pid = 1};
  REPORT(fcntl(a, F_OFD_SETLK, &lock));
  REPORT(fcntl(a, F_SETLK, (void *)8));
  const int path = open("file", O_PATH);
  REPORT(set(path, F_SETLK, F_RDLCK, 0, 1));
  REPORT(flock(path, LOCK_SH));
  REPORT(fcntl(99, F_SETLK, &lock));
  REPORT(set(a, F_SETLK, F_UNLCK, 0, 0));

  // From where the file stands, and from its end.
  lseek(a, 4, SEEK_SET);
  lock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_start = -1, .l_len = 2};
  REPORT(fcntl(a, F_SETLK, &lock));
  lock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = 0, .l_len = -3};
  REPORT(fcntl(a, F_SETLK, &lock));
  show(b, 0);
  show(b, 5);
  REPORT(set(a, F_SETLK, F_UNLCK, 0, 0));

  // An open file description as the owner: two of one process stand against each other.
  REPORT(set(a, F_OFD_SETLK, F_WRLCK, 0, 10));
  REPORT(set(b, F_OFD_SETLK, F_RDLCK, 5, 1));
  REPORT(set(b, F_OFD_SETLK, F_RDLCK, 10, 1));
  REPORT(set(b, F_SETLK, F_WRLCK, 5, 1));
  show(b, 0);
  lock = range(F_RDLCK, 0, 0);
  REPORT(fcntl(a, F_GETLK, &lock));
  printf("%d %ld %ld %d\n", lock.l_type, (long)lock.l_start, (long)lock.l_len, lock.l_pid);
  const int twin = dup(a);
  REPORT(close(twin));  // the description lives
  show(b, 0);
  REPORT(close(a));
  show(w, 0);
  REPORT(set(b, F_OFD_SETLK, F_UNLCK, 0, 0));

  const int c = open("file", O_RDWR);
  REPORT(flock(b, 77));
  REPORT(flock(99, LOCK_SH));
  REPORT(flock(b, LOCK_SH));
  REPORT(flock(c, LOCK_SH | LOCK_NB));
  REPORT(flock(c, LOCK_EX | LOCK_NB));
  REPORT(flock(b, LOCK_EX));
  REPORT(flock(c, LOCK_SH | LOCK_NB));
  REPORT(flock(b, LOCK_UN));
  REPORT(flock(c, LOCK_EX));
  const int again = dup(c);
  REPORT(close(c));
  REPORT(flock(b, LOCK_EX | LOCK_NB));
  REPORT(close(again));
  REPORT(flock(b, LOCK_EX | LOCK_NB));
  printf("and the locks are through\n");
}
