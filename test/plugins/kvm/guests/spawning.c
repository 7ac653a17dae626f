// Programs that start programs: many, by vfork and posix_spawn, while signals come, with files that they share.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static volatile int ticks;
static void tick(int number) {
  (void)number;
  ++ticks;
}

static void storm(int microseconds) {
  struct sigaction action = {.sa_handler = tick, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &(struct itimerval){{0, microseconds}, {0, microseconds}}, NULL);
}

static int ended(pid_t child) {
  int status;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int sum_of_spawned(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) {
    char number[12];
    snprintf(number, sizeof number, "%d", i % 7);
    pid_t child;
    if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, (char *[]){"program", number, NULL}, environ) != 0) return -1;
    sum += ended(child);
  }
  return sum;
}

static int sum_of_vforked(int count) {
  volatile int sum = 0, seen = 0;
  for (volatile int i = 0; i < count; ++i) {
    const pid_t child = vfork();
    if (child == 0) {
      ++seen;  // in the parent's memory
      if (i % 3 == 0) _exit(3);
      if (i % 3 == 1) execl("/missing", "missing", NULL);
      if (i % 3 == 2) execl("/proc/self/exe", "program", "5", NULL);
      _exit(4);
    }
    sum += ended(child);
  }
  return sum * 1000 + seen;
}

static void pipe_through(long bytes) {
  int there[2], back[2];
  pipe(there);
  pipe(back);
  const pid_t child = fork();
  if (child == 0) {
    close(there[1]), close(back[0]);
    static unsigned char block[70000];
    ssize_t n;
    while ((n = read(there[0], block, sizeof block)) > 0) {
      for (ssize_t i = 0; i < n; ++i) block[i] ^= 0x55;
      for (ssize_t at = 0; at < n;) at += write(back[1], block + at, (size_t)(n - at));
    }
    _exit(n == 0 ? 0 : 1);
  }
  close(there[0]), close(back[1]);
  const pid_t writer = fork();
  if (writer == 0) {
    static unsigned char block[100000];
    for (long done = 0; done < bytes;) {
      size_t n = sizeof block < (size_t)(bytes - done) ? sizeof block : (size_t)(bytes - done);
      for (size_t i = 0; i < n; ++i) block[i] = (unsigned char)((done + (long)i) % 251);
      for (size_t at = 0; at < n;) at += (size_t)write(there[1], block + at, n - at);
      done += (long)n;
    }
    _exit(0);
  }
  close(there[1]);
  static unsigned char block[4096];
  long total = 0, wrong = 0;
  ssize_t n;
  while ((n = read(back[0], block, sizeof block)) > 0) {
    for (ssize_t i = 0; i < n; ++i) wrong += block[i] != (unsigned char)((total + i) % 251 ^ 0x55);
    total += n;
  }
  close(back[0]);
  printf("through pipes: %ld bytes, %ld wrong, %d %d\n", total, wrong, ended(child), ended(writer));
}

static void grow(void) {
  const size_t page = 4096;
  char *block = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  block[0] = 1;
  size_t size = page;
  for (; size < 64 << 20; size *= 2) {
    char *moved = mremap(block, size, size * 2, MREMAP_MAYMOVE);
    if (moved == MAP_FAILED || moved[0] != 1) break;
    block = moved;
    block[size] = 2;
  }
  int twos = 0;
  for (size_t at = page; at < size; at *= 2) twos += block[at] == 2;
  printf("grown to %zu MiB, %d kept\n", size >> 20, twos);
  char *start = sbrk(0);
  for (int i = 0; i < 100; ++i) memset(sbrk(100000), i, 100000);
  printf("break moved %ld, %d %d\n", (long)((char *)sbrk(0) - start), start[0], start[9999999]);
}

static void share(void) {
  const int file = open("shared", O_RDWR | O_CREAT | O_TRUNC, 0600);
  ftruncate(file, 16384);
  volatile int *words = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  volatile int *anonymous = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int child = 0; child < 4; ++child) {
    if (fork() == 0) {
      for (int i = 0; i < 10000; ++i) __atomic_add_fetch(&words[2048], 1, __ATOMIC_SEQ_CST);
      for (int i = 0; i < 10000; ++i) __atomic_add_fetch(&anonymous[1], 1, __ATOMIC_SEQ_CST);
      _exit(0);
    }
  }
  while (wait(NULL) > 0 || errno == EINTR) continue;
  int read_back = 0;
  pread(file, &read_back, sizeof read_back, 8192);
  printf("shared: %d %d %d\n", words[2048], read_back, anonymous[1]);
}

int main(int count, char **arguments) {
  if (count > 1) return atoi(arguments[1]);
  setvbuf(stdout, NULL, _IONBF, 0);
  char link[4096] = {0};
  const ssize_t size = readlink("/proc/self/exe", link, sizeof link - 1);
  printf("itself: %d %s\n", size > 0, strrchr(link, '/'));
  printf("spawned: %d\n", sum_of_spawned(60));
  printf("vforked: %d\n", sum_of_vforked(60));
  storm(2000);
  printf("spawned in a storm: %d\n", sum_of_spawned(30));
  printf("vforked in a storm: %d\n", sum_of_vforked(30));
  share();
  pipe_through(3000000);
  grow();
  uint64_t hash = 1;
  for (long i = 0; i < 200000000; ++i) hash = hash * 6364136223846793005u + 1442695040888963407u;
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
  printf("computed in a storm: %016lx, ticks %d\n", hash, ticks > 10);
  printf("waited: %d %s, and all are gone\n", (int)wait(NULL), strerror(errno));
  return 0;
}
