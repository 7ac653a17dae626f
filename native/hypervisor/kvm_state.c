/* A virtual CPU's state between KVM's structures and the shared layout. */
#include "hypervisor/hypervisor.h"

#ifdef __linux__
#include <errno.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

VMP_STATIC_ASSERT(sizeof(struct kvm_xsave) == sizeof((vmp_x86_64_state *)0)->xsave, "KVM_GET_XSAVE fits");

static int32_t call(int vcpu, unsigned long request, void *argument) {
  return ioctl(vcpu, request, argument) < 0 ? -errno : 0;
}

static void get_general(const struct kvm_regs *from, vmp_x86_64_state *to) {
  const uint64_t gpr[16] = {from->rax, from->rcx, from->rdx, from->rbx, from->rsp, from->rbp, from->rsi, from->rdi,
                            from->r8,  from->r9,  from->r10, from->r11, from->r12, from->r13, from->r14, from->r15};
  memcpy(to->gpr, gpr, sizeof gpr);
  to->rip = from->rip;
  to->rflags = from->rflags;
}

static void set_general(const vmp_x86_64_state *from, struct kvm_regs *to) {
  const uint64_t *gpr = from->gpr;
  *to = (struct kvm_regs){.rax = gpr[0],
                          .rcx = gpr[1],
                          .rdx = gpr[2],
                          .rbx = gpr[3],
                          .rsp = gpr[4],
                          .rbp = gpr[5],
                          .rsi = gpr[6],
                          .rdi = gpr[7],
                          .r8 = gpr[8],
                          .r9 = gpr[9],
                          .r10 = gpr[10],
                          .r11 = gpr[11],
                          .r12 = gpr[12],
                          .r13 = gpr[13],
                          .r14 = gpr[14],
                          .r15 = gpr[15],
                          .rip = from->rip,
                          .rflags = from->rflags};
}

/* The layout's attributes: type 3:0, S 4, DPL 6:5, P 7, unusable 8, AVL 12, L 13, DB 14, G 15. */
static vmp_x86_64_segment get_segment(const struct kvm_segment *from) {
  const unsigned attributes = from->type | from->s << 4 | from->dpl << 5 | from->present << 7 | from->unusable << 8 |
                              from->avl << 12 | from->l << 13 | from->db << 14 | from->g << 15;
  return (vmp_x86_64_segment){
      .base = from->base, .limit = from->limit, .selector = from->selector, .attributes = (uint16_t)attributes};
}

static struct kvm_segment set_segment(const vmp_x86_64_segment *from) {
  const unsigned attributes = from->attributes;
  return (struct kvm_segment){.base = from->base,
                              .limit = from->limit,
                              .selector = from->selector,
                              .type = attributes & 15,
                              .s = attributes >> 4 & 1,
                              .dpl = attributes >> 5 & 3,
                              .present = attributes >> 7 & 1,
                              .unusable = attributes >> 8 & 1,
                              .avl = attributes >> 12 & 1,
                              .l = attributes >> 13 & 1,
                              .db = attributes >> 14 & 1,
                              .g = attributes >> 15 & 1};
}

static void get_system(const struct kvm_sregs *from, vmp_x86_64_state *to) {
  to->cs = get_segment(&from->cs);
  to->ds = get_segment(&from->ds);
  to->es = get_segment(&from->es);
  to->fs = get_segment(&from->fs);
  to->gs = get_segment(&from->gs);
  to->ss = get_segment(&from->ss);
  to->tr = get_segment(&from->tr);
  to->ldt = get_segment(&from->ldt);
  to->gdt_base = from->gdt.base;
  to->gdt_limit = from->gdt.limit;
  to->idt_base = from->idt.base;
  to->idt_limit = from->idt.limit;
  to->cr0 = from->cr0;
  to->cr2 = from->cr2;
  to->cr3 = from->cr3;
  to->cr4 = from->cr4;
  to->cr8 = from->cr8;
  to->efer = from->efer;
  to->apic_base = from->apic_base;
}

static void set_system(const vmp_x86_64_state *from, struct kvm_sregs *to) {
  to->cs = set_segment(&from->cs);
  to->ds = set_segment(&from->ds);
  to->es = set_segment(&from->es);
  to->fs = set_segment(&from->fs);
  to->gs = set_segment(&from->gs);
  to->ss = set_segment(&from->ss);
  to->tr = set_segment(&from->tr);
  to->ldt = set_segment(&from->ldt);
  to->gdt = (struct kvm_dtable){.base = from->gdt_base, .limit = from->gdt_limit};
  to->idt = (struct kvm_dtable){.base = from->idt_base, .limit = from->idt_limit};
  to->cr0 = from->cr0;
  to->cr2 = from->cr2;
  to->cr3 = from->cr3;
  to->cr4 = from->cr4;
  to->cr8 = from->cr8;
  to->efer = from->efer;
  to->apic_base = from->apic_base;
}

/* Intel SDM volume 4, table 2-2. */
static const uint32_t model_registers[] = {0xc0000102, 0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084};
static const uint32_t counter_register = 0x10;
enum { MODEL_REGISTERS = sizeof model_registers / sizeof model_registers[0] };

/* KVM answers how many it has taken. count: MODEL_REGISTERS at most. */
static int32_t move_registers(int vcpu, unsigned long request, const uint32_t *numbers, int count, uint64_t *values) {
  struct {
    struct kvm_msrs head;
    struct kvm_msr_entry entries[MODEL_REGISTERS];
  } registers;
  memset(&registers, 0, sizeof registers);
  registers.head.nmsrs = (uint32_t)count;
  for (int i = 0; i < count; ++i) {
    registers.entries[i].index = numbers[i];
    registers.entries[i].data = values[i];
  }
  const int moved = ioctl(vcpu, request, &registers);
  if (moved < 0) return -errno;
  if (moved != count) return -EINVAL;
  for (int i = 0; i < count; ++i) values[i] = registers.entries[i].data;
  return 0;
}

int32_t vmp_kvm_get_state(int32_t vcpu, uint32_t classes, vmp_x86_64_state *state) {
  int32_t error = 0;
  if ((classes & VMP_STATE_GENERAL) != 0) {
    struct kvm_regs registers;
    if ((error = call(vcpu, KVM_GET_REGS, &registers)) != 0) return error;
    get_general(&registers, state);
  }
  if ((classes & VMP_STATE_SYSTEM) != 0) {
    struct kvm_sregs registers;
    if ((error = call(vcpu, KVM_GET_SREGS, &registers)) != 0) return error;
    get_system(&registers, state);
  }
  if ((classes & VMP_STATE_VECTOR) != 0) {
    struct kvm_xcrs controls = {.nr_xcrs = 0};
    if ((error = call(vcpu, KVM_GET_XSAVE, state->xsave)) != 0) return error;
    state->xsave_size = sizeof state->xsave;
    state->xcr0 = call(vcpu, KVM_GET_XCRS, &controls) == 0 && controls.nr_xcrs > 0 ? controls.xcrs[0].value : 3;
  }
  if ((classes & VMP_STATE_MODEL) != 0) {
    uint64_t values[MODEL_REGISTERS] = {0};
    if ((error = move_registers(vcpu, KVM_GET_MSRS, model_registers, MODEL_REGISTERS, values)) != 0) return error;
    state->kernel_gs_base = values[0];
    state->star = values[1];
    state->lstar = values[2];
    state->cstar = values[3];
    state->sfmask = values[4];
  }
  if ((classes & VMP_STATE_COUNTER) != 0)
    if ((error = move_registers(vcpu, KVM_GET_MSRS, &counter_register, 1, &state->tsc)) != 0) return error;
  return 0;
}

int32_t vmp_kvm_set_state(int32_t vcpu, uint32_t classes, const vmp_x86_64_state *state) {
  int32_t error = 0;
  if ((classes & VMP_STATE_SYSTEM) != 0) {
    struct kvm_sregs registers;
    // What the layout has no place for, a pending interrupt, stays.
    if ((error = call(vcpu, KVM_GET_SREGS, &registers)) != 0) return error;
    set_system(state, &registers);
    if ((error = call(vcpu, KVM_SET_SREGS, &registers)) != 0) return error;
  }
  if ((classes & VMP_STATE_VECTOR) != 0) {
    struct kvm_xcrs controls = {.nr_xcrs = 1, .xcrs = {{.xcr = 0, .value = state->xcr0}}};
    // A host without XSAVE has no such registers.
    error = call(vcpu, KVM_SET_XCRS, &controls);
    if (error != 0 && error != -ENOTTY) return error;
    if ((error = call(vcpu, KVM_SET_XSAVE, (void *)(uintptr_t)state->xsave)) != 0) return error;
  }
  if ((classes & VMP_STATE_MODEL) != 0) {
    uint64_t values[MODEL_REGISTERS] = {state->kernel_gs_base, state->star, state->lstar, state->cstar, state->sfmask};
    if ((error = move_registers(vcpu, KVM_SET_MSRS, model_registers, MODEL_REGISTERS, values)) != 0) return error;
  }
  if ((classes & VMP_STATE_COUNTER) != 0) {
    uint64_t counter = state->tsc;
    if ((error = move_registers(vcpu, KVM_SET_MSRS, &counter_register, 1, &counter)) != 0) return error;
  }
  if ((classes & VMP_STATE_GENERAL) != 0) {
    struct kvm_regs registers;
    set_general(state, &registers);
    if ((error = call(vcpu, KVM_SET_REGS, &registers)) != 0) return error;
  }
  return 0;
}
#endif
