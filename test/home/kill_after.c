/*
 * Preloaded into a process: kills it right after the Nth call that changed
 * what lies below a folder, VMP_KILL_AFTER and VMP_KILL_BELOW; of a write, half
 * is written then. It counts over all threads, as strace's injection does not.
 * Calls that failed, flushes and modes do not count.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long changes;

static int is_below(const char *path) {
  const char *folder = getenv("VMP_KILL_BELOW");
  return folder != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_file_below(int descriptor) {
  char link[64], path[4096];
  struct stat status;
  if (fstat(descriptor, &status) != 0 || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = 0;
  return is_below(path);
}

static int is_last(void) {
  const char *last = getenv("VMP_KILL_AFTER");
  long change = atomic_fetch_add(&changes, 1) + 1;
  return last != NULL && change == atol(last);
}

static void end(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define CHANGE(name, parameters, counts, ...)      \
  int name parameters {                            \
    REAL(name);                                    \
    int result = real(__VA_ARGS__);                \
    if (result == 0 && counts && is_last()) end(); \
    return result;                                 \
  }

#define OPEN(name)                                                      \
  int name(const char *path, int flags, ...) {                          \
    REAL(name);                                                         \
    va_list rest;                                                       \
    va_start(rest, flags);                                              \
    mode_t mode = va_arg(rest, mode_t);                                 \
    va_end(rest);                                                       \
    int makes = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;      \
    int descriptor = real(path, flags, mode);                           \
    int changed = descriptor >= 0 && (makes || (flags & O_TRUNC) != 0); \
    if (changed && is_below(path) && is_last()) end();                  \
    return descriptor;                                                  \
  }

OPEN(open)
OPEN(open64)
CHANGE(mkdir, (const char *path, mode_t mode), is_below(path), path, mode)
CHANGE(rename, (const char *from, const char *to), is_below(to), from, to)
CHANGE(unlink, (const char *path), is_below(path), path)
CHANGE(rmdir, (const char *path), is_below(path), path)

ssize_t write(int descriptor, const void *bytes, size_t size) {
  REAL(write);
  if (is_file_below(descriptor) && is_last()) {
    (void)!real(descriptor, bytes, size / 2);
    end();
  }
  return real(descriptor, bytes, size);
}
