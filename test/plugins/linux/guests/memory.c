// Memory: mappings, protection, moves, files, the heap; faults reach a handler.
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "machine_code.h"
#include "report.h"

static sigjmp_buf escape;
static volatile int fault_signal, fault_code;
static void *volatile fault_address;

static void on_fault(int number, siginfo_t *info, void *context) {
  (void)context;
  fault_signal = number;
  fault_code = info->si_code;
  fault_address = info->si_addr;
  siglongjmp(escape, 1);
}

static void touch(const char *what, volatile char *at, int write) {
  if (sigsetjmp(escape, 1) == 0) {
    if (write) *at = 1;
    volatile char value = *at;
    (void)value;
    printf("%s: fine\n", what);
  } else {
    printf("%s: signal %d code %d address %s\n", what, fault_signal, fault_code,
           fault_address == at ? "exact" : "other");
  }
}

int main(int count, char **arguments) {
  if (count != 2 || chdir(arguments[1]) != 0) return 99;
  const size_t page = 4096;
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  char *block = mmap(NULL, 16 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REPORT(block != MAP_FAILED);
  REPORT((unsigned long)block % page);
  touch("fresh", block, 1);
  REPORT(mprotect(block, page, PROT_READ));
  touch("read of read-only", block, 0);
  touch("write of read-only", block, 1);
  REPORT(mprotect(block, page, PROT_NONE));
  touch("read of none", block, 0);
  REPORT(read(open("/dev/zero", O_RDONLY), block, 10));
  REPORT(write(1, block, 10));
  REPORT(mprotect(block + 1, page, PROT_READ));
  REPORT(mprotect(block, page, PROT_READ | PROT_WRITE));
  touch("write again", block, 1);
  REPORT(munmap(block + 4 * page, page));
  touch("hole", block + 4 * page, 0);
  REPORT(mprotect(block, 8 * page, PROT_READ));
  REPORT(munmap(block + 1, page));
  REPORT(munmap(block, 0));
  REPORT(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  REPORT(mmap(NULL, page, PROT_READ, MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  REPORT(mmap(block + 1, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED);
  REPORT(mmap(block + 4 * page, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) ==
         block + 4 * page);
  REPORT(mmap(NULL, page, PROT_READ, MAP_PRIVATE, -1, 0) == MAP_FAILED);
  REPORT(mmap(NULL, (size_t)1 << 60, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  touch("null", (char *)0, 0);
  touch("kernel half", (char *)-4096, 0);

  char *grown = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (size_t i = 0; i < 4 * page; ++i) grown[i] = (char)(i * 7);
  char *moved = mremap(grown, 4 * page, 64 * page, MREMAP_MAYMOVE);
  REPORT(moved != MAP_FAILED);
  int wrong = 0;
  for (size_t i = 0; i < 4 * page; ++i) wrong += moved[i] != (char)(i * 7);
  for (size_t i = 4 * page; i < 64 * page; ++i) wrong += moved[i] != 0;
  REPORT(wrong);
  REPORT(mremap(moved, 64 * page, page, 0) == moved);
  touch("behind the shrunk", moved + page, 0);
  REPORT(mremap(moved, page, 0, 0) == MAP_FAILED);
  REPORT(mremap((char *)page, page, 2 * page, MREMAP_MAYMOVE) == MAP_FAILED);
  moved[0] = 5;
  REPORT(madvise(moved, page, MADV_DONTNEED));
  REPORT(moved[0]);
  REPORT(madvise(moved + 1, page, MADV_DONTNEED));

  int file = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0600);
  char text[5000];
  memset(text, 'q', sizeof text);
  REPORT(write(file, text, sizeof text));
  char *map = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  REPORT(map != MAP_FAILED);
  REPORT(map[4999] + map[5000]);
  touch("private write", map, 1);
  REPORT(pread(file, text, 1, 0) + text[0]);
  touch("within the last page", map + 5001, 0);
  touch("behind the file", map + 2 * page, 0);
  char *second = mmap(NULL, page, PROT_READ, MAP_SHARED, file, page);
  REPORT(second[0]);
  REPORT(mmap(NULL, page, PROT_READ, MAP_PRIVATE, open(".", O_RDONLY), 0) == MAP_FAILED);
  REPORT(mmap(NULL, page, PROT_READ, MAP_PRIVATE, file, 5) == MAP_FAILED);
  REPORT(mmap(NULL, page, PROT_READ, MAP_PRIVATE, open("mapped", O_WRONLY), 0) == MAP_FAILED);
  REPORT(mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, open("mapped", O_RDONLY), 0) == MAP_FAILED);
  char *later = mmap(NULL, 3 * page, PROT_NONE, MAP_PRIVATE, file, 0);
  touch("file without protection", later, 0);
  REPORT(mprotect(later, 2 * page, PROT_READ));
  REPORT(later[1] == 'q' && later[4999] == 'q' && later[5000] == 0);
  REPORT(msync(second, page, MS_SYNC));
  unsigned char resident[4];
  REPORT(mincore(map, 2 * page, resident));
  REPORT(mlock(map, page));

  char *heap = sbrk(0);
  REPORT(sbrk(100000) == heap);
  touch("heap", heap + 99999, 1);
  heap[50000] = 9;
  REPORT(brk(heap) == 0);
  REPORT(brk(heap + 100000) == 0);
  REPORT(heap[50000]);
  REPORT(brk(heap) == 0);
  char *code = mmap(NULL, page, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const unsigned char answer[] = RETURN_42;
  memcpy(code, answer, sizeof answer);
  __builtin___clear_cache(code, code + 8);
  REPORT(((int (*)(void))code)());
  const unsigned char other[] = RETURN_43;
  memcpy(code, other, sizeof other);
  __builtin___clear_cache(code, code + 8);
  REPORT(((int (*)(void))code)());
  char *data = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memcpy(data, answer, sizeof answer);
  if (sigsetjmp(escape, 1) == 0) {
    ((int (*)(void))data)();
    printf("execution of data: fine\n");
  } else {
    printf("execution of data: signal %d\n", fault_signal);
  }
  return 0;
}
