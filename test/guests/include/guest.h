/* guest.h: what an embedded guest has instead of a C library: its entry, raw Linux system calls, buffered output.
 *
 * A guest is one C file that includes this one and defines guest_main. Output is written when its buffer is full, at
 * flush and at the end; a guest that is about to fault flushes first. */
#ifndef GUEST_H
#define GUEST_H

#include <stddef.h>
#include <stdint.h>

static int guest_main(int argument_count, char **arguments, char **environment);

#if defined(__riscv) && __riscv_xlen == 64

enum {
  SYSTEM_SYMLINKAT = 36,
  SYSTEM_LINKAT = 37,
  SYSTEM_CHDIR = 49,
  SYSTEM_FCHDIR = 50,
  SYSTEM_CHROOT = 51,
  SYSTEM_OPENAT = 56,
  SYSTEM_CLOSE = 57,
  SYSTEM_READ = 63,
  SYSTEM_WRITE = 64,
  SYSTEM_EXIT_GROUP = 94,
  SYSTEM_KILL = 129,
  SYSTEM_GETPID = 172,
  SYSTEM_MMAP = 222
};

static inline long system_call(long number, long a, long b, long c, long d, long e, long f) {
  register long a7 __asm__("a7") = number;
  register long a0 __asm__("a0") = a;
  register long a1 __asm__("a1") = b;
  register long a2 __asm__("a2") = c;
  register long a3 __asm__("a3") = d;
  register long a4 __asm__("a4") = e;
  register long a5 __asm__("a5") = f;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5) : "memory");
  return a0;
}

__asm__(
    ".section .text.start,\"ax\",@progbits\n"
    ".globl _start\n"
    "_start:\n"
    ".option push\n"
    ".option norelax\n"
    "  la gp, __global_pointer$\n" /* the linker's relaxed accesses are relative to gp */
    ".option pop\n"
    "  mv a0, sp\n"
    "  andi sp, sp, -16\n"
    "  call guest_entry\n"
    ".text\n");

#elif defined(__x86_64__)

enum {
  SYSTEM_SYMLINKAT = 266,
  SYSTEM_LINKAT = 265,
  SYSTEM_CHDIR = 80,
  SYSTEM_FCHDIR = 81,
  SYSTEM_CHROOT = 161,
  SYSTEM_OPENAT = 257,
  SYSTEM_CLOSE = 3,
  SYSTEM_READ = 0,
  SYSTEM_WRITE = 1,
  SYSTEM_EXIT_GROUP = 231,
  SYSTEM_KILL = 62,
  SYSTEM_GETPID = 39,
  SYSTEM_MMAP = 9
};

static inline long system_call(long number, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

__asm__(
    ".section .text.start,\"ax\",@progbits\n"
    ".globl _start\n"
    "_start:\n"
    "  xorl %ebp, %ebp\n"
    "  movq %rsp, %rdi\n"
    "  andq $-16, %rsp\n"
    "  call guest_entry\n"
    ".text\n");

#else
#error "guests exist for riscv64 and x86-64"
#endif

enum { AT_FDCWD = -100, O_RDONLY = 0, ENOMEM = 12, SIGABRT = 6 };
enum { PROT_READ = 1, PROT_WRITE = 2, MAP_PRIVATE = 2, MAP_FIXED = 16, MAP_ANONYMOUS = 32 };

/* The compiler may call these four for assignments and loops of its own. */
void *memcpy(void *to, const void *from, size_t size) {
  for (size_t index = 0; index < size; index++) ((unsigned char *)to)[index] = ((const unsigned char *)from)[index];
  return to;
}

void *memmove(void *to, const void *from, size_t size) {
  if ((uintptr_t)to <= (uintptr_t)from) return memcpy(to, from, size);
  for (size_t index = size; index-- > 0;) ((unsigned char *)to)[index] = ((const unsigned char *)from)[index];
  return to;
}

void *memset(void *to, int value, size_t size) {
  for (size_t index = 0; index < size; index++) ((unsigned char *)to)[index] = (unsigned char)value;
  return to;
}

int memcmp(const void *left, const void *right, size_t size) {
  const unsigned char *a = left, *b = right;
  for (size_t index = 0; index < size; index++) {
    if (a[index] != b[index]) return a[index] - b[index];
  }
  return 0;
}

static inline size_t text_length(const char *text) {
  size_t length = 0;
  while (text[length] != 0) length++;
  return length;
}

static inline int text_equal(const char *left, const char *right) {
  size_t length = text_length(left);
  return length == text_length(right) && memcmp(left, right, length) == 0;
}

/* Writes everything; a negative errno when a write fails. */
static inline long write_all(int descriptor, const char *data, size_t size) {
  for (size_t done = 0; done < size;) {
    long written = system_call(SYSTEM_WRITE, descriptor, (long)(data + done), (long)(size - done), 0, 0, 0);
    if (written < 0) return written;
    done += (size_t)written;
  }
  return 0;
}

static char output_buffer[1024];
static size_t output_used;

static inline void flush(void) {
  write_all(1, output_buffer, output_used);
  output_used = 0;
}

static inline void print_bytes(const char *data, size_t size) {
  for (size_t index = 0; index < size; index++) {
    if (output_used == sizeof output_buffer) flush();
    output_buffer[output_used++] = data[index];
  }
}

static inline void print(const char *text) { print_bytes(text, text_length(text)); }

static inline void print_unsigned(uint64_t value) {
  char digits[20];
  size_t first = sizeof digits;
  do {
    digits[--first] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  print_bytes(digits + first, sizeof digits - first);
}

/* Exactly `digits` hexadecimal digits, at most 16. */
static inline void print_hexadecimal(uint64_t value, unsigned digits) {
  while (digits-- > 0) print_bytes(&"0123456789abcdef"[(value >> (digits * 4)) & 15], 1);
}

/* Decimal, or hexadecimal after 0x; stops at the first other character. */
static inline uint64_t parse_unsigned(const char *text) {
  uint64_t value = 0;
  uint64_t base = 10;
  if (text[0] == '0' && text[1] == 'x') {
    base = 16;
    text += 2;
  }
  for (;; text++) {
    uint64_t digit = 16;
    if (*text >= '0' && *text <= '9') digit = (uint64_t)(*text - '0');
    if (*text >= 'a' && *text <= 'f') digit = (uint64_t)(*text - 'a') + 10;
    if (digit >= base) return value;
    value = value * base + digit;
  }
}

static inline _Noreturn void end_process(int code) {
  flush();
  for (;;) system_call(SYSTEM_EXIT_GROUP, code, 0, 0, 0, 0, 0);
}

/* The usage goes to standard error, with exit code 2. */
static inline _Noreturn void end_with_usage(const char *usage) {
  write_all(2, usage, text_length(usage));
  end_process(2);
}

/* stack: argument count, arguments, NULL, environment, NULL (System V ABI, "initial process stack"). */
__attribute__((used)) _Noreturn void guest_entry(long *stack) {
  int argument_count = (int)stack[0];
  char **arguments = (char **)(stack + 1);
  end_process(guest_main(argument_count, arguments, arguments + argument_count + 1));
}

#endif
