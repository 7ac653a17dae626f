// Every option of arch_prctl(2), with what succeeds and what does not.
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALL(option, argument) syscall(SYS_arch_prctl, (long)(option), (long)(argument))

int main(void) {
  uint64_t own, base;
  syscall(SYS_write, -1, "begin", 5);
  CALL(0x1003, &own);  // ARCH_GET_FS
  CALL(0x1003, 8);
  CALL(0x1002, own);  // ARCH_SET_FS
  CALL(0x1002, -1);
  CALL(0x1001, 0x1234);  // ARCH_SET_GS
  CALL(0x1004, &base);   // ARCH_GET_GS
  CALL(0x1004, 8);
  CALL(0x1001, 0);
  CALL(0x1004, &base);
  // What is in the upper half of an int does not count.
  CALL(0x100001004, &base);
  syscall(SYS_write, -1, "others", 6);
  CALL(0x1011, 7);  // ARCH_GET_CPUID
  CALL(0x1012, 5);  // ARCH_SET_CPUID
  CALL(0x1021, 8);  // ARCH_GET_XCOMP_SUPP
  CALL(0x1022, 8);
  CALL(0x1024, 8);
  for (int component = 0; component < 24; ++component) CALL(0x1023, component);  // ARCH_REQ_XCOMP_PERM
  CALL(0x1025, -1);
  for (int option = 0x2000; option < 0x2005; ++option) CALL(option, 1);  // ARCH_MAP_VDSO_X32
  CALL(0x7777, 5);
  CALL(0, 0);
  syscall(SYS_write, -1, "end", 3);
  return 0;
}
