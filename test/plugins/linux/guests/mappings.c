// Mappings beyond what memory.c looks at; the argument names what is done.
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

static const size_t page = 4096;
static const size_t mega = 1 << 20;
static const int both = PROT_READ | PROT_WRITE;
static sigjmp_buf escape;

static void on_fault(int number) { siglongjmp(escape, number); }

static char *anonymous(size_t size, int protection) {
  return mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void denied(void) {
  close(open("file", O_RDWR | O_CREAT, 0600));
  truncate("file", page);
  int file = open("file", O_RDONLY);
  char *map = mmap(NULL, page, PROT_READ, MAP_SHARED, file, 0);
  REPORT(map != MAP_FAILED);
  REPORT(mprotect(map, page, both));
  REPORT(map[0]);
}

// Pages of which no two join, then what is asked for in the gaps and below them.
static void many(void) {
  const int areas = 12000;
  char *lowest = NULL;
  for (int i = 0; i < areas; ++i) {
    lowest = anonymous(page, i % 2 ? PROT_READ : both);
    if (lowest == MAP_FAILED) {
      printf("%d: %s\n", i, strerror(errno));
      return;
    }
  }
  char *hole = lowest + 5000 * page;
  REPORT(munmap(hole, 2 * page));
  REPORT(anonymous(3 * page, both) == lowest - 3 * page);
  REPORT(anonymous(page, both) == hole + page);
  REPORT(anonymous(2 * page, both) == lowest - 5 * page);
  REPORT(anonymous(page, both) == hole);
  REPORT(munmap(hole, page));
  REPORT(munmap(hole + page, page));
  REPORT(mremap(lowest - 5 * page, 2 * page, 2 * page, MREMAP_MAYMOVE | MREMAP_FIXED, hole) == hole);
  REPORT(anonymous(2 * page, both) == lowest - 5 * page);
}

static void adjacent(void) {
  for (int i = 0; i < 20000; ++i) {
    char *map = anonymous(page, both);
    if (map == MAP_FAILED) {
      printf("%d: %s\n", i, strerror(errno));
      return;
    }
    *map = 1;
  }
  printf("all\n");
}

static void behind(void) {
  signal(SIGBUS, on_fault);
  int file = open("file", O_RDWR | O_CREAT, 0600);
  ftruncate(file, 100);
  char *map = mmap(NULL, 4 * page, PROT_READ, MAP_PRIVATE, file, 0);
  REPORT(mprotect(map, 4 * page, both));
  REPORT(map[0] = 3);
  if (sigsetjmp(escape, 1) == 0) {
    map[2 * page] = 1;
    printf("written\n");
  } else {
    printf("no page\n");
  }
}

static void left(void) {
  REPORT(sbrk(512 * mega) == (void *)-1);
  char *map = anonymous(page, both);
  REPORT(mremap(map, page, 512 * mega, MREMAP_MAYMOVE) == MAP_FAILED);
}

static void limits(void) {
  const struct rlimit limit = {64 * mega, 128 * mega}, none = {128 * mega, 128 * mega};
  REPORT(setrlimit(RLIMIT_AS, &limit));
  char *first = anonymous(40 * mega, PROT_READ);
  REPORT(first != MAP_FAILED);
  REPORT(anonymous(40 * mega, PROT_READ) == MAP_FAILED);
  REPORT(mmap(first, 40 * mega, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == first);
  REPORT(mremap(first, 40 * mega, 70 * mega, MREMAP_MAYMOVE) == MAP_FAILED);
  REPORT(sbrk(40 * mega) == (void *)-1);
  REPORT(munmap(first, 40 * mega));
  REPORT(sbrk(40 * mega) != (void *)-1);
  REPORT(setrlimit(RLIMIT_AS, &none));
  REPORT(setrlimit(RLIMIT_DATA, &limit));
  REPORT(anonymous(40 * mega, both) == MAP_FAILED);
  REPORT(anonymous(40 * mega, PROT_READ) != MAP_FAILED);
  REPORT(sbrk(40 * mega) == (void *)-1);
  REPORT(anonymous(mega, both) != MAP_FAILED);
}

// Takes all of the machine's memory but what it then has a call write to.
static void full(void) {
  char *target = mmap(NULL, 2 * mega, both, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  while (anonymous(mega / 2, both) != MAP_FAILED)
    ;
  while (anonymous(page, both) != MAP_FAILED)
    ;
  if (clock_gettime(CLOCK_MONOTONIC, (struct timespec *)target) != 0) printf("%s\n", strerror(errno));
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IOLBF, 1024);
  const struct {
    const char *name;
    void (*run)(void);
  } cases[] = {{"denied", denied}, {"many", many},     {"adjacent", adjacent}, {"behind", behind},
               {"left", left},     {"limits", limits}, {"full", full}};
  if (count != 3 || chdir(arguments[1]) != 0) return 99;
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; ++i) {
    if (strcmp(cases[i].name, arguments[2]) == 0) cases[i].run();
  }
  return 0;
}
