// Preloaded: KVM of another API version (KVM_VERSION), or without a capability (KVM_WITHOUT, its number).
#include <linux/kvm.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int ioctl(int descriptor, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  const unsigned long argument = va_arg(rest, unsigned long);
  va_end(rest);
  const char *version = getenv("KVM_VERSION"), *without = getenv("KVM_WITHOUT");
  if (version != NULL && request == KVM_GET_API_VERSION) return atoi(version);
  if (without != NULL && request == KVM_CHECK_EXTENSION && argument == strtoul(without, NULL, 10)) return 0;
  return (int)syscall(SYS_ioctl, descriptor, request, argument);
}
