/* usage: loop calls COUNT | loop create COUNT
 * calls: a program that makes system calls, each an exit that is answered. create: machines of 64 MiB from nothing to
 * their first exit; prints the median of their nanoseconds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>

#include "machine.h"

static const uint64_t memory_size = 64u << 20, program_at = 0x400000, stack_at = 0x600000;

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static uint8_t *make_memory(void) {
  uint8_t *memory = mmap(NULL, memory_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) exit(1);
  static const uint8_t program[] = {0xb8, 39, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7}; /* 1: mov eax, 39; syscall; jmp 1b */
  memcpy(memory + program_at, program, sizeof program);
  return memory;
}

static void find_ring(struct machine *machine) {
  struct kvm_sregs registers;
  if (ioctl(machine->vcpu, KVM_GET_SREGS, &registers) != 0) exit(1);
  machine->calls_in_ring_3 = registers.cs.dpl == 3;
}

static void make_calls(uint64_t count) {
  struct machine machine;
  create_machine(&machine, make_memory(), memory_size);
  begin_program(&machine, program_at, stack_at);
  run_machine(&machine);
  find_ring(&machine);
  for (uint64_t i = 0; i < count; ++i) {
    answer_call(&machine, 1);
    run_machine(&machine);
  }
}

static int compare(const void *one, const void *other) {
  const uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
  return a < b ? -1 : a > b;
}

static void make_machines(uint64_t count) {
  uint64_t *times = calloc(count, sizeof *times);
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t start = now();
    struct machine machine;
    uint8_t *memory = make_memory();
    create_machine(&machine, memory, memory_size);
    begin_program(&machine, program_at, stack_at);
    run_machine(&machine);
    times[i] = now() - start;
    destroy_machine(&machine);
    munmap(memory, memory_size);
  }
  qsort(times, count, sizeof *times, compare);
  printf("%llu\n", (unsigned long long)times[count / 2]);
}

int main(int count, char **words) {
  const uint64_t number = count == 3 ? strtoull(words[2], NULL, 10) : 0;
  open_kvm();
  if (number > 0 && strcmp(words[1], "calls") == 0) return make_calls(number), 0;
  if (number > 0 && strcmp(words[1], "create") == 0) return make_machines(number), 0;
  fprintf(stderr, "usage: loop calls COUNT | loop create COUNT\n");
  return 2;
}
