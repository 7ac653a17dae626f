/* Exits of a port or a device's memory as KVM left them in its shared memory, written to a file and read back. */
#ifndef RECORDING_H
#define RECORDING_H

#include <linux/kvm.h>
#include <stdint.h>
#include <string.h>

enum { EXITS_OF_EACH = 16 };

struct recorded_exit {
  uint32_t reason;
  uint32_t size;       /* of `data` */
  uint8_t details[64]; /* kvm_run's union */
  uint8_t data[8];     /* of a port */
  struct kvm_regs registers;
};

static inline struct recorded_exit record_exit(const struct kvm_run *run) {
  struct recorded_exit exit = {.reason = run->exit_reason, .registers = run->s.regs.regs};
  memcpy(exit.details, &run->hw, sizeof exit.details);
  if (run->exit_reason == KVM_EXIT_IO) {
    exit.size = (uint32_t)run->io.size * run->io.count;
    memcpy(exit.data, (const uint8_t *)run + run->io.data_offset, exit.size);
  }
  return exit;
}

static inline void replay_exit(const struct recorded_exit *exit, struct kvm_run *run) {
  run->exit_reason = exit->reason;
  memcpy(&run->hw, exit->details, sizeof exit->details);
  memcpy((uint8_t *)run + run->io.data_offset, exit->data, exit->reason == KVM_EXIT_IO ? exit->size : 0);
  run->s.regs.regs = exit->registers;
}

#endif
