/* Takes the place of ioctl in a program: a KVM that runs nothing and leaves with the exits of the recording that
 * VMP_RECORDING names, again and again. What a program does between two exits is then the same number of instructions
 * in every run. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "recording.h"

enum { RUN_SIZE = 3 * 4096, MOST_EXITS = 256 };

static struct recorded_exit exits[MOST_EXITS];
static size_t count, next;
static int vcpu;
static struct kvm_run *run;

static void *must(void *memory) {
  if (memory != NULL && memory != MAP_FAILED) return memory;
  perror("replay");
  exit(1);
}

static int open_vcpu(void) {
  const char *path = getenv("VMP_RECORDING");
  FILE *file = must(path == NULL ? NULL : fopen(path, "rb"));
  count = fread(exits, sizeof exits[0], MOST_EXITS, file);
  fclose(file);
  vcpu = memfd_create("replayed-vcpu", MFD_CLOEXEC);
  if (count == 0 || ftruncate(vcpu, RUN_SIZE) != 0) must(NULL);
  run = must(mmap(NULL, RUN_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0));
  return vcpu;
}

static int leave(void) {
  if (run->immediate_exit) {
    errno = EINTR;
    return -1;
  }
  replay_exit(&exits[next], run);
  next = next + 1 == count ? 0 : next + 1;
  return 0;
}

int ioctl(int descriptor, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  switch (request) {
    case KVM_RUN:
      return leave();
    case KVM_GET_API_VERSION:
      return KVM_API_VERSION;
    case KVM_CHECK_EXTENSION:
      return 64;
    case KVM_GET_VCPU_MMAP_SIZE:
      return RUN_SIZE;
    case KVM_GET_SUPPORTED_CPUID:
      ((struct kvm_cpuid2 *)argument)->nent = 0;
      return 0;
    case KVM_CREATE_VM:
      return memfd_create("replayed-vm", MFD_CLOEXEC);
    case KVM_CREATE_VCPU:
      return open_vcpu();
    case KVM_GET_MSRS:
    case KVM_SET_MSRS:
      return (int)((struct kvm_msrs *)argument)->nmsrs;
    default:
      (void)descriptor;
      return 0;
  }
}
