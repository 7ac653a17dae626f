/* usage: loop calls COUNT | loop create COUNT | loop in|out|load|store COUNT | loop record FILE
 * calls: a program that makes system calls, each an exit that is answered. create: machines of 64 MiB from nothing to
 * their first exit; prints the median of their nanoseconds. in, out, load, store: exits of a port or a device's memory
 * from ring 0, each served. record: some of each of these, as bench/kvm/replay takes them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>

#include "../replay/recording.h"
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

/* What ring 0 executes again and again: rdx is the port, rbx the device's memory; counted, as a guest counts that ends.
 */
static const struct access {
  const char *name;
  uint8_t code[8];
} accesses[] = {
    {"in", {0xec, 0x90, 0xff, 0xc9, 0xeb, 0xfa}},    /* 1: in al, dx; nop; dec ecx; jmp 1b */
    {"out", {0xee, 0x90, 0xff, 0xc9, 0xeb, 0xfa}},   /* 1: out dx, al; nop; dec ecx; jmp 1b */
    {"load", {0x8b, 0x03, 0xff, 0xc9, 0xeb, 0xfa}},  /* 1: mov eax, [rbx]; dec ecx; jmp 1b */
    {"store", {0x89, 0x03, 0xff, 0xc9, 0xeb, 0xfa}}, /* 1: mov [rbx], eax; dec ecx; jmp 1b */
};
enum { ACCESSES = sizeof accesses / sizeof accesses[0], DEVICE_PORT = 0x600 };

static void begin_access(struct machine *machine, const struct access *access) {
  uint8_t *memory = make_memory();
  memcpy(memory + program_at, access->code, sizeof access->code);
  create_machine(machine, memory, memory_size);
  begin_kernel(machine, program_at, device_at, DEVICE_PORT);
}

static void make_accesses(const struct access *access, uint64_t count) {
  struct machine machine;
  begin_access(&machine, access);
  uint64_t sum = 0;
  for (uint64_t i = 0; i < count; ++i) sum += serve_machine(&machine);
  if (sum != 0) exit(1);
}

static void record(const char *path) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) exit(1);
  for (int i = 0; i < ACCESSES; ++i) {
    struct machine machine;
    begin_access(&machine, &accesses[i]);
    for (int j = 0; j < EXITS_OF_EACH; ++j) {
      serve_machine(&machine);
      const struct recorded_exit exit_now = record_exit(machine.run);
      if (fwrite(&exit_now, sizeof exit_now, 1, file) != 1) exit(1);
    }
    destroy_machine(&machine);
  }
  if (fclose(file) != 0) exit(1);
}

int main(int count, char **words) {
  const uint64_t number = count == 3 ? strtoull(words[2], NULL, 10) : 0;
  open_kvm();
  if (number > 0 && strcmp(words[1], "calls") == 0) return make_calls(number), 0;
  if (number > 0 && strcmp(words[1], "create") == 0) return make_machines(number), 0;
  for (int i = 0; i < ACCESSES; ++i) {
    if (number > 0 && strcmp(words[1], accesses[i].name) == 0) return make_accesses(&accesses[i], number), 0;
  }
  if (count == 3 && strcmp(words[1], "record") == 0) return record(words[2]), 0;
  fprintf(stderr, "usage: loop calls|create|in|out|load|store COUNT | loop record FILE\n");
  return 2;
}
