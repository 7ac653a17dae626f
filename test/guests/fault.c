/* fault MODE: goes wrong in one way. It says "before" first, and "survived" (exit code 3) if it is still there after.
 */
#include "guest.h"

static const char usage[] =
    "usage: fault read ADDRESS | write ADDRESS | jump ADDRESS | write-code | illegal-instruction | breakpoint |\n"
    "             recursion | memory | loop | abort | signal N\n";

__attribute__((noinline)) static uint64_t recurse(uint64_t depth) {
  volatile uint64_t frame[16];
  if (depth == UINT64_MAX) return 0; /* never reached */
  frame[depth % 16] = depth;
  return recurse(depth + 1) + frame[(depth + 1) % 16]; /* used after the call: no tail call */
}

/* Maps and touches memory until the system refuses. */
static void exhaust_memory(void) {
  const size_t step = 1 << 20;
  for (uint64_t mebibytes = 0;; mebibytes++) {
    long chunk = system_call(SYSTEM_MMAP, 0, (long)step, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk < 0 && chunk > -4096) {
      print(chunk == -ENOMEM ? "ENOMEM after " : "another error after ");
      print_unsigned(mebibytes);
      print(" MiB\n");
      return;
    }
    for (size_t offset = 0; offset < step; offset += 4096) *(volatile char *)(chunk + (long)offset) = 1;
  }
}

static void send_signal(long number) {
  system_call(SYSTEM_KILL, system_call(SYSTEM_GETPID, 0, 0, 0, 0, 0, 0), number, 0, 0, 0, 0);
}

static int guest_main(int argument_count, char **arguments, char **environment) {
  (void)environment;
  if (argument_count < 2) end_with_usage(usage);
  const char *mode = arguments[1];
  uint64_t number = argument_count > 2 ? parse_unsigned(arguments[2]) : 0;
  print("before\n");
  flush();
  if (text_equal(mode, "read")) {
    (void)*(volatile uint64_t *)number;
  } else if (text_equal(mode, "write")) {
    *(volatile uint64_t *)number = 1;
  } else if (text_equal(mode, "jump")) {
    ((void (*)(void))number)();
  } else if (text_equal(mode, "write-code")) {
    *(volatile char *)(uintptr_t)&recurse = 1;
  } else if (text_equal(mode, "illegal-instruction")) {
#if defined(__riscv)
    __asm__ volatile(".4byte 0xffffffff");
#else
    __asm__ volatile("ud2");
#endif
  } else if (text_equal(mode, "breakpoint")) {
#if defined(__riscv)
    __asm__ volatile("ebreak");
#else
    __asm__ volatile("int3");
#endif
  } else if (text_equal(mode, "recursion")) {
    print_unsigned(recurse(0));
  } else if (text_equal(mode, "memory")) {
    exhaust_memory();
  } else if (text_equal(mode, "loop")) {
    for (;;) __asm__ volatile("");
  } else if (text_equal(mode, "abort")) {
    send_signal(SIGABRT);
  } else if (text_equal(mode, "signal")) {
    send_signal((long)number);
  } else {
    end_with_usage(usage);
  }
  print("survived\n");
  return 3;
}
