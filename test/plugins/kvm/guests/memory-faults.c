// Accesses that the program's memory does not have: which signal, with which address.
#include "attempt.h"

#define PAGE 4096
#define SYSTEM_AREA (1ul << 38)  // where the engine keeps tables of its own, out of the program's reach

static volatile char sink;
static void store(uintptr_t address) { *(volatile char *)address = 1; }
static void load(uintptr_t address) { sink = *(volatile char *)address; }
static void jump(uintptr_t address) { ((void (*)(void))address)(); }

static int recurse(int depth) {
  volatile char block[4096];
  block[depth % 4096] = (char)depth;
  return recurse(depth + 1) + block[0];
}

int main(void) {
  attempt_begin();
  ATTEMPT("store to null", store(0));
  ATTEMPT("load from null", load(8));
  char *block = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  attempt_base = (uintptr_t)block;
  block[0] = 1;
  mprotect(block, PAGE, PROT_READ);
  ATTEMPT("store to a read-only page", block[5] = 2);
  mprotect(block, PAGE, PROT_NONE);
  ATTEMPT("load from a page without protection", sink = ((volatile char *)block)[9]);
  munmap(block + PAGE, PAGE);
  ATTEMPT("store to a hole", block[PAGE + 1] = 2);
  ATTEMPT("load from a fresh page", load((uintptr_t)block + 3 * PAGE));
  mprotect(block, PAGE, PROT_READ | PROT_WRITE);
  ATTEMPT("store after the protection is back", block[3] = 4);
  printf("kept %d %d\n", block[0], block[3]);

  mprotect(block + 4 * PAGE, PAGE, PROT_READ);
  ATTEMPT("string store into a read-only page",
          __asm__ volatile("rep stosb" ::"a"(7), "D"(block + 4 * PAGE - 10), "c"(20)
                           : "memory"));
  printf("stored %d %d\n", block[4 * PAGE - 1], block[4 * PAGE]);
  ATTEMPT("store across into a read-only page", *(volatile uint64_t *)(block + 4 * PAGE - 4) = -1ull);
  ATTEMPT("load across into a hole", sink = (char)*(volatile uint64_t *)(block + PAGE - 4));
  ATTEMPT("locked add to a read-only page", __atomic_fetch_add((int *)(block + 4 * PAGE), 1, __ATOMIC_SEQ_CST));
  ATTEMPT("push into a hole",
          __asm__ volatile("mov %%rsp, %%rbx\nmov %0, %%rsp\npush %%rax\nmov %%rbx, %%rsp" ::"r"(block + 2 * PAGE)
                           : "rbx", "memory"));
  // Not every hypervisor keeps a program from executing its data.
  block[5 * PAGE] = (char)0xc3;
  ATTEMPT("jump to a page that is not executable", jump((uintptr_t)block + 5 * PAGE));
  ATTEMPT("jump into a hole", jump((uintptr_t)block + PAGE));

  attempt_base = 0;
  ATTEMPT("address that is not canonical", store(0x8000000000000000));
  ATTEMPT("the same through the stack pointer",
          __asm__ volatile("mov %%rsp, %%rbx\nmov %0, %%rsp\npush %%rax\nmov %%rbx, %%rsp" ::"r"(0x8000000000000000)
                           : "rbx", "memory"));
  ATTEMPT("top of the lower half", store(0x7ffffffff000));
  ATTEMPT("system area", store(SYSTEM_AREA));
  ATTEMPT("system area, tables", load(SYSTEM_AREA + 0x1000));
  ATTEMPT("system area, descriptors", store(SYSTEM_AREA + 0x10000));
  ATTEMPT("system area, stacks", store(SYSTEM_AREA + 0x13000));
  ATTEMPT("system area, handlers", jump(SYSTEM_AREA + 0x12100));
  ATTEMPT("system area, return stub", jump(SYSTEM_AREA + 0x12000));
  ATTEMPT("kernel half", load(0xffffffff80000000));
  ATTEMPT("jump to null", jump(0));
  ATTEMPT("jump to what is not canonical", jump(0x900000000000));
  if (sigsetjmp(attempt_escape, 1) == 0) recurse(0);
  printf("overflow of the stack: %s code %d\n", sigabbrev_np(attempt_signal), attempt_code);
  return 0;
}
