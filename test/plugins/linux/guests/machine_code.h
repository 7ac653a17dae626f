// Instructions of both architectures that these guests are compiled for.
#ifndef MACHINE_CODE_H
#define MACHINE_CODE_H

#include <ucontext.h>

#if defined(__riscv)
#define RETURN_42 \
  { 0x13, 0x05, 0xa0, 0x02, 0x67, 0x80, 0x00, 0x00 }  // li a0, 42; ret
#define RETURN_43 \
  { 0x13, 0x05, 0xb0, 0x02, 0x67, 0x80, 0x00, 0x00 }
#define RESULT_REGISTER "a0"
#define RESULT(context) (context)->uc_mcontext.__gregs[10]
#define PROGRAM_COUNTER(context) (context)->uc_mcontext.__gregs[0]
// Each is skipped by 4 bytes from where the program counter of its signal is.
#define ILLEGAL_INSTRUCTION ".word 0\n"
#define BREAKPOINT ".option push\n.option norvc\nebreak\n.option pop\n"
#define SAVED_FLOAT "fs0"
#elif defined(__x86_64__)
#define RETURN_42 \
  { 0xb8, 42, 0, 0, 0, 0xc3 }  // mov $42, %eax; ret
#define RETURN_43 \
  { 0xb8, 43, 0, 0, 0, 0xc3 }
#define RESULT_REGISTER "rax"
#define RESULT(context) (context)->uc_mcontext.gregs[REG_RAX]
#define PROGRAM_COUNTER(context) (context)->uc_mcontext.gregs[REG_RIP]
#define ILLEGAL_INSTRUCTION "ud2\n.nops 2\n"
#define BREAKPOINT "int3\n.nops 4\n"
#endif

#endif
