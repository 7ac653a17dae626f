/* KVM's calls. In C: in C++ <linux/kvm.h> of some years has other sizes, from which wrong request numbers come. */
#include "hypervisor/hypervisor.h"

#ifdef __linux__
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

VMP_STATIC_ASSERT(KVM_GET_SUPPORTED_CPUID == 0xc008ae05, "the request's number, as the kernel has it");
VMP_STATIC_ASSERT(KVM_GET_MSRS == 0xc008ae88, "the request's number, as the kernel has it");

static int32_t answer(int result) { return result < 0 ? -errno : result; }

/* Another device in its place must not hold the caller up, nor become its terminal. */
static int32_t kvm_open(void) { return answer(open("/dev/kvm", O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)); }

static int32_t kvm_get_api_version(int32_t kvm) { return answer(ioctl(kvm, KVM_GET_API_VERSION, 0)); }

static int32_t kvm_check_extension(int32_t kvm, uint32_t extension) {
  return answer(ioctl(kvm, KVM_CHECK_EXTENSION, (unsigned long)extension));
}

static int32_t kvm_get_vcpu_mmap_size(int32_t kvm) { return answer(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0)); }

static int32_t kvm_create_vm(int32_t kvm) { return answer(ioctl(kvm, KVM_CREATE_VM, 0)); }

static struct kvm_cpuid2 *make_leaves(uint32_t count) {
  struct kvm_cpuid2 *leaves = calloc(1, sizeof *leaves + count * sizeof leaves->entries[0]);
  if (leaves != NULL) leaves->nent = count;
  return leaves;
}

/* The kernel does not say how many there are where the room is too small: it is asked with more than it ever has. */
static int32_t kvm_get_supported_cpuid(int32_t kvm, vmp_identity_leaf *to, uint32_t *count) {
  enum { MOST_LEAVES = 256 };
  struct kvm_cpuid2 *leaves = make_leaves(MOST_LEAVES);
  if (leaves == NULL) return -ENOMEM;
  int32_t result = answer(ioctl(kvm, KVM_GET_SUPPORTED_CPUID, leaves));
  if (result == 0) {
    if (leaves->nent > *count) result = -E2BIG;
    *count = leaves->nent;
  }
  for (uint32_t i = 0; result == 0 && i < leaves->nent; ++i) {
    const struct kvm_cpuid_entry2 *leaf = &leaves->entries[i];
    to[i] = (vmp_identity_leaf){.leaf = leaf->function,
                                .subleaf = leaf->index,
                                .has_subleaf = (leaf->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX) != 0,
                                .eax = leaf->eax,
                                .ebx = leaf->ebx,
                                .ecx = leaf->ecx,
                                .edx = leaf->edx};
  }
  free(leaves);
  return result;
}

static int32_t kvm_set_cpuid(int32_t vcpu, const vmp_identity_leaf *from, uint32_t count) {
  struct kvm_cpuid2 *leaves = make_leaves(count);
  if (leaves == NULL) return -ENOMEM;
  for (uint32_t i = 0; i < count; ++i) {
    leaves->entries[i] = (struct kvm_cpuid_entry2){.function = from[i].leaf,
                                                   .index = from[i].subleaf,
                                                   .flags = from[i].has_subleaf ? KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0,
                                                   .eax = from[i].eax,
                                                   .ebx = from[i].ebx,
                                                   .ecx = from[i].ecx,
                                                   .edx = from[i].edx};
  }
  int32_t result = answer(ioctl(vcpu, KVM_SET_CPUID2, leaves));
  free(leaves);
  return result;
}

static int32_t kvm_set_user_memory_region(int32_t vm, uint32_t slot, uint32_t flags, uint64_t address, uint64_t size,
                                          void *memory) {
  struct kvm_userspace_memory_region region = {
      .slot = slot,
      .flags = ((flags & VMP_SLOT_READ_ONLY) != 0 ? KVM_MEM_READONLY : 0u) |
               ((flags & VMP_SLOT_LOG_DIRTY) != 0 ? KVM_MEM_LOG_DIRTY_PAGES : 0u),
      .guest_phys_addr = address,
      .memory_size = size,
      .userspace_addr = (uintptr_t)memory};
  return answer(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region));
}

static int32_t kvm_get_dirty_log(int32_t vm, uint32_t slot, uint64_t *bits) {
  struct kvm_dirty_log log = {.slot = slot, .dirty_bitmap = bits};
  return answer(ioctl(vm, KVM_GET_DIRTY_LOG, &log));
}

static int32_t kvm_create_irqchip(int32_t vm) { return answer(ioctl(vm, KVM_CREATE_IRQCHIP, 0)); }

static int32_t kvm_create_pit(int32_t vm) {
  struct kvm_pit_config config = {.flags = KVM_PIT_SPEAKER_DUMMY};
  return answer(ioctl(vm, KVM_CREATE_PIT2, &config));
}

static int32_t kvm_irq_line(int32_t vm, uint32_t line, uint32_t level) {
  struct kvm_irq_level irq = {.irq = line, .level = level};
  return answer(ioctl(vm, KVM_IRQ_LINE, &irq));
}

static int32_t kvm_irqfd(int32_t vm, uint32_t line, int32_t descriptor, uint32_t on) {
  struct kvm_irqfd irqfd = {.fd = (uint32_t)descriptor, .gsi = line, .flags = on ? 0 : KVM_IRQFD_FLAG_DEASSIGN};
  return answer(ioctl(vm, KVM_IRQFD, &irqfd));
}

static int32_t kvm_ioeventfd(int32_t vm, uint64_t address, uint32_t size, uint32_t is_port, int32_t descriptor,
                             uint32_t on) {
  struct kvm_ioeventfd event = {
      .addr = address,
      .len = size,
      .fd = descriptor,
      .flags = (is_port ? KVM_IOEVENTFD_FLAG_PIO : 0u) | (on ? 0u : KVM_IOEVENTFD_FLAG_DEASSIGN)};
  return answer(ioctl(vm, KVM_IOEVENTFD, &event));
}

static int32_t kvm_create_vcpu(int32_t vm, uint32_t index) {
  return answer(ioctl(vm, KVM_CREATE_VCPU, (unsigned long)index));
}

/* The guest's time stamps are the host's (api.rst, "KVM_VCPU_TSC_CTRL"). Kernels before 5.16 do not know it. */
static int32_t kvm_use_host_counter(int32_t vcpu) {
#ifdef KVM_VCPU_TSC_CTRL
  uint64_t offset = 0;
  struct kvm_device_attr attribute = {
      .group = KVM_VCPU_TSC_CTRL, .attr = KVM_VCPU_TSC_OFFSET, .addr = (uint64_t)(uintptr_t)&offset};
  return answer(ioctl(vcpu, KVM_SET_DEVICE_ATTR, &attribute));
#else
  (void)vcpu;
  return -ENXIO;
#endif
}

static int32_t kvm_clear_events(int32_t vcpu) {
  struct kvm_vcpu_events events = {.flags = 0};
  return answer(ioctl(vcpu, KVM_SET_VCPU_EVENTS, &events));
}

static int32_t kvm_interrupt(int32_t vcpu, uint32_t vector) {
  struct kvm_interrupt interrupt = {.irq = vector};
  return answer(ioctl(vcpu, KVM_INTERRUPT, &interrupt));
}

static int32_t kvm_set_guest_debug(int32_t vcpu, uint32_t step) {
  struct kvm_guest_debug debug = {.control = step ? KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP : 0};
  return answer(ioctl(vcpu, KVM_SET_GUEST_DEBUG, &debug));
}

static int32_t kvm_run(int32_t vcpu) { return answer(ioctl(vcpu, KVM_RUN, 0)); }

static const vmp_hypervisor_service service = {
    .struct_size = sizeof(vmp_hypervisor_service),
    .kvm_open = kvm_open,
    .kvm_get_api_version = kvm_get_api_version,
    .kvm_check_extension = kvm_check_extension,
    .kvm_get_vcpu_mmap_size = kvm_get_vcpu_mmap_size,
    .kvm_get_supported_cpuid = kvm_get_supported_cpuid,
    .kvm_create_vm = kvm_create_vm,
    .kvm_set_user_memory_region = kvm_set_user_memory_region,
    .kvm_get_dirty_log = kvm_get_dirty_log,
    .kvm_create_irqchip = kvm_create_irqchip,
    .kvm_create_pit = kvm_create_pit,
    .kvm_irq_line = kvm_irq_line,
    .kvm_irqfd = kvm_irqfd,
    .kvm_ioeventfd = kvm_ioeventfd,
    .kvm_create_vcpu = kvm_create_vcpu,
    .kvm_set_cpuid = kvm_set_cpuid,
    .kvm_get_state = vmp_kvm_get_state,
    .kvm_set_state = vmp_kvm_set_state,
    .kvm_use_host_counter = kvm_use_host_counter,
    .kvm_clear_events = kvm_clear_events,
    .kvm_interrupt = kvm_interrupt,
    .kvm_set_guest_debug = kvm_set_guest_debug,
    .kvm_run = kvm_run,
    .x86_emulate = vmp_x86_emulate,
    .x86_identity = vmp_x86_identity,
    .x86_cpuid = vmp_x86_cpuid,
};

const vmp_hypervisor_service *vmp_hypervisor(void) { return &service; }
#endif
