#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* The system area: guest-physical and virtual, one 2 MiB part behind 1 GiB of memory. */
static const uint64_t system_base = 1ull << 30, system_size = 2u << 20;
enum {
  ROOT = 0,
  DIRECTORIES = 0x1000,
  DIRECTORY = 0x2000,
  OWN_DIRECTORY = 0x3000,
  DESCRIPTORS = 0x5000,
  TASK = 0x6000,
  INTERRUPTS = 0x7000,
  STUB = 0x8000,
  STACK = 0xa000
};

static int kvm;
static struct {
  struct kvm_cpuid2 head;
  struct kvm_cpuid_entry2 entries[256];
} identity;

static int must(const char *what, int result) {
  if (result >= 0) return result;
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

void open_kvm(void) {
  kvm = must("/dev/kvm", open("/dev/kvm", O_RDWR | O_CLOEXEC));
  identity.head.nent = 256;
  must("KVM_GET_SUPPORTED_CPUID", ioctl(kvm, KVM_GET_SUPPORTED_CPUID, &identity));
}

static uint64_t *table(const struct machine *machine, uint64_t offset) {
  return (uint64_t *)(machine->system + offset);
}

static void build_system(struct machine *machine) {
  enum { PRESENT = 1, WRITABLE = 2, USER = 4, USED = 0x60, LARGE = 0x80 };
  table(machine, ROOT)[0] = (system_base + DIRECTORIES) | PRESENT | WRITABLE | USER;
  table(machine, DIRECTORIES)[0] = (system_base + DIRECTORY) | PRESENT | WRITABLE | USER;
  for (uint64_t at = 0; at < machine->size; at += 2u << 20)
    table(machine, DIRECTORY)[at >> 21] = at | PRESENT | WRITABLE | USER | USED | LARGE;
  table(machine, DIRECTORY)[device_at >> 21] = device_at | PRESENT | WRITABLE | USER | USED | LARGE;
  table(machine, DIRECTORIES)[1] = (system_base + OWN_DIRECTORY) | PRESENT | WRITABLE | USER;
  table(machine, OWN_DIRECTORY)[0] = system_base | PRESENT | WRITABLE | USER | USED | LARGE;
  uint64_t *segments = table(machine, DESCRIPTORS);
  segments[1] = 0x00af9b000000ffff;
  segments[2] = 0x00cf93000000ffff;
  segments[4] = 0x00cff3000000ffff;
  segments[5] = 0x00affb000000ffff;
  *(uint64_t *)(machine->system + TASK + 4) = system_base + STACK;
  *(uint16_t *)(machine->system + TASK + 102) = 104;                 /* every port is allowed */
  static const uint8_t stub[] = {0xe6, CALL_PORT, 0x48, 0x0f, 0x07}; /* out, sysretq */
  memcpy(machine->system + STUB, stub, sizeof stub);
}

static struct kvm_segment segment(uint16_t selector, uint8_t type, int code) {
  return (struct kvm_segment){.limit = 0xffffffff,
                              .selector = selector,
                              .type = type,
                              .present = 1,
                              .dpl = 3,
                              .db = !code,
                              .s = 1,
                              .l = code,
                              .g = 1};
}

static void set_registers(struct machine *machine) {
  struct kvm_sregs registers;
  must("KVM_GET_SREGS", ioctl(machine->vcpu, KVM_GET_SREGS, &registers));
  registers.cr0 = 0x80050033;
  registers.cr3 = system_base + ROOT;
  registers.cr4 = 0x6a0;
  registers.efer = 0xd01;
  registers.cs = segment(0x2b, 11, 1);
  registers.ds = registers.es = registers.fs = registers.gs = registers.ss = segment(0x23, 3, 0);
  registers.tr =
      (struct kvm_segment){.base = system_base + TASK, .limit = 104 + 8192, .selector = 0x30, .type = 11, .present = 1};
  registers.gdt = (struct kvm_dtable){.base = system_base + DESCRIPTORS, .limit = 63};
  registers.idt = (struct kvm_dtable){.base = system_base + INTERRUPTS, .limit = 511};
  must("KVM_SET_SREGS", ioctl(machine->vcpu, KVM_SET_SREGS, &registers));
  struct {
    struct kvm_msrs head;
    struct kvm_msr_entry entries[3];
  } model = {.head = {.nmsrs = 3},
             .entries = {{.index = 0xc0000081, .data = 0x001b000800000000},
                         {.index = 0xc0000082, .data = system_base + STUB},
                         {.index = 0xc0000084, .data = 0x47700}}};
  must("KVM_SET_MSRS", ioctl(machine->vcpu, KVM_SET_MSRS, &model));
}

void create_machine(struct machine *machine, uint8_t *memory, uint64_t size) {
  *machine = (struct machine){.memory = memory, .size = size};
  machine->vm = must("KVM_CREATE_VM", ioctl(kvm, KVM_CREATE_VM, 0));
  machine->system = mmap(NULL, system_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (machine->system == MAP_FAILED) must("mmap", -1);
  const struct kvm_userspace_memory_region slots[] = {
      {.slot = 0, .guest_phys_addr = 0, .memory_size = size, .userspace_addr = (uint64_t)memory},
      {.slot = 1,
       .guest_phys_addr = system_base,
       .memory_size = system_size,
       .userspace_addr = (uint64_t)machine->system}};
  for (int i = 0; i < 2; ++i)
    must("KVM_SET_USER_MEMORY_REGION", ioctl(machine->vm, KVM_SET_USER_MEMORY_REGION, &slots[i]));
  build_system(machine);
  machine->vcpu = must("KVM_CREATE_VCPU", ioctl(machine->vm, KVM_CREATE_VCPU, 0));
  must("KVM_SET_CPUID2", ioctl(machine->vcpu, KVM_SET_CPUID2, &identity));
  machine->run_size = (uint64_t)must("KVM_GET_VCPU_MMAP_SIZE", ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0));
  machine->run = mmap(NULL, machine->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, machine->vcpu, 0);
  if (machine->run == MAP_FAILED) must("mmap of kvm_run", -1);
  machine->run->kvm_valid_regs = KVM_SYNC_X86_REGS;
  set_registers(machine);
}

void begin_program(struct machine *machine, uint64_t address, uint64_t stack) {
  machine->run->s.regs.regs = (struct kvm_regs){.rip = address, .rsp = stack, .rflags = 2};
  machine->run->kvm_dirty_regs = KVM_SYNC_X86_REGS;
}

void begin_kernel(struct machine *machine, uint64_t address, uint64_t rbx, uint64_t rdx) {
  struct kvm_sregs registers;
  must("KVM_GET_SREGS", ioctl(machine->vcpu, KVM_GET_SREGS, &registers));
  registers.cs = segment(0x08, 11, 1);
  registers.ss = segment(0x10, 3, 0);
  registers.cs.dpl = registers.ss.dpl = 0;
  must("KVM_SET_SREGS", ioctl(machine->vcpu, KVM_SET_SREGS, &registers));
  machine->run->s.regs.regs = (struct kvm_regs){.rip = address, .rbx = rbx, .rdx = rdx, .rflags = 2};
  machine->run->kvm_dirty_regs = KVM_SYNC_X86_REGS;
}

uint64_t serve_machine(struct machine *machine) {
  must("KVM_RUN", ioctl(machine->vcpu, KVM_RUN, 0));
  struct kvm_run *run = machine->run;
  uint64_t written = 0;
  switch (run->exit_reason) {
    case KVM_EXIT_IO: {
      uint8_t *data = (uint8_t *)run + run->io.data_offset;
      if (run->io.direction == KVM_EXIT_IO_OUT)
        memcpy(&written, data, run->io.size);
      else
        memset(data, 0, run->io.size);
      return written;
    }
    case KVM_EXIT_MMIO:
      if (run->mmio.is_write)
        memcpy(&written, run->mmio.data, run->mmio.len);
      else
        memset(run->mmio.data, 0, run->mmio.len);
      return written;
    default:
      fprintf(stderr, "exit %u at 0x%llx\n", run->exit_reason, run->s.regs.regs.rip);
      exit(1);
  }
}

void run_machine(struct machine *machine) {
  must("KVM_RUN", ioctl(machine->vcpu, KVM_RUN, 0));
  if (machine->run->exit_reason == KVM_EXIT_IO) return;
  fprintf(stderr, "exit %u at 0x%llx\n", machine->run->exit_reason, machine->run->s.regs.regs.rip);
  exit(1);
}

void answer_call(struct machine *machine, uint64_t result) {
  struct kvm_regs *registers = &machine->run->s.regs.regs;
  registers->rax = result;
  /* Some hypervisors stay in ring 3 in the stub, where SYSRET is forbidden. */
  if (machine->calls_in_ring_3) {
    registers->rip = registers->rcx;
    registers->rflags = registers->r11;
  }
  machine->run->kvm_dirty_regs = KVM_SYNC_X86_REGS;
}

void destroy_machine(struct machine *machine) {
  munmap(machine->run, machine->run_size);
  close(machine->vcpu);
  close(machine->vm);
  munmap(machine->system, system_size);
}
