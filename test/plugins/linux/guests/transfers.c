// Bytes that go from one descriptor to another, and what fcntl says of pipes.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "report.h"

static char buffer[1 << 18];

static void show(int descriptor, size_t most) {
  const ssize_t size = read(descriptor, buffer, most);
  printf("%zd: %.*s\n", size, size > 0 && size < 40 ? (int)size : 0, buffer);
}

static void on_pipe(int number) {
  (void)number;
  write(1, "SIGPIPE\n", 8);
}

static void test_splice(int file) {
  int first[2], second[2];
  loff_t offset = 2, out = 1;
  pipe(first), pipe(second);
  REPORT(splice(file, &offset, first[1], NULL, 5, 0));
  REPORT(offset);
  REPORT(splice(file, NULL, first[1], &offset, 5, 0));
  REPORT(splice(file, NULL, file, NULL, 5, 0));
  REPORT(splice(99, NULL, first[1], NULL, 5, 0));
  REPORT(splice(first[1], NULL, second[1], NULL, 5, 0));
  REPORT(splice(first[0], NULL, second[1], NULL, 0, 0));
  REPORT(splice(first[0], NULL, second[1], NULL, 5, 0x100));
  REPORT(tee(first[0], second[1], 3, 0));
  show(second[0], 100);
  REPORT(tee(first[0], file, 3, 0));
  REPORT(splice(first[0], NULL, second[1], NULL, 2, 0));
  REPORT(splice(first[0], NULL, second[1], NULL, 100, SPLICE_F_NONBLOCK));
  REPORT(splice(first[0], NULL, second[1], NULL, 100, SPLICE_F_NONBLOCK));
  REPORT(tee(first[0], second[1], 100, SPLICE_F_NONBLOCK));
  show(second[0], 100);
  REPORT(write(first[1], "XYZ", 3));
  REPORT(splice(first[0], NULL, file, &out, 3, SPLICE_F_MORE));
  REPORT(pread(file, buffer, 6, 0));
  printf("%.6s\n", buffer);
  struct iovec vectors[2] = {{"gift ", 5}, {"wrapped", 7}};
  REPORT(vmsplice(first[1], vectors, 2, 0));
  show(first[0], 100);
  REPORT(write(first[1], "back", 4));
  vectors[0] = (struct iovec){buffer, 10};
  REPORT(vmsplice(first[0], vectors, 1, 0));
  printf("%.4s\n", buffer);
  REPORT(vmsplice(file, vectors, 1, 0));
  close(first[1]);
  REPORT(splice(first[0], NULL, second[1], NULL, 5, 0));
  close(second[0]);
  write(1, "", 0);
  REPORT(splice(file, &(loff_t){0}, second[1], NULL, 5, 0));
  REPORT(sendfile(second[1], file, &(off_t){0}, 5));
  close(first[0]), close(second[1]);
}

static void test_sendfile(int file) {
  int ends[2];
  off_t offset = 3;
  pipe(ends);
  memset(buffer, 'z', sizeof buffer);
  const int target = open("target", O_CREAT | O_RDWR | O_TRUNC, 0600);
  REPORT(lseek(file, 0, SEEK_SET));
  REPORT(sendfile(ends[1], file, NULL, 4));
  REPORT(lseek(file, 0, SEEK_CUR));
  REPORT(sendfile(ends[1], file, &offset, 4));
  REPORT(offset);
  show(ends[0], 100);
  REPORT(sendfile(target, file, NULL, 1000));
  REPORT(sendfile(target, file, NULL, 1000));
  REPORT(sendfile(target, ends[0], NULL, 5));
  REPORT(sendfile(file, ends[1], NULL, 5));
  REPORT(sendfile(99, file, NULL, 5));
  REPORT(sendfile(ends[1], file, (off_t *)8, 5));
  REPORT(ftruncate(target, 300000));
  REPORT(lseek(target, 0, SEEK_SET));
  REPORT(sendfile(ends[1], target, NULL, 300000));
  REPORT(fcntl(ends[1], F_SETFL, O_NONBLOCK));
  REPORT(sendfile(ends[1], target, NULL, 300000));
  REPORT(lseek(target, 0, SEEK_CUR));
  REPORT(pwrite(target, "0123456789", 10, 0));
  loff_t from = 2, to = 20;
  REPORT(syscall(SYS_copy_file_range, target, &from, target, &to, 6L, 0));
  printf("%ld %ld\n", (long)from, (long)to);
  REPORT(pread(target, buffer, 6, 20));
  printf("%.6s\n", buffer);
  REPORT(syscall(SYS_copy_file_range, target, &from, target, &to, 6L, 1));
  REPORT(syscall(SYS_copy_file_range, ends[0], NULL, target, &to, 6L, 0));
  close(ends[0]), close(ends[1]), close(target);
}

static void test_fcntl(int file) {
  int ends[2];
  pipe2(ends, O_CLOEXEC);
  REPORT(fcntl(ends[0], F_GETPIPE_SZ));
  REPORT(fcntl(ends[0], F_SETPIPE_SZ, 5000));
  REPORT(fcntl(ends[1], F_GETPIPE_SZ));
  REPORT(fcntl(ends[1], F_SETPIPE_SZ, -1));
  REPORT(fcntl(file, F_GETPIPE_SZ));
  REPORT(fcntl(ends[0], F_DUPFD, 50));
  REPORT(fcntl(50, F_GETFD));
  REPORT(fcntl(ends[0], F_DUPFD_CLOEXEC, 50));
  REPORT(fcntl(51, F_GETFD));
  REPORT(fcntl(ends[0], F_DUPFD, -1));
  REPORT(fcntl(50, F_SETFL, O_NONBLOCK));
  REPORT(fcntl(ends[0], F_GETFL) & O_NONBLOCK);
  REPORT(close(50));
  REPORT(dup3(ends[0], ends[0], 0));
  REPORT(dup3(ends[0], 60, 1));
  REPORT(dup3(ends[0], 60, O_CLOEXEC));
  REPORT(fcntl(60, F_GETFD));
  REPORT(dup2(ends[0], ends[0]) == ends[0]);
  REPORT(dup2(99, 99));
  REPORT(dup2(99, 61));
  REPORT(dup2(ends[0], -1));
  REPORT(dup(60));
  REPORT(close(60));
  REPORT(close(60));
  REPORT(open(".", O_PATH));
  REPORT(fcntl(7, F_SETFL, 0));
  REPORT(fcntl(7, F_GETFD));
  REPORT(read(7, buffer, 1));
  REPORT(fcntl(ends[0], F_GETOWN));
  REPORT(fcntl(ends[0], 1234));
  close(7), close(51), close(ends[0]), close(ends[1]);
}

static void test_vectors(int file) {
  struct iovec vectors[3] = {{"one", 3}, {"", 0}, {"two", 3}};
  char a[2], b[10] = {0};
  REPORT(ftruncate(file, 0));
  REPORT(lseek(file, 0, SEEK_SET));
  REPORT(writev(file, vectors, 3));
  REPORT(writev(file, vectors, 0));
  REPORT(writev(file, vectors, 1025));
  REPORT(writev(file, vectors, -1));
  REPORT(pwritev(file, vectors, 3, 10));
  struct iovec into[2] = {{a, 2}, {b, 9}};
  REPORT(preadv(file, into, 2, 1));
  printf("%.2s %s\n", a, b);
  into[0].iov_base = (void *)8;
  REPORT(preadv(file, into, 2, 1));
  into[0].iov_len = (size_t)-1;
  REPORT(readv(file, into, 2));
  REPORT(lseek(file, 0, SEEK_CUR));
  REPORT(lseek(file, 0, SEEK_END));
  REPORT(write(file, buffer, 0));
  REPORT(write(99, buffer, 0));
  REPORT(read(file, NULL, 0));
}

static void test_text(void) {
  const int text = open("/proc/self/status", O_RDONLY);
  REPORT(lseek(text, 5, SEEK_SET));
  REPORT(lseek(text, -3, SEEK_CUR));
  REPORT(lseek(text, -3, SEEK_CUR));
  REPORT(lseek(text, INT64_MAX, SEEK_CUR));
  REPORT(lseek(text, 0, SEEK_CUR));
  close(text);
}

// Last: the limit stays.
static void test_size_limit(int file) {
  const struct rlimit limit = {20, 20};
  int ends[2];
  REPORT(pipe(ends));
  REPORT(write(ends[1], buffer, 100));
  REPORT(ftruncate(file, 0));
  REPORT(lseek(file, 0, SEEK_SET));
  signal(SIGXFSZ, SIG_IGN);
  REPORT(setrlimit(RLIMIT_FSIZE, &limit));
  REPORT(splice(ends[0], NULL, file, NULL, 100, 0));
  REPORT(splice(ends[0], NULL, file, NULL, 100, 0));
  REPORT(lseek(file, 0, SEEK_END));
}

int main(int count, char **arguments) {
  (void)count;
  setvbuf(stdout, NULL, _IONBF, 0);
  signal(SIGPIPE, on_pipe);
  chdir(arguments[1]);
  const int file = open("file", O_CREAT | O_RDWR | O_TRUNC, 0600);
  write(file, "the contents of a file", 22);
  test_splice(file);
  test_sendfile(file);
  test_fcntl(file);
  test_vectors(file);
  test_text();
  test_size_limit(file);
  printf("the end of transfers\n");
  return 5;
}
